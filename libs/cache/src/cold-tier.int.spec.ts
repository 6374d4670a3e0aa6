import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { openRedis, type RedisConnection } from '#storage';
import { type OwnServer, startRedis, until } from '#testing';
import type { ColdEntry, ColdTier } from './cold-tier.ts';
import type { TieredCacheOptions } from './options.ts';
import type { Place } from './place.ts';
import { TieredCache } from './tiered-cache.ts';

/** Keeps everything it was ever given, also what was struck since: the cache has to see through it. */
class Attic implements ColdTier {
  readonly maxEntryBytes = 10_000;
  readonly kept = new Map<string, Buffer>();
  asked = 0;
  answer: (sealed: Buffer | undefined) => Promise<Buffer | undefined> = async (sealed) => sealed;
  onPut: () => Promise<unknown> = async () => undefined;

  get({ namespace, key }: Place): Promise<Buffer | undefined> {
    this.asked += 1;
    return this.answer(this.kept.get(`${namespace} ${key}`));
  }

  async put(entries: readonly ColdEntry[]): Promise<void> {
    for (const { namespace, key, sealed } of entries) this.kept.set(`${namespace} ${key}`, sealed);
    await this.onPut();
  }
}

let server: OwnServer;
let redis: RedisConnection;
let attic: Attic;
let caches: TieredCache[] = [];

/** One more process of the same service. Its memory forgets at once, so that every read goes down. */
async function instance(options: Partial<TieredCacheOptions<'analysis'>> = {}): Promise<TieredCache> {
  const cache = new TieredCache({
    service: 'audio',
    namespaces: { analysis: { maxBytes: 65_536 } },
    memory: { maxBytes: 65_536 },
    redis: redis.client,
    cold: attic,
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
  attic = new Attic();
});
afterEach(async () => {
  await Promise.all(caches.map((cache) => cache.close()));
  caches = [];
});

describe('the cold tier', () => {
  it('gives back what was dear to load and Redis has let go, and Redis has it again', async () => {
    await keepCold('a', { bpm: 120 });
    await dropFromRedis('a');
    const cache = await instance();
    expect(await cache.wrap('analysis', 'a', () => Promise.reject(new Error('must not load')))).toEqual({ bpm: 120 });
    expect(l3(cache)).toEqual({ hits: 1, misses: 0 });
    expect(await until(async () => (await redis.client.exists('raf:{audio:analysis:a}:v')) === 1, 20_000)).toBe(true);
  });

  it('takes in what was used twice before memory gave it up', async () => {
    const cache = await instance();
    await cache.set('analysis', 'used', 'x'.repeat(500));
    for (let use = 0; use < 3; use++) await cache.get('analysis', 'used');
    await cache.set('analysis', 'unused', 'x'.repeat(500));
    cache.configure('analysis', { strategy: 'lru' });
    for (let index = 0; index < 200; index++) await cache.set('analysis', `filler ${index}`, 'y'.repeat(1_000));
    expect(await until(async () => attic.kept.has('analysis used'), 20_000)).toBe(true);
    expect(attic.kept.has('analysis unused')).toBe(false);
  });

  it('takes in what is used most in memory, once', async () => {
    const cache = await instance();
    for (const key of ['hot', 'lukewarm']) await cache.set('analysis', key, 1);
    for (let use = 0; use < 3; use++) await cache.get('analysis', 'hot');
    let puts = 0;
    attic.onPut = async () => {
      puts += 1;
    };
    for (let round = 0; round < 3; round++) {
      cache.coolHottest(10);
      expect(await until(async () => (await redis.client.exists('raf:{audio:analysis:hot}:c')) === 1, 20_000)).toBe(true);
    }
    await cache.close();
    expect([...attic.kept.keys()]).toEqual(['analysis hot']);
    expect(puts).toBe(1);
  });

  it('is not asked for what it does not have', async () => {
    const cache = await instance();
    expect(await cache.get('analysis', 'never')).toBeUndefined();
    expect(attic.asked).toBe(0);
  });

  it.each<[string, (cache: TieredCache) => Promise<void>]>([
    ['a delete', (cache) => cache.delete('analysis', 'a')],
    ['its tag', (cache) => cache.invalidateTag('t')],
    ['its namespace', (cache) => cache.invalidateNamespace('analysis')],
    ['a new value that Redis lost', (cache) => cache.set('analysis', 'a', 'new').then(() => void dropFromRedis('a'))],
  ])('never revives what was struck by %s', async (_how, strike) => {
    await keepCold('a', 'old', ['t']);
    await strike(await instance());
    await dropFromRedis('a');
    expect(await (await instance()).get('analysis', 'a')).toBeUndefined();
    expect(await (await instance()).wrap('analysis', 'a', () => 'loaded')).toBe('loaded');
  });

  it('does not believe a copy that was struck while it was being made', async () => {
    const striker = await instance();
    attic.onPut = () => striker.delete('analysis', 'a');
    const cache = await instance();
    await cache.wrap('analysis', 'a', () => new Promise((resolve) => setTimeout(() => resolve('old'), 60)));
    expect(await until(async () => attic.kept.size === 1, 20_000)).toBe(true);
    await cache.close();
    expect(await (await instance()).get('analysis', 'a')).toBeUndefined();
  });

  it('does not revive what is struck between its answer and its return to Redis', async () => {
    await keepCold('a', 'old');
    await dropFromRedis('a');
    const striker = await instance();
    attic.answer = async (sealed) => {
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
    ['gives something else', async () => attic.kept.get('analysis b')],
    ['fails', () => Promise.reject(new Error('no responders'))],
    ['never answers', () => new Promise(() => undefined)],
  ])('costs a load and nothing else when it %s', async (_what, answer) => {
    await keepCold('a', 1);
    await keepCold('b', 2);
    await dropFromRedis('a');
    attic.answer = answer;
    expect(await (await instance()).wrap('analysis', 'a', () => 'loaded')).toBe('loaded');
  });

  it('is left alone while it keeps failing, which the numbers tell', async () => {
    for (const key of ['a', 'b', 'c', 'd']) await keepCold(key, 1);
    await redis.client.unlink(...['a', 'b', 'c', 'd'].map((key) => `raf:{audio:analysis:${key}}:v`));
    attic.answer = () => Promise.reject(new Error('no responders'));
    const registry = new Registry();
    const cache = await instance({ registry });
    for (const key of ['a', 'b', 'c', 'd']) expect(await cache.wrap('analysis', key, () => 'loaded')).toBe('loaded');
    expect(attic.asked).toBe(3);
    expect(cache.stats().cold).toBe('open');
    expect(cache.ailing).toBe('the cold tier does not answer');
    expect(await registry.metrics()).toContain('audio_cache_breaker_open{cache_type="l3"} 1');
  });

  it('does not keep what is larger than it takes', async () => {
    const cache = await instance();
    const bulk = Array.from({ length: 20_000 }, () => Math.random()).join();
    await cache.wrap('analysis', 'big', () => new Promise((resolve) => setTimeout(() => resolve(bulk), 60)));
    await cache.close();
    expect(attic.kept.size).toBe(0);
  });
});
