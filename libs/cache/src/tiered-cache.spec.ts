import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { LocalChannel } from './invalidation.ts';
import type { TieredCacheOptions } from './options.ts';
import { TieredCache } from './tiered-cache.ts';

let nowMs = 0;
let registry: Registry;
let open: TieredCache<'analysis' | 'small'>[] = [];

function cacheOf(options: Partial<TieredCacheOptions<'analysis' | 'small'>> = {}) {
  const cache = new TieredCache({
    service: 'audio',
    namespaces: { analysis: { ttlSeconds: 100 }, small: { maxBytes: 70_000, strategy: 'lru' } },
    registry,
    now: () => nowMs,
    ...options,
  });
  open.push(cache);
  return cache;
}

const metricValue = async (name: string, labels: Record<string, string>) => {
  const { values } = await registry.getSingleMetric(name)!.get();
  return values.find((value) => Object.entries(labels).every(([label, text]) => value.labels[label] === text))?.value;
};

beforeEach(() => {
  nowMs = 1_000_000;
  registry = new Registry();
});
afterEach(async () => {
  await Promise.all(open.map((cache) => cache.close()));
  open = [];
});

describe('TieredCache in memory', () => {
  it.each([[null], [0], [''], [false]])('treats %j as a hit', async (value) => {
    const cache = cacheOf();
    let loads = 0;
    const load = () => {
      loads += 1;
      return value;
    };
    expect([await cache.wrap('analysis', 'a', load), await cache.wrap('analysis', 'a', load), await cache.get('analysis', 'a')]).toEqual([
      value,
      value,
      value,
    ]);
    expect(loads).toBe(1);
  });

  it('does not cache a loaded undefined, and refuses to set it', async () => {
    const cache = cacheOf();
    expect(await cache.wrap('analysis', 'a', () => undefined)).toBeUndefined();
    expect(await cache.wrap('analysis', 'a', () => 1)).toBe(1);
    expect(() => cache.set('analysis', 'a', undefined)).toThrow(TypeError);
  });

  it('refuses an unknown namespace', () => {
    expect(() => cacheOf().get('nonsense' as 'analysis', 'a')).toThrow(RangeError);
  });

  it('loads once for concurrent callers, and again after a failure', async () => {
    const cache = cacheOf();
    const gate = Promise.withResolvers<number>();
    let loads = 0;
    const asked = Array.from({ length: 50 }, () =>
      cache.wrap('analysis', 'a', () => {
        loads += 1;
        return gate.promise;
      }),
    );
    gate.reject(new Error('no tool'));
    expect((await Promise.allSettled(asked)).every(({ status }) => status === 'rejected')).toBe(true);
    expect([loads, await cache.wrap('analysis', 'a', () => 7)]).toEqual([1, 7]);
  });

  it('expires after the TTL, and sooner for null', async () => {
    const cache = cacheOf();
    await cache.wrap('analysis', 'some', () => 1);
    await cache.wrap('analysis', 'none', () => null);
    nowMs += 11_000;
    expect([await cache.get('analysis', 'some'), await cache.get('analysis', 'none')]).toEqual([1, undefined]);
    nowMs += 90_000;
    expect(await cache.get('analysis', 'some')).toBeUndefined();
  });

  it('keeps an entry the longer, the more its key is read, within its range', async () => {
    const cache = cacheOf({ namespaces: { analysis: { ttlSeconds: { min: 100, max: 1_600 } }, small: {} } });
    const lifeSeconds = async (key: string) => (await cache.explain('analysis', key)).memory;
    const load = () => 1;
    const freshFor = async (key: string, reads: number) => {
      for (let read = 1; read < reads; read++) await cache.get('analysis', key);
      await cache.wrap('analysis', key, load);
      const memory = await lifeSeconds(key);
      return memory.resident ? memory.freshForSeconds : 0;
    };
    const [once, eight, often, more] = [await freshFor('a', 1), await freshFor('b', 8), await freshFor('c', 15), await freshFor('d', 60)];
    for (const [seconds, longest] of [
      [once, 100],
      [eight, 400],
      [often, 1_600],
      [more, 1_600],
    ] as const) {
      expect(seconds).toBeLessThanOrEqual(longest + 0.001);
      expect(seconds).toBeGreaterThanOrEqual(0.9 * longest); // the jitter shortens by a tenth at most
    }
  });

  it('remembers the reads of a key when its entry expires or is invalidated', async () => {
    const cache = cacheOf({ namespaces: { analysis: { ttlSeconds: { min: 100, max: 1_600 } }, small: {} } });
    const read = () => cache.wrap('analysis', 'a', () => nowMs);
    for (let reads = 0; reads < 15; reads++) await read();
    await cache.delete('analysis', 'a');
    const stored = await read();
    nowMs += 1_000_000;
    expect(await read()).toBe(stored);
    nowMs += 700_000;
    expect(await read()).toBe(nowMs);
  });

  it('shortens neither a lifetime that an operator sets nor that of null', async () => {
    const cache = cacheOf({ namespaces: { analysis: { ttlSeconds: { min: 100, max: 1_600 } }, small: {} } });
    for (let reads = 0; reads < 20; reads++) await cache.get('analysis', 'a');
    await cache.wrap('analysis', 'a', () => null);
    nowMs += 10_001;
    expect(await cache.get('analysis', 'a')).toBeUndefined();
    cache.override({ analysis: { ttlSeconds: 50 } });
    await cache.wrap('analysis', 'a', () => 1);
    nowMs += 50_001;
    expect(await cache.get('analysis', 'a')).toBeUndefined();
  });

  it('loads an entry again that was read before it was invalidated, and no other', async () => {
    const loads: string[] = [];
    const warm = async (key: string) => loads.push(key);
    const cache = cacheOf({ namespaces: { analysis: { warm }, small: {} } });
    for (const key of ['popular', 'unread']) await cache.set('analysis', key, 'old');
    await cache.get('analysis', 'popular');
    await Promise.all([cache.renew('analysis', 'popular'), cache.renew('analysis', 'unread'), cache.renew('analysis', 'absent')]);
    await cache.close();
    expect(loads).toEqual(['popular']);
    expect([await cache.get('analysis', 'popular'), await cache.get('analysis', 'unread')]).toEqual([1, undefined]);
  });

  it('loads only so many again at the same time', async () => {
    const gate = Promise.withResolvers<number>();
    let loads = 0;
    const warm = () => {
      loads += 1;
      return gate.promise;
    };
    const cache = cacheOf({ namespaces: { analysis: { warm }, small: {} } });
    for (let at = 0; at < 100; at++) {
      await cache.set('analysis', `k${at}`, at);
      await cache.get('analysis', `k${at}`);
      await cache.renew('analysis', `k${at}`);
    }
    expect(loads).toBe(32);
    gate.resolve(1);
  });

  it('serves a stale value while a fresh one loads, then the fresh one', async () => {
    const cache = cacheOf();
    const wrap = (load: () => number | Promise<number>) => cache.wrap('analysis', 'a', load, { ttlSeconds: 10, staleSeconds: 60 });
    await wrap(() => 1);
    nowMs += 11_000;
    const gate = Promise.withResolvers<number>();
    expect([await wrap(() => gate.promise), await wrap(() => Promise.reject(new Error('a second refresh')))]).toEqual([1, 1]);
    gate.resolve(2);
    await gate.promise;
    await new Promise(setImmediate);
    expect(await cache.get('analysis', 'a')).toBe(2);
  });

  it('serves the stale value until it expires when the refresh fails', async () => {
    const errors: string[] = [];
    const cache = cacheOf({ onError: ({ operation }) => errors.push(operation) });
    const wrap = (load: () => number | Promise<number>) => cache.wrap('analysis', 'a', load, { ttlSeconds: 10, staleSeconds: 60 });
    await wrap(() => 1);
    nowMs += 11_000;
    expect(await wrap(() => Promise.reject(new Error('down')))).toBe(1);
    await new Promise(setImmediate);
    expect(errors).toEqual(['refresh']);
    nowMs += 70_000;
    await expect(wrap(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
  });

  it('never exceeds its budget, and its gauge agrees', async () => {
    const cache = cacheOf({ memory: { maxBytes: 400_000 } });
    for (let index = 0; index < 3_000; index++) await cache.set(index % 2 ? 'analysis' : 'small', `k${index}`, 'x'.repeat(300));
    expect(cache.bytes).toBeLessThanOrEqual(400_000);
    expect(cache.stats().namespaces.small!.bytes).toBeLessThanOrEqual(70_000);
    expect(await metricValue('audio_cache_memory_bytes', {})).toBe(cache.bytes);
  });

  it('stays within its budget over two hundred thousand keys', async () => {
    const cache = cacheOf({ memory: { maxBytes: 400_000 } });
    for (let index = 0; index < 200_000; index++) void cache.set('small', `k${index}`, index, { tags: [`t${index}`] });
    await new Promise(setImmediate);
    expect(cache.stats().namespaces.small!.entries).toBeLessThan(400);
  }, 120_000);

  it('changes its strategy and budget while running, and keeps what fits', async () => {
    const cache = cacheOf();
    await cache.set('small', 'a', 1);
    cache.configure('small', { strategy: 'lfu', maxBytes: 80_000 });
    expect([await cache.get('small', 'a'), cache.stats().namespaces.small!.strategy]).toEqual([1, 'lfu']);
  });

  it("applies operators' settings over its own options until they are withdrawn", () => {
    const cache = cacheOf();
    const rules = () => cache.stats().namespaces.small!.rules;
    const before = rules();
    cache.override({ small: { strategy: 'lfu', ttlSeconds: 7 }, 'not here': { ttlSeconds: 1 } });
    expect(rules()).toEqual({ ...before, strategy: 'lfu', ttlSeconds: 7, ttlMaxSeconds: 7, negativeTtlSeconds: 0.7 });
    expect(() => cache.override({ small: { maxBytes: 2 ** 40 } })).toThrow(RangeError);
    expect(rules()).toMatchObject({ strategy: 'lfu', ttlSeconds: 7 });
    cache.override({});
    expect(rules()).toEqual(before);
  });

  it('explains the state of a key', async () => {
    const cache = cacheOf();
    await cache.set('analysis', 'a', 1, { tags: ['track:7'] });
    await cache.get('analysis', 'a');
    expect(await cache.explain('analysis', 'a')).toMatchObject({ memory: { resident: true, hits: 1, tags: ['track:7'] }, redis: null });
    expect(await cache.explain('analysis', 'b')).toMatchObject({ memory: { resident: false } });
  });

  it('warms the hottest keys of another instance, and counts those that are read', async () => {
    const [old, fresh] = [cacheOf(), cacheOf()];
    for (const key of ['a', 'b', 'c', 'b', 'c', 'c']) await old.wrap('analysis', key, () => key);
    const keys = old.hottest('analysis', 2);
    expect(keys).toEqual(['c', 'b']);
    const load = (key: string) => (key === 'b' ? Promise.reject(new Error('gone')) : Promise.resolve(key));
    expect(await fresh.warm('analysis', [...keys, 'd', 'c'], load, { concurrency: 1 })).toEqual({
      loaded: 2,
      present: 1,
      failed: 1,
      left: 0,
    });
    await fresh.get('analysis', 'c');
    await fresh.get('analysis', 'c');
    expect(fresh.stats().namespaces.analysis!.warmed).toEqual({ loaded: 2, used: 1 });
  });

  it('stops warming when its time budget is spent', async () => {
    expect(await cacheOf().warm('analysis', ['a', 'b'], () => 1, { budgetMs: -1 })).toEqual({ loaded: 0, present: 0, failed: 0, left: 2 });
  });

  it('removes expired entries when it cleans up', async () => {
    const cache = cacheOf({ memory: { cleanupSeconds: 0.001 } });
    await cache.set('analysis', 'a', 1);
    nowMs += 101_000;
    await new Promise<void>((resolve) => {
      const look = () => (cache.stats().namespaces.analysis!.entries === 0 ? resolve() : setImmediate(look));
      look();
    });
  });
});

describe('TieredCache with an invalidation channel', () => {
  it('serves its entries for no longer than the bound when it is out of sync', async () => {
    const cache = cacheOf({ channel: new LocalChannel(), maxStalenessMs: 5_000 });
    await cache.set('analysis', 'a', 1);
    nowMs += 5_000;
    expect(await cache.get('analysis', 'a')).toBe(1);
    nowMs += 1;
    expect(await cache.get('analysis', 'a')).toBeUndefined();
  });

  it('does not keep its own value when another instance writes at the same time', async () => {
    const channel = new LocalChannel();
    const [first, second] = [cacheOf({ channel }), cacheOf({ channel })];
    await Promise.all([first.set('analysis', 'a', 1), second.set('analysis', 'a', 2)]);
    const seen = [await first.get('analysis', 'a'), await second.get('analysis', 'a')].filter((value) => value !== undefined);
    expect(new Set(seen).size).toBeLessThanOrEqual(1);
  });

  it('ignores messages that are no invalidations, and those of another service', async () => {
    const channel = new LocalChannel();
    const cache = cacheOf({ channel });
    await cache.set('analysis', 'a', 1);
    channel.publish('nonsense' as never);
    channel.publish({ origin: 'x', service: 'video', recorded: true, kind: 'key', namespace: 'analysis', key: 'a' });
    expect(await cache.get('analysis', 'a')).toBe(1);
  });

  it('keeps working when the channel fails', async () => {
    const channel = { publish: () => Promise.reject(new Error('no bus')), subscribe: () => () => {} };
    const errors: string[] = [];
    const cache = cacheOf({ channel, onError: ({ operation }) => errors.push(operation) });
    await cache.delete('analysis', 'a');
    expect(errors).toEqual(['publish']);
  });
});

describe('the metrics of a cache', () => {
  it('have the names that dashboards use', async () => {
    cacheOf();
    const names = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'audio_cache_hits_total',
        'audio_cache_misses_total',
        'audio_cache_operation_seconds',
        'audio_cache_memory_bytes',
        'cache_hit_rate',
        'audio_cache_breaker_open',
        'audio_cache_warmed_total',
        'audio_cache_warm_hits_total',
        'audio_cache_lift_ratio',
      ]),
    );
  });

  it('count hits and misses by tier and strategy, several caches together', async () => {
    const [first, second] = [cacheOf(), cacheOf()];
    for (const cache of [first, second]) {
      await cache.wrap('small', 'a', () => 1);
      await cache.get('small', 'a');
    }
    expect(await metricValue('audio_cache_hits_total', { cache_type: 'l1', strategy: 'lru' })).toBe(2);
    expect(await metricValue('audio_cache_misses_total', { cache_type: 'l1', strategy: 'lru' })).toBe(2);
    expect(await metricValue('cache_hit_rate', {})).toBe(0.5);
  });
});
