import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { openRedis, type RedisConnection } from '#storage';
import { type ManagedServer, startRedis, until } from '#testing';
import type { ColdEntry, ColdTier } from './cold-tier.ts';
import type { TieredCacheOptions } from './options.ts';
import type { EntryKey } from './redis-keys.ts';
import { TieredCache } from './tiered-cache.ts';

/** Keeps every entry, also invalidated ones: the cache has to detect them. */
class RetainingColdTier implements ColdTier {
  readonly maxEntryBytes = 10_000;
  readonly kept = new Map<string, Buffer>();
  asked = 0;
  answer: (sealed: Buffer | undefined) => Promise<Buffer | undefined> = async (sealed) => sealed;
  onPut: () => Promise<unknown> = async () => undefined;

  get({ namespace, key }: EntryKey): Promise<Buffer | undefined> {
    this.asked += 1;
    return this.answer(this.kept.get(`${namespace} ${key}`));
  }

  async put(entries: readonly ColdEntry[]): Promise<void> {
    for (const { namespace, key, sealed } of entries) this.kept.set(`${namespace} ${key}`, sealed);
    await this.onPut();
  }
}

let server: ManagedServer;
let redis: RedisConnection;
let coldStore: RetainingColdTier;
let caches: TieredCache[] = [];

/** One more process of the same service. Its memory forgets at once, so that every read goes down. */
async function instance(options: Partial<TieredCacheOptions<'analysis'>> = {}): Promise<TieredCache> {
  const cache = new TieredCache({
    service: 'audio',
    namespaces: { analysis: { maxBytes: 65_536 } },
    memory: { maxBytes: 65_536 },
    redis: redis.client,
    cold: coldStore,
    registry: new Registry(),
    maxStalenessMs: 60_000,
    ...options,
  }) as TieredCache;
  caches.push(cache);
  await cache.synchronise();
  return cache;
}

/** Loads a value that is dear enough to be kept, and waits until its copy is good. */
async function keepCold(key: string, value: unknown, tags: readonly string[] = []): Promise<void> {
  const cache = await instance();
  await cache.wrap('analysis', key, () => new Promise((resolve) => setTimeout(() => resolve(value), 60)), { tags });
  expect(await until(async () => (await redis.client.exists(`raf:{audio:analysis:${key}}:c`)) === 1, 20_000)).toBe(true);
}

const dropFromRedis = (key: string) => redis.client.unlink(`raf:{audio:analysis:${key}}:v`);
const l3 = (cache: TieredCache) => cache.stats().namespaces.analysis!.l3;

beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url, { role: 'cache', commandTimeoutMs: 200 });
  expect(await until(() => redis.client.status === 'ready', 20_000)).toBe(true);
});
afterAll(async () => {
  await redis.close();
  await server.stop();
});
beforeEach(async () => {
  await redis.client.flushall();
  coldStore = new RetainingColdTier();
});
afterEach(async () => {
  await Promise.all(caches.map((cache) => cache.close()));
  caches = [];
});

describe('the cold tier', () => {
  it('returns an entry that was expensive to load after Redis evicted it, and restores it to Redis', async () => {
    await keepCold('a', { bpm: 120 });
    await dropFromRedis('a');
    const cache = await instance();
    expect(await cache.wrap('analysis', 'a', () => Promise.reject(new Error('must not load')))).toEqual({ bpm: 120 });
    expect(l3(cache)).toEqual({ hits: 1, misses: 0 });
    expect(await until(async () => (await redis.client.exists('raf:{audio:analysis:a}:v')) === 1, 20_000)).toBe(true);
  });

  it('stores entries with two hits when memory evicts them', async () => {
    const cache = await instance();
    await cache.set('analysis', 'used', 'x'.repeat(500));
    for (let use = 0; use < 3; use++) await cache.get('analysis', 'used');
    await cache.set('analysis', 'unused', 'x'.repeat(500));
    cache.configure('analysis', { strategy: 'lru' });
    for (let index = 0; index < 200; index++) await cache.set('analysis', `filler ${index}`, 'y'.repeat(1_000));
    expect(await until(async () => coldStore.kept.has('analysis used'), 20_000)).toBe(true);
    expect(coldStore.kept.has('analysis unused')).toBe(false);
  });

  it('stores the hottest entries in memory, once', async () => {
    const cache = await instance();
    for (const key of ['hot', 'lukewarm']) await cache.set('analysis', key, 1);
    for (let use = 0; use < 3; use++) await cache.get('analysis', 'hot');
    let puts = 0;
    coldStore.onPut = async () => {
      puts += 1;
    };
    for (let round = 0; round < 3; round++) {
      cache.demoteHottest(10);
      expect(await until(async () => (await redis.client.exists('raf:{audio:analysis:hot}:c')) === 1, 20_000)).toBe(true);
    }
    await cache.close();
    expect([...coldStore.kept.keys()]).toEqual(['analysis hot']);
    expect(puts).toBe(1);
  });

  it('is not asked for entries it does not have', async () => {
    const cache = await instance();
    expect(await cache.get('analysis', 'never')).toBeUndefined();
    expect(coldStore.asked).toBe(0);
  });

  it.each<[string, (cache: TieredCache) => Promise<void>]>([
    ['a delete', (cache) => cache.delete('analysis', 'a')],
    ['its tag', (cache) => cache.invalidateTag('t')],
    ['its namespace', (cache) => cache.invalidateNamespace('analysis')],
    ['a new value that Redis lost', (cache) => cache.set('analysis', 'a', 'new').then(() => void dropFromRedis('a'))],
  ])('never returns an entry that was invalidated by %s', async (_how, strike) => {
    await keepCold('a', 'old', ['t']);
    await strike(await instance());
    await dropFromRedis('a');
    expect(await (await instance()).get('analysis', 'a')).toBeUndefined();
    expect(await (await instance()).wrap('analysis', 'a', () => 'loaded')).toBe('loaded');
  });

  it('does not use a copy of an entry that was invalidated while it was copied', async () => {
    const striker = await instance();
    coldStore.onPut = () => striker.delete('analysis', 'a');
    const cache = await instance();
    await cache.wrap('analysis', 'a', () => new Promise((resolve) => setTimeout(() => resolve('old'), 60)));
    expect(await until(async () => coldStore.kept.size === 1, 20_000)).toBe(true);
    await cache.close();
    expect(await (await instance()).get('analysis', 'a')).toBeUndefined();
  });

  it('does not restore an entry to Redis that is invalidated meanwhile', async () => {
    await keepCold('a', 'old');
    await dropFromRedis('a');
    const striker = await instance();
    coldStore.answer = async (sealed) => {
      await striker.delete('analysis', 'a');
      return sealed;
    };
    const reader = await instance();
    await reader.get('analysis', 'a');
    await reader.close();
    expect(await redis.client.exists('raf:{audio:analysis:a}:v')).toBe(0);
    expect(await (await instance()).get('analysis', 'a')).toBeUndefined();
  });

  it.each<[string, (sealed: Buffer | undefined) => Promise<Buffer | undefined>]>([
    ['says it has nothing', async () => undefined],
    ['gives garbage', async () => Buffer.from('long enough to look like an entry, but it is none at all')],
    ['gives something else', async () => coldStore.kept.get('analysis b')],
    ['fails', () => Promise.reject(new Error('no responders'))],
    ['never answers', () => new Promise(() => undefined)],
  ])('falls back to the loader when it %s', async (_what, answer) => {
    await keepCold('a', 1);
    await keepCold('b', 2);
    await dropFromRedis('a');
    coldStore.answer = answer;
    expect(await (await instance()).wrap('analysis', 'a', () => 'loaded')).toBe('loaded');
  });

  it('is skipped while it keeps failing, and statistics and metrics show it', async () => {
    for (const key of ['a', 'b', 'c', 'd']) await keepCold(key, 1);
    await redis.client.unlink(...['a', 'b', 'c', 'd'].map((key) => `raf:{audio:analysis:${key}}:v`));
    coldStore.answer = () => Promise.reject(new Error('no responders'));
    const registry = new Registry();
    const cache = await instance({ registry });
    for (const key of ['a', 'b', 'c', 'd']) expect(await cache.wrap('analysis', key, () => 'loaded')).toBe('loaded');
    expect(coldStore.asked).toBe(3);
    expect(cache.stats().cold).toBe('open');
    expect(cache.degradedReason).toBe('the cold tier does not answer');
    expect(await registry.metrics()).toContain('audio_cache_breaker_open{cache_type="l3"} 1');
  });

  it('does not store entries above its size limit', async () => {
    const cache = await instance();
    const bulk = Array.from({ length: 20_000 }, () => Math.random()).join();
    await cache.wrap('analysis', 'big', () => new Promise((resolve) => setTimeout(() => resolve(bulk), 60)));
    await cache.close();
    expect(coldStore.kept.size).toBe(0);
  });
});
