import { describe, expect, it } from '@jest/globals';
import { currentCost, decoyHash, hashPassword, isOutdated, verifyPassword } from './password-hash.ts';

const cheap = { memoryKib: 64, passes: 1, lanes: 1 };

describe('hashPassword', () => {
  it('follows OWASP: argon2id, 19 MiB, two passes, one lane', async () => {
    expect(await hashPassword('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });
  it('uses a random salt', async () => {
    expect(await hashPassword('correct horse', cheap)).not.toBe(await hashPassword('correct horse', cheap));
  });
});

describe('verifyPassword', () => {
  it('agrees with the reference implementation', async () => {
    // argon2 20190702 (the reference's own test vectors): password "password", salt "somesalt", m = 65536, t = 2, p = 1
    const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await verifyPassword('password', reference)).toBe(true);
    expect(await verifyPassword('passwore', reference)).toBe(false);
  });
  it('normalises Unicode', async () => {
    expect(await verifyPassword('contrase\u00f1a', await hashPassword('contrasen\u0303a', cheap))).toBe(true);
  });
  it('compares all of 128 characters', async () => {
    const password = 'x'.repeat(128);
    const hash = await hashPassword(password, cheap);
    expect(await verifyPassword(`${password.slice(1)}y`, hash)).toBe(false);
  });
  it.each(['', 'plain', '$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc', '$2b$10$abc'])(
    'rejects %j as a hash',
    (text) => expect(verifyPassword('password', text)).rejects.toThrow(RangeError),
  );
});

describe('isOutdated', () => {
  it('detects hashes with a lower cost', async () => {
    expect(isOutdated(await hashPassword('correct horse', cheap))).toBe(true);
    expect(isOutdated(await hashPassword('correct horse', currentCost))).toBe(false);
  });
});

describe('decoyHash', () => {
  it('has the same cost as a real hash and matches nothing', async () => {
    const decoy = decoyHash();
    expect(isOutdated(decoy)).toBe(false);
    expect(decoy).toHaveLength((await hashPassword('correct horse')).length);
    expect(await verifyPassword('', decoy)).toBe(false);
  });
});
