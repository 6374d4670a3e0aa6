/** The cache on three local Redis processes that are one cluster. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { openRedis, type RedisConnection } from '#storage';
import { type RedisCluster, startRedisCluster, until } from '#testing';
import type { TierError } from './options.ts';
import { TieredCache } from './tiered-cache.ts';

let cluster: RedisCluster;
const connections: RedisConnection[] = [];
const caches: TieredCache[] = [];
const errors: TierError[] = [];

async function instance(): Promise<TieredCache> {
  const connection = openRedis(cluster.url, { role: 'cache', commandTimeoutMs: 2_000 });
  connections.push(connection);
  expect(await until(() => connection.health().status === 'up', 20_000)).toBe(true);
  const cache = new TieredCache({
    service: 'audio',
    namespaces: { analysis: {}, other: {} },
    redis: connection.client,
    registry: new Registry(),
    onError: (error) => errors.push(error),
  }) as TieredCache;
  caches.push(cache);
  await cache.synchronise();
  return cache;
}
/** Keys in Redis, by node. */
const keysByNode = () => {
  const { client } = connections[0]!;
  return Promise.all(
    (client as unknown as { nodes(role: 'master'): { dbsize(): Promise<number> }[] }).nodes('master').map((node) => node.dbsize()),
  );
};
const keys = Array.from({ length: 60 }, (_, index) => `key ${index}`);
const readAll = (cache: TieredCache, load: (key: string) => string) =>
  Promise.all(keys.map((key) => cache.wrap('analysis', key, () => load(key), { tags: ['all'] })));

beforeAll(async () => {
  cluster = await startRedisCluster();
}, 60_000);
afterAll(async () => {
  await Promise.all(caches.map((cache) => cache.close()));
  await Promise.all(connections.map((connection) => connection.close()));
  await cluster?.stop();
});

describe('a cache on a Redis Cluster', () => {
  it('shares entries between instances, spread over all nodes', async () => {
    const [first, second] = [await instance(), await instance()];
    expect(await readAll(first, (key) => `of ${key}`)).toEqual(keys.map((key) => `of ${key}`));
    const sum = async () => (await keysByNode()).reduce((total, count) => total + count, 0);
    expect(await until(async () => (await sum()) >= keys.length, 20_000)).toBe(true); // filled behind the answers
    expect((await keysByNode()).filter((count) => count > 0)).toHaveLength(3);
    expect(await readAll(second, () => 'loaded again')).toEqual(keys.map((key) => `of ${key}`));
    expect(errors).toEqual([]);
  }, 60_000);

  it('invalidates keys, tags and namespaces for all of them', async () => {
    const [first, second] = caches as [TieredCache, TieredCache];
    const read = async (key: string, value: string) => {
      await second.synchronise();
      return second.wrap('analysis', key, () => value, { tags: ['all'] });
    };
    await first.delete('analysis', 'key 1');
    expect([await read('key 1', 'new'), await read('key 2', 'new')]).toEqual(['new', 'of key 2']);
    await first.invalidateTag('all');
    expect(await read('key 2', 'newer')).toBe('newer');
    await first.invalidateNamespace('analysis');
    expect(await read('key 2', 'newest')).toBe('newest');
    expect(errors).toEqual([]);
  }, 60_000);

  it('answers without a node, and trusts no entry from before when it is back', async () => {
    const [first] = caches as [TieredCache];
    await readAll(first, () => 'before');
    await cluster.nodes[1]!.kill();
    expect(await readAll(await outsider(), () => 'without')).toHaveLength(keys.length);
    await cluster.nodes[1]!.restart();
    const isBack = async () => {
      await first.synchronise();
      return first.degradedReason === undefined && (await keysByNode().catch(() => [])).length === 3;
    };
    expect(await until(isBack, 40_000)).toBe(true);
    const fresh = await instance();
    expect(await readAll(fresh, () => 'after')).toEqual(keys.map(() => 'after'));
  }, 90_000);
});

/** An instance that starts while a node is away. */
async function outsider(): Promise<TieredCache> {
  const connection = openRedis(cluster.url, { role: 'cache' });
  connections.push(connection);
  const cache = new TieredCache({ service: 'audio', namespaces: { analysis: {} }, redis: connection.client, registry: new Registry() });
  caches.push(cache as unknown as TieredCache);
  return cache as unknown as TieredCache;
}
