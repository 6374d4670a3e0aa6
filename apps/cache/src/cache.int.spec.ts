import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Registry, register } from 'prom-client';
import type { TieredCache } from '#cache';
import {
  configureNamespace,
  explainCacheKey,
  getColdEntry,
  invalidateCache,
  putColdEntries,
  readCacheStats,
  readPopularity,
  reportPopularity,
  warmCache,
} from '#contracts';
import {
  Bus,
  CACHE,
  Database,
  type PlatformConfig,
  PlatformModule,
  platformConfig,
  REDIS,
  type RunningService,
  startService,
} from '#platform';
import { queryRows, type RedisConnection } from '#storage';
import { startNats, startPostgres, startRedis, until } from '#testing';
import { CacheModule } from './cache.module.ts';
import { ColdService } from './cold/cold.service.ts';
import { cacheConfigSchema } from './config.ts';

/** A service with a cache, as any other is. */
@Module({})
class ReaderModule {
  static forConfig(config: PlatformConfig) {
    const cache = { namespaces: { analysis: { maxBytes: 1 << 20 }, other: {} }, memory: { maxBytes: 4 << 20 }, registry: new Registry() };
    return { module: ReaderModule, imports: [PlatformModule.forApp({ name: 'audio', config, redis: true, cache })] };
  }
}

let servers: {
  postgres: Awaited<ReturnType<typeof startPostgres>>;
  redis: Awaited<ReturnType<typeof startRedis>>;
  nats: Awaited<ReturnType<typeof startNats>>;
};
let environment: Record<string, string>;
let cacheService: RunningService;
const readers: RunningService[] = [];

const startReader = async (): Promise<RunningService> => {
  register.clear(); // a second service in this process brings the same process metrics
  const config = platformConfig.parse(environment);
  const reader = await startService({ name: 'audio', config: () => config, module: ReaderModule.forConfig }, config);
  readers.push(reader);
  expect(await until(async () => (await fetch(`${reader.url}/health/ready`)).ok, 20_000)).toBe(true);
  return reader;
};
const startCache = async () => {
  register.clear();
  const config = cacheConfigSchema.parse({ ...environment, CACHE_COLD_MAX_MB: '1' });
  cacheService = await startService({ name: 'cache', config: () => config, module: CacheModule.forConfig }, config);
  expect(await until(async () => (await fetch(`${cacheService.url}/health/ready`)).ok, 20_000)).toBe(true);
};
const bus = () => cacheService.app.get(Bus, { strict: false });
const cacheOf = (reader: RunningService): TieredCache => reader.app.get(CACHE, { strict: false });
const redis = () => (cacheService.app.get(REDIS, { strict: false }) as RedisConnection).client;
const slowly = (value: unknown) => () => new Promise((resolve) => setTimeout(() => resolve(value), 60));

beforeAll(async () => {
  const [postgres, redisServer, nats] = await Promise.all([startPostgres(), startRedis(), startNats()]);
  servers = { postgres, redis: redisServer, nats };
  environment = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redisServer.url,
    NATS_URL: nats.url,
    BLOB_STORE_URL: `file://${tmpdir()}/nowhere`,
    LOG_LEVEL: 'silent',
  };
  await startCache();
  await startReader();
}, 90_000);
afterAll(async () => {
  for (const reader of readers) await reader.stop();
  await cacheService.stop();
  for (const server of Object.values(servers)) await server.stop();
}, 60_000);

describe('the cold tier over the bus', () => {
  const place = { service: 'audio', namespace: 'analysis', key: 'raw' } as const;
  const sealed = Buffer.from([0, 1, 2, 255]).toString('base64');

  it('gives back what it was given, until that is dead', async () => {
    expect(await bus().call(getColdEntry, place)).toEqual({ sealed: null });
    const entries = [
      { namespace: 'analysis', key: 'raw', sealed, deadAtMs: Date.now() + 60_000 },
      { namespace: 'analysis', key: 'dead', sealed, deadAtMs: Date.now() - 1 },
    ];
    expect(await bus().call(putColdEntries, { service: 'audio', entries })).toEqual({ kept: 1 });
    expect(await bus().call(getColdEntry, place)).toEqual({ sealed });
    expect(await bus().call(getColdEntry, { ...place, key: 'dead' })).toEqual({ sealed: null });
  });

  it('serves a service what Redis has let go, and takes it from there when that is struck', async () => {
    const cache = cacheOf(readers[0]!);
    await cache.wrap('analysis', 'cold', slowly({ bpm: 120 }));
    expect(await until(async () => (await redis().exists('raf:{audio:analysis:cold}:c')) === 1, 20_000)).toBe(true);
    await redis().unlink('raf:{audio:analysis:cold}:v');
    const second = cacheOf(await startReader());
    // A request does not wait long for the cold tier: on a busy machine its answer comes too late at first.
    expect(await until(async () => (await second.get('analysis', 'cold')) !== undefined, 20_000)).toBe(true);
    expect(await second.wrap('analysis', 'cold', () => 'loaded')).toEqual({ bpm: 120 });
    await second.delete('analysis', 'cold');
    expect(await second.get('analysis', 'cold')).toBeUndefined();
  });

  it('keeps to its budget: those unused for longest leave first', async () => {
    const big = Buffer.alloc(60_000, 7).toString('base64');
    const put = (key: string) =>
      bus().call(putColdEntries, { service: 'audio', entries: [{ namespace: 'other', key, sealed: big, deadAtMs: Date.now() + 60_000 }] });
    for (let index = 0; index < 20; index++) await put(`big ${index}`);
    await bus().call(getColdEntry, { service: 'audio', namespace: 'other', key: 'big 0' });
    const cold = cacheService.app.get(ColdService, { strict: false });
    await cold.sweep();
    const { bytes } = await cold.summary();
    expect(bytes).toBeLessThanOrEqual(1_048_576);
    expect(bytes).toBeGreaterThan(900_000);
    expect((await bus().call(getColdEntry, { service: 'audio', namespace: 'other', key: 'big 0' })).sealed).toBe(big);
    expect((await bus().call(getColdEntry, { service: 'audio', namespace: 'other', key: 'big 1' })).sealed).toBeNull();
  });
});

describe('operators', () => {
  it('see every instance, each tier, and what other policies would have hit', async () => {
    const cache = cacheOf(readers[0]!);
    await cache.wrap('analysis', 'seen', () => 1);
    await cache.get('analysis', 'seen');
    const { instances, totals, byStrategy, cold } = await bus().call(readCacheStats, { service: 'audio' });
    expect(instances.length).toBe(readers.length);
    expect(instances[0]).toMatchObject({
      service: 'audio',
      breakers: { redis: 'closed', cold: 'closed' },
      namespaces: { analysis: { strategy: 'adaptive' } },
    });
    expect(totals.reads).toBeGreaterThan(0);
    expect(byStrategy.map(({ tier }) => tier)).toContain('l1');
    expect(cold.maxBytes).toBe(1_048_576);
  });

  it('hear where a key stands, and that there is no such namespace', async () => {
    await cacheOf(readers[0]!).wrap('analysis', 'seen', () => 1);
    const { instances } = await bus().call(explainCacheKey, { service: 'audio', namespace: 'analysis', key: 'seen' });
    expect(instances.some(({ explanation }) => explanation.memory.resident)).toBe(true);
    await expect(bus().call(explainCacheKey, { service: 'audio', namespace: 'nothing', key: 'seen' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it.each([
    ['a key', { namespace: 'analysis', key: 'struck' }],
    ['a tag', { tag: 'owner' }],
    ['a namespace', { namespace: 'analysis' }],
  ])('strike %s in every instance', async (_what, target) => {
    const [first, second] = readers.map(cacheOf) as [TieredCache, TieredCache];
    await first.set('analysis', 'struck', 'old', { tags: ['owner'] });
    expect(await second.get('analysis', 'struck')).toBe('old');
    expect(await bus().call(invalidateCache, { service: 'audio', target })).toEqual({ recorded: true });
    const gone = async () =>
      (await first.get('analysis', 'struck')) === undefined && (await second.get('analysis', 'struck')) === undefined;
    expect(await until(gone, 20_000)).toBe(true);
  });

  it('change how a namespace is kept, everywhere, also for those that start later', async () => {
    const change = { strategy: 'lru', ttlSeconds: 30 } as const;
    const answer = await bus().call(configureNamespace, { service: 'audio', namespace: 'analysis', change });
    expect(answer).toMatchObject({ settings: change, instances: readers.map(() => ({ service: 'audio' })) });
    const resolveRules = (cache: TieredCache) => cache.stats().namespaces.analysis?.rules;
    expect(readers.map((reader) => resolveRules(cacheOf(reader)))).toEqual(readers.map(() => expect.objectContaining(change)));
    const later = cacheOf(await startReader());
    expect(await until(() => resolveRules(later)?.strategy === 'lru', 20_000)).toBe(true);
    const back = await bus().call(configureNamespace, {
      service: 'audio',
      namespace: 'analysis',
      change: { strategy: null, ttlSeconds: null },
    });
    expect(back.settings).toEqual({});
    expect(resolveRules(later)).toMatchObject({ strategy: 'adaptive', ttlSeconds: 3_600 });
  });

  it('are refused what does not fit, and nothing has changed then', async () => {
    const before = cacheOf(readers[0]!).stats().namespaces.analysis?.rules;
    const change = { maxBytes: 1 << 30, ttlSeconds: 5 };
    await expect(bus().call(configureNamespace, { service: 'audio', namespace: 'analysis', change })).rejects.toMatchObject({
      code: 'request-invalid',
    });
    await expect(bus().call(configureNamespace, { service: 'audio', namespace: 'nothing', change: {} })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(cacheOf(readers[0]!).stats().namespaces.analysis?.rules).toEqual(before);
  });

  it('warm what they name in every instance', async () => {
    await cacheOf(readers[0]!).set('other', 'warm me', 1);
    const { instances } = await bus().call(warmCache, { service: 'audio', namespace: 'other', keys: ['warm me', 'nobody has it'] });
    expect(instances.length).toBe(readers.length);
    expect(instances.map(({ report }) => report.loaded + report.present)).toEqual(readers.map(() => 1));
  });
});

describe('popularity', () => {
  it('is what a new instance begins with, the best first', async () => {
    await cacheOf(readers[0]!).set('other', 'hot', 'value');
    const keys = [
      { key: 'hot', uses: 200 },
      { key: 'cool', uses: 1 },
    ];
    await bus().call(reportPopularity, { service: 'audio', namespaces: [{ namespace: 'other', keys, warmed: { loaded: 0, used: 0 } }] });
    const { hot } = await bus().call(readPopularity, { service: 'audio', count: 5 });
    expect(hot.find(({ namespace }) => namespace === 'other')?.keys[0]).toBe('hot');
    const fresh = cacheOf(await startReader());
    expect(await until(() => (fresh.stats().namespaces.other?.warmed.loaded ?? 0) > 0, 20_000)).toBe(true);
    await fresh.get('other', 'hot');
    expect(fresh.stats().namespaces.other?.warmed.used).toBe(1);
  });

  it('warms but a few keys where warming was of no use', async () => {
    const keys = Array.from({ length: 50 }, (_, index) => ({ key: `video ${index}`, uses: 1 }));
    await bus().call(reportPopularity, {
      service: 'video',
      namespaces: [{ namespace: 'useless', keys, warmed: { loaded: 150, used: 1 } }],
    });
    const { hot } = await bus().call(readPopularity, { service: 'video', count: 50 });
    expect(hot.map(({ namespace, keys: few }) => [namespace, few.length])).toEqual([['useless', 10]]);
  });

  it('is bounded', async () => {
    const database = cacheService.app.get(Database, { strict: false });
    for (let page = 0; page < 4; page++) {
      const keys = Array.from({ length: 500 }, (_, index) => ({ key: `${page} ${index}`, uses: 1 + index }));
      await bus().call(reportPopularity, { service: 'posts', namespaces: [{ namespace: 'many', keys, warmed: { loaded: 0, used: 0 } }] });
    }
    const [row] = await queryRows<{ count: string }>(database.source, "SELECT count(*) FROM cache.popularity WHERE service = 'posts'");
    expect(Number(row?.count)).toBeLessThanOrEqual(1_010);
  });
});

describe('without the cache service', () => {
  it('requests go on, and the cold tier is used again when it is back', async () => {
    const cache = cacheOf(readers[0]!);
    await cache.wrap('analysis', 'kept', slowly('kept'));
    expect(await until(async () => (await redis().exists('raf:{audio:analysis:kept}:c')) === 1, 20_000)).toBe(true);
    await redis().unlink('raf:{audio:analysis:kept}:v');
    await cacheService.stop();
    const other = cacheOf(readers[1]!);
    expect(await other.wrap('analysis', 'kept', () => 'loaded')).toBe('loaded');
    expect((await fetch(`${readers[1]!.url}/health/ready`)).ok).toBe(true);
    await startCache();
    await cache.wrap('analysis', 'again', slowly('again'));
    expect(await until(async () => (await redis().exists('raf:{audio:analysis:again}:c')) === 1, 20_000)).toBe(true);
  });
});
