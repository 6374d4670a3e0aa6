import { describe, expect, it } from '@jest/globals';
import { hashPassword } from './password-hash.ts';
import { Passwords } from './passwords.ts';

describe('Passwords', () => {
  it('verifies its own hashes', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash('correct horse');
    expect(await passwords.check('correct horse', hash)).toEqual({ matches: true });
    expect(await passwords.check('wrong horse', hash)).toEqual({ matches: false });
  });
  it('never matches for an unknown account', async () => {
    expect(await new Passwords().check('nobody has this password', undefined)).toEqual({ matches: false });
  });
  it('returns a stronger hash for an outdated one', async () => {
    const { matches, rehashed } = await new Passwords().check(
      'correct horse',
      await hashPassword('correct horse', { memoryKib: 64, passes: 1, lanes: 1 }),
    );
    expect(matches).toBe(true);
    expect(rehashed).toMatch(/m=19456,t=2/);
  });
  it('rejects calls beyond its queue, and recovers', async () => {
    const passwords = new Passwords();
    const outcomes = await Promise.allSettled(Array.from({ length: 70 }, () => passwords.hash('correct horse')));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(4);
    expect(refused[0]).toMatchObject({ reason: { code: 'overloaded', retryAfterSeconds: 2 } });
    expect(await passwords.hash('correct horse')).toMatch(/^\$argon2id/);
  });
});
