import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { seal, unseal } from './sealed.ts';

const secret = randomBytes(32);
const plain = Buffer.from('a private key');

describe('seal', () => {
  it('decrypts with the same secret and key id', () => expect(unseal(seal(plain, secret, 'kid'), secret, 'kid')).toEqual(plain));
  it('uses a random nonce', () => expect(seal(plain, secret, 'kid')).not.toEqual(seal(plain, secret, 'kid')));
  it('does not decrypt with another secret or key id', () => {
    expect(unseal(seal(plain, secret, 'kid'), randomBytes(32), 'kid')).toBeUndefined();
    expect(unseal(seal(plain, secret, 'kid'), secret, 'other')).toBeUndefined();
  });
  it('detects every modified byte', () => {
    const sealed = seal(plain, secret, 'kid');
    for (let index = 0; index < sealed.length; index++) {
      const broken = Buffer.from(sealed);
      broken[index]! ^= 1;
      expect(unseal(broken, secret, 'kid')).toBeUndefined();
    }
  });
  it('rejects truncated input', () => expect(unseal(Buffer.of(1, 2, 3), secret, 'kid')).toBeUndefined());
});
