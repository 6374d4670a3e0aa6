/** Limits that are counted on three local Redis processes that are one cluster. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openRedis, type RedisConnection } from '#storage';
import { type RedisCluster, startRedisCluster, until } from '#testing';
import { LeasedWindows } from './leased-windows.ts';
import { LocalWindows } from './local-windows.ts';
import { RedisLeases } from './redis-leases.ts';

let cluster: RedisCluster;
let connections: RedisConnection[] = [];
beforeAll(async () => {
  cluster = await startRedisCluster();
  connections = [1, 2].map(() => openRedis(cluster.url, { role: 'limits', commandTimeoutMs: 5_000 }));
  expect(await until(() => connections.every(({ client }) => client.status === 'ready'), 20_000)).toBe(true);
}, 60_000);
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await cluster?.stop();
});

it('limits are shared by two gateways, whichever node counts', async () => {
  const copies = connections.map(({ client }) => new LeasedWindows(new RedisLeases(client), new LocalWindows()));
  const allowedOf = async (key: string) => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => copies[index % 2]!.take({ key, cost: 1, limit: 10, windowMs: 60_000 })),
    );
    return answers.filter(({ allowed }) => allowed).length;
  };
  const keys = Array.from({ length: 12 }, () => `limit:${randomUUID()}`);
  expect(await Promise.all(keys.map(allowedOf))).toEqual(keys.map(() => 10));
});
