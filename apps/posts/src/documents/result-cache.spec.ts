import { describe, expect, it } from '@jest/globals';
import { ResultCache } from './result-cache.ts';

function start(limits: { readonly maxEntries?: number; readonly maxWeight?: number } = {}) {
  const clock = { nowMs: 0 };
  const computed: string[] = [];
  const options = { maxEntries: 2, ttlSeconds: 10, maxWeight: 100, weightOf: (result: string) => result.length, ...limits };
  const cache = new ResultCache<string>({ ...options, nowMs: () => clock.nowMs });
  const get = (key: string, result = key) =>
    cache.get(key, async () => {
      computed.push(key);
      return result;
    });
  return { clock, computed, cache, get };
}

describe('results that are remembered', () => {
  it('are computed once, also when several ask at the same time', async () => {
    const { computed, get } = start();
    expect(await Promise.all([get('a'), get('a')])).toEqual(['a', 'a']);
    expect([await get('a'), computed]).toEqual(['a', ['a']]);
  });

  it('make room for others, those used longest ago first', async () => {
    const { computed, get } = start();
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
    expect(computed).toEqual(['a', 'b', 'c', 'b']);
  });

  it('weigh no more than they may together; a heavy one stays alone', async () => {
    const { computed, get } = start({ maxEntries: 10, maxWeight: 5 });
    for (const [key, result] of [
      ['a', 'xxx'],
      ['b', 'xxxxxxxxx'],
      ['b', ''],
      ['a', 'xxx'],
    ] as const)
      await get(key, result);
    expect(computed).toEqual(['a', 'b', 'a']);
  });

  it('are forgotten when their time is over, and a failure is not remembered', async () => {
    const { clock, computed, cache, get } = start();
    await get('a');
    clock.nowMs = 10_000;
    await get('a');
    expect(computed).toEqual(['a', 'a']);
    await expect(cache.get('b', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await get('b')).toBe('b');
  });
});
