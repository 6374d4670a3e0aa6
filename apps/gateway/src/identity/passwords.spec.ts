import { describe, expect, it } from '@jest/globals';
import { hashPassword } from './password-hash.ts';
import { Passwords } from './passwords.ts';

describe('Passwords', () => {
  it('matches what it hashed', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash('correct horse');
    expect(await passwords.check('correct horse', hash)).toEqual({ matches: true });
    expect(await passwords.check('wrong horse', hash)).toEqual({ matches: false });
  });
  it('never matches where there is no account, whatever is typed', async () => {
    expect(await new Passwords().check('nobody has this password', undefined)).toEqual({ matches: false });
  });
  it('gives a stronger hash for a password that was stored cheaply', async () => {
    const { matches, rehashed } = await new Passwords().check(
      'correct horse',
      await hashPassword('correct horse', { memoryKib: 64, passes: 1, lanes: 1 }),
    );
    expect(matches).toBe(true);
    expect(rehashed).toMatch(/m=19456,t=2/);
  });
  it('refuses a flood instead of queueing it, and recovers', async () => {
    const passwords = new Passwords();
    const outcomes = await Promise.allSettled(Array.from({ length: 70 }, () => passwords.hash('correct horse')));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(4);
    expect(refused[0]).toMatchObject({ reason: { code: 'overloaded', retryAfterSeconds: 2 } });
    expect(await passwords.hash('correct horse')).toMatch(/^\$argon2id/);
  });
});
