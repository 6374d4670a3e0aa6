import { describe, expect, it } from '@jest/globals';
import { Batcher, type BatcherOptions } from './batcher.ts';
import { ManualClock } from './fixtures/manual-clock.ts';

const start = (options: Partial<BatcherOptions<number, number>> = {}) => {
  const clock = new ManualClock();
  const batches: number[][] = [];
  const flush = async (items: readonly number[]) => {
    batches.push([...items]);
    return items.map((item) => 10 * item);
  };
  return { clock, batches, batcher: new Batcher<number, number>({ flush, maxItems: 3, maxDelayMs: 50, clock, ...options }) };
};

describe('Batcher', () => {
  it('sends a full batch at once and gives each its own result', async () => {
    const { batcher, batches, clock } = start();
    expect(await Promise.all([1, 2, 3].map((item) => batcher.add(item)))).toEqual([10, 20, 30]);
    expect([batches, clock.timers]).toEqual([[[1, 2, 3]], 0]);
  });

  it('sends what there is when the first has waited long enough', async () => {
    const { batcher, batches, clock } = start();
    const first = batcher.add(1);
    await clock.advance(49);
    void batcher.add(2);
    expect(batches).toEqual([]);
    await clock.advance(1);
    expect([await first, batches]).toEqual([10, [[1, 2]]]);
  });

  it('rejects every item of a batch that failed, and no other', async () => {
    const flush = async (items: readonly number[]) => {
      if (items.includes(0)) throw new Error('zero');
      return items;
    };
    const { batcher } = start({ flush, maxItems: 2 });
    const outcomes = await Promise.allSettled([0, 1, 2, 3].map((item) => batcher.add(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
  });

  it('does not accept fewer results than items', async () => {
    const { batcher } = start({ flush: async () => [], maxItems: 1 });
    await expect(batcher.add(1)).rejects.toThrow('flush returned 0 results for 1 items');
  });

  it('refuses when too much is pending, under way included', async () => {
    const { batcher } = start({ flush: () => new Promise(() => undefined), maxItems: 1, maxPending: 2 });
    void batcher.add(1);
    void batcher.add(2);
    await expect(batcher.add(3)).rejects.toMatchObject({ code: 'overloaded' });
    expect(batcher.pending).toBe(2);
  });

  it('sends what waits before it closes, then refuses', async () => {
    const { batcher, batches } = start();
    const waiting = batcher.add(1);
    await batcher.close();
    expect([await waiting, batches, batcher.pending]).toEqual([10, [[1]], 0]);
    await expect(batcher.add(2)).rejects.toMatchObject({ code: 'service-unavailable' });
  });
});
