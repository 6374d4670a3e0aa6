import { describe, expect, it } from '@jest/globals';
import { Failure } from '#contracts';
import { ManualClock } from './fixtures/manual-clock.ts';
import { type RetryPolicy, retry } from './retry.ts';

const busy = (retryAfterSeconds?: number) =>
  new Failure('overloaded', 'busy', retryAfterSeconds === undefined ? {} : { retryAfterSeconds });

/** Tries work that fails as listed and then succeeds; pauses take no time. */
const attempt = async (errors: readonly unknown[], policy: RetryPolicy = {}, random = () => 0.5) => {
  const clock = new ManualClock();
  const pauses: number[] = [];
  const onRetry = (_: unknown, delayMs: number) => {
    pauses.push(delayMs);
    setImmediate(() => clock.advance(delayMs));
  };
  let calls = 0;
  const work = async () => {
    const error = errors[calls++];
    if (error !== undefined) throw error;
    return 'done';
  };
  const outcome = await retry(work, policy, { clock, random, onRetry }).catch((error: unknown) => error);
  return { outcome, calls, pauses };
};

describe('retry', () => {
  it('tries again until it succeeds', async () => {
    expect(await attempt([busy(), busy()])).toMatchObject({ outcome: 'done', calls: 3 });
  });

  it('draws its pauses from a limit that doubles up to a bound', async () => {
    const policy = { attempts: 6, baseDelayMs: 100, maxDelayMs: 500 };
    expect((await attempt(Array(5).fill(busy()), policy)).pauses).toEqual([50, 100, 200, 250, 250]);
    expect((await attempt([busy()], policy, () => 0)).pauses).toEqual([0]);
  });

  it('gives up after its attempts with what the last one threw', async () => {
    const last = busy();
    expect(await attempt([busy(), busy(), last, busy()], { attempts: 3 })).toMatchObject({ outcome: last, calls: 3 });
  });

  it('gives up rather than start after its time', async () => {
    expect(await attempt(Array(9).fill(busy()), { attempts: 9, baseDelayMs: 100, totalMs: 200 })).toMatchObject({
      calls: 3,
      pauses: [50, 100],
    });
  });

  it('waits as long as the other side asked', async () => {
    expect((await attempt([busy(2)], { baseDelayMs: 100 })).pauses).toEqual([2_050]);
  });

  it.each([new Failure('track-not-found', 'no'), new TypeError('bug'), new Failure('deadline-exceeded', 'late')])(
    'does not repeat what would fail again (%s)',
    async (error) => expect(await attempt([error])).toMatchObject({ outcome: error, calls: 1 }),
  );

  it('repeats a broken connection', async () => {
    expect((await attempt([Object.assign(new Error('reset'), { code: 'ECONNRESET' })])).outcome).toBe('done');
  });

  it('stops in its pause when the caller gives up, and leaves no timer', async () => {
    const clock = new ManualClock();
    const caller = new AbortController();
    const onRetry = () => setImmediate(() => caller.abort());
    const waiting = retry(() => Promise.reject(busy()), {}, { clock, signal: caller.signal, onRetry });
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(clock.timers).toBe(0);
  });
});
