import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { openRedis, type RedisConnection } from '#storage';
import { freeze, type ManagedServer, startRedis, until } from '#testing';
import { LocalChannel } from './invalidation.ts';
import type { TierError, TieredCacheOptions } from './options.ts';
import { TieredCache } from './tiered-cache.ts';

let server: ManagedServer;
let connections: RedisConnection[] = [];
let caches: TieredCache[] = [];
let errors: TierError[] = [];

async function connect(): Promise<RedisConnection> {
  const connection = openRedis(server.url, { role: 'cache', commandTimeoutMs: 200 });
  connections.push(connection);
  expect(await until(async () => connection.client.status === 'ready', 20_000)).toBe(true);
  return connection;
}

/** One more process of the same service, as far as Redis can tell. */
async function instance(options: Partial<TieredCacheOptions<'analysis' | 'other'>> = {}): Promise<TieredCache> {
  const { client } = await connect();
  const cache = new TieredCache({
    service: 'audio',
    namespaces: { analysis: {}, other: {} },
    redis: client,
    registry: new Registry(),
    maxStalenessMs: 60_000,
    onError: (error) => errors.push(error),
    ...options,
  }) as TieredCache;
  caches.push(cache);
  await cache.synchronise();
  return cache;
}

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());
beforeEach(async () => {
  const { client } = await connect();
  await client.flushall();
});
afterEach(async () => {
  await Promise.all(caches.map((cache) => cache.close()));
  await Promise.all(connections.map((connection) => connection.close()));
  caches = [];
  connections = [];
  errors = [];
});

/** Waits for the fill that goes on behind an answer. */
const filled = async (key: string) => {
  const { client } = connections[0]!;
  expect(await until(async () => (await client.exists(`raf:{audio:analysis:${key}}:v`)) === 1, 20_000)).toBe(true);
};

/** Waits until Redis has heard of every invalidation. */
const allSaid = (cache: TieredCache, deadlineMs: number) =>
  until(() => cache.synchronise().then(() => cache.stats().pendingInvalidations === 0), deadlineMs);

describe('TieredCache over Redis', () => {
  it('returns in one instance what another has loaded', async () => {
    const [first, second] = [await instance(), await instance()];
    await first.wrap('analysis', 'a', () => ({ bpm: 120 }));
    await filled('a');
    expect(await second.wrap('analysis', 'a', () => Promise.reject(new Error('must not load')))).toEqual({ bpm: 120 });
  });

  it.each([[null], [0], [''], [false], [[]], [{}]])('treats %j as a hit, in memory and in Redis', async (value) => {
    const [first, second] = [await instance(), await instance()];
    await first.set('analysis', 'a', value);
    expect([await first.get('analysis', 'a'), await second.get('analysis', 'a')]).toEqual([value, value]);
  });

  it.each([
    ['a date', new Date(0)],
    ['a map', new Map([['a', { b: 1 }]])],
    ['typed numbers', new Float32Array([1.5, -2])],
    ['bytes', Buffer.from([0, 255, 3])],
    ['a large text', 'á bit of text '.repeat(20_000)],
    ['nothing in a field', { a: undefined, b: Number.NaN, c: -0 }],
  ])('returns %s unchanged in another instance', async (_name, value) => {
    const [first, second] = [await instance(), await instance()];
    await first.set('analysis', 'a', value);
    expect(await second.get('analysis', 'a')).toEqual(value);
  });

  it('loads once for concurrent reads in four instances', async () => {
    const all = [await instance(), await instance(), await instance(), await instance()];
    let loads = 0;
    const gate = Promise.withResolvers<void>();
    const load = async () => {
      loads += 1;
      await gate.promise;
      return 42;
    };
    const asked = Array.from({ length: 200 }, (_, index) => all[index % 4]!.wrap('analysis', 'hot', load));
    expect(await until(async () => loads === 1, 20_000)).toBe(true);
    gate.resolve();
    expect(new Set(await Promise.all(asked))).toEqual(new Set([42]));
    expect(loads).toBe(1);
  });

  it('loads again after a failed load, and rejects only for its callers', async () => {
    const cache = await instance();
    await expect(cache.wrap('analysis', 'a', () => Promise.reject(new Error('no tool')))).rejects.toThrow('no tool');
    expect(await cache.wrap('analysis', 'a', () => 1)).toBe(1);
  });

  it('serves a deleted entry in no instance that received the invalidation', async () => {
    const channel = new LocalChannel();
    const [first, second] = [await instance({ channel }), await instance({ channel })];
    await first.set('analysis', 'a', 1);
    await second.get('analysis', 'a');
    await first.delete('analysis', 'a');
    expect([await first.get('analysis', 'a'), await second.get('analysis', 'a')]).toEqual([undefined, undefined]);
  });

  it('reads from the log what the channel lost', async () => {
    const [first, second] = [await instance(), await instance()];
    await first.set('analysis', 'a', 1, { tags: ['track:7'] });
    await first.set('other', 'b', 2);
    expect([await second.get('analysis', 'a'), await second.get('other', 'b')]).toEqual([1, 2]);
    await first.invalidateTag('track:7');
    await first.invalidateNamespace('other');
    await second.synchronise();
    expect([await second.get('analysis', 'a'), await second.get('other', 'b')]).toEqual([undefined, undefined]);
  });

  it('invalidates a tag in every namespace and keeps the rest', async () => {
    const cache = await instance();
    await cache.set('analysis', 'a', 1, { tags: ['track:7', 'user:1'] });
    await cache.set('other', 'b', 2, { tags: ['track:7'] });
    await cache.set('other', 'c', 3, { tags: ['track:8'] });
    await cache.invalidateTag('track:7');
    expect([await cache.get('analysis', 'a'), await cache.get('other', 'b'), await cache.get('other', 'c')]).toEqual([
      undefined,
      undefined,
      3,
    ]);
  });

  it('does not store a load that began before an invalidation', async () => {
    const cache = await instance();
    for (const strike of [
      () => cache.delete('analysis', 'a'),
      () => cache.invalidateTag('t'),
      () => cache.invalidateNamespace('analysis'),
    ]) {
      const gate = Promise.withResolvers<string>();
      const old = cache.wrap('analysis', 'a', () => gate.promise, { tags: ['t'] });
      await until(async () => cache.stats().namespaces.analysis!.loads > 0, 20_000);
      await strike();
      gate.resolve('old');
      await old;
      expect(await cache.get('analysis', 'a')).toBeUndefined();
    }
  });

  it('does not let a late load overwrite what was set meanwhile', async () => {
    const [first, second] = [await instance(), await instance()];
    const gate = Promise.withResolvers<string>();
    const late = first.wrap('analysis', 'a', () => gate.promise);
    await until(async () => first.stats().namespaces.analysis!.loads === 1, 20_000);
    await second.set('analysis', 'a', 'new');
    gate.resolve('old');
    await late;
    await first.close();
    expect(await (await instance()).get('analysis', 'a')).toBe('new');
  });

  it('treats garbage in Redis as a miss and replaces it', async () => {
    const cache = await instance();
    const { client } = connections[0]!;
    await client.set('raf:{audio:analysis:a}:v', 'not an entry, but long enough to look like one at a glance');
    await client.rpush('raf:{audio:analysis:b}:v', 'a list');
    expect([await cache.wrap('analysis', 'a', () => 1), await cache.wrap('analysis', 'b', () => 2)]).toEqual([1, 2]);
    await cache.close();
    const other = await instance();
    expect([await other.get('analysis', 'a'), await other.get('analysis', 'b')]).toEqual([1, 2]);
    expect(errors.map(({ operation }) => operation)).toContain('read');
  });

  it('does not use entries written under an earlier run id of Redis', async () => {
    const [first, second] = [await instance(), await instance()];
    await first.set('analysis', 'a', 'before');
    const { client } = connections[0]!;
    const kept = await client.dumpBuffer('raf:{audio:analysis:a}:v');
    const generation = await client.dumpBuffer('raf:{audio}:g:n:analysis');
    await server.restart();
    await until(async () => client.status === 'ready', 20_000);
    await client.restore('raf:{audio:analysis:a}:v', 60_000, kept);
    await client.restore('raf:{audio}:g:n:analysis', 60_000, generation);
    await until(() => second.synchronise().then(() => second.stats().redis === 'closed'), 20_000);
    expect(await second.get('analysis', 'a')).toBeUndefined();
  });
});

describe('TieredCache when Redis fails', () => {
  it('uses memory and the loader while Redis is down, and recovers', async () => {
    const cache = await instance();
    await cache.set('analysis', 'a', 1);
    await server.kill();
    expect(await cache.get('analysis', 'a')).toBe(1);
    expect(await cache.wrap('analysis', 'b', () => 2)).toBe(2);
    await cache.set('analysis', 'c', 3);
    expect(await cache.get('analysis', 'c')).toBe(3);
    await server.restart();
    expect(await allSaid(cache, 15_000)).toBe(true);
    await cache.set('analysis', 'd', 4);
    expect(await (await instance()).get('analysis', 'd')).toBe(4);
  });

  it('answers within its timeout while Redis is frozen, then skips it', async () => {
    const cache = await instance();
    const thaw = freeze(server);
    try {
      for (let index = 0; index < 8; index++) expect(await cache.wrap('analysis', `k${index}`, () => index)).toBe(index);
      expect(cache.stats().redis).not.toBe('closed');
    } finally {
      thaw();
    }
  });

  it('keeps serving when Redis is full', async () => {
    const cache = await instance();
    const { client } = connections[0]!;
    await client.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1');
    try {
      expect(await cache.wrap('analysis', 'a', () => 1)).toBe(1);
      await cache.set('analysis', 'b', 2);
      expect(await cache.get('analysis', 'b')).toBe(2);
      for (let index = 0; index < 4; index++) await cache.wrap('analysis', `k${index}`, () => index);
      expect(cache.degradedReason).toBe('Redis takes no writes');
      expect(cache.stats()).toMatchObject({ redis: 'closed', redisWrites: 'open' });
    } finally {
      await client.config('SET', 'maxmemory', '256mb', 'maxmemory-policy', 'allkeys-lru');
    }
    let probe = 0;
    const heals = async () => (await cache.wrap('analysis', `probe ${probe++}`, () => 1)) === 1 && cache.degradedReason === undefined;
    expect(await until(heals, 20_000)).toBe(true);
  });

  it('skips a server that is not Redis, and recovers when it is one', async () => {
    const liar = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n$9999999999\r\n\0\0'));
    }).listen(0, '127.0.0.1');
    await once(liar, 'listening');
    const { port } = liar.address() as AddressInfo;
    const connection = openRedis(`redis://127.0.0.1:${port}`, { role: 'cache', commandTimeoutMs: 200 });
    connections.push(connection);
    const cache = new TieredCache({ service: 'audio', namespaces: { analysis: {} }, redis: connection.client, registry: new Registry() });
    caches.push(cache);
    for (let index = 0; index < 8; index++) expect(await cache.wrap('analysis', `k${index}`, () => index)).toBe(index);
    expect(cache.degradedReason).toBe('Redis does not answer');
    connection.client.disconnect();
    Object.assign(connection.client.options, { port: Number(new URL(server.url).port) });
    liar.close();
    await until(() => connection.client.status === 'end', 20_000);
    await connection.client.connect();
    expect(await until(() => cache.synchronise().then(() => cache.degradedReason === undefined), 20_000)).toBe(true);
  });

  it('invalidates in Redis, once it is back, what was deleted while it was unreachable', async () => {
    const [first, second] = [await instance(), await instance()];
    await first.set('analysis', 'a', 'old');
    connections[1]!.client.disconnect();
    await first.delete('analysis', 'a');
    expect(first.stats().pendingInvalidations).toBe(1);
    expect(await first.get('analysis', 'a')).toBeUndefined();
    await until(async () => connections[1]!.client.status === 'end', 20_000);
    await connections[1]!.client.connect();
    expect(await allSaid(first, 5_000)).toBe(true);
    expect(await second.get('analysis', 'a')).toBeUndefined();
  });
});
