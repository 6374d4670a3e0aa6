/** One process of a service under test: obeys orders from its parent, which plays the database, and reports what it read and wrote. */
import { setTimeout as pause } from 'node:timers/promises';
import { openRedis } from '#storage';
import type { ColdTier } from '../cold-tier.ts';
import { redisKeys } from '../keys.ts';
import { TieredCache } from '../tiered-cache.ts';
import type { Ask, Observation, Order, Told } from './storm-protocol.ts';

const [redisUrl = '', boundMs = ''] = process.argv.slice(2);
const redis = openRedis(redisUrl, { role: 'cache' });

/** A cold tier that never forgets, in the same Redis; every load is dear, so that every entry gets a copy there. */
const attic: ColdTier = {
  dearMs: 0,
  maxEntryBytes: 10_000,
  get: async ({ key }) => (await redis.client.getBuffer(`attic ${key}`)) ?? undefined,
  put: async (entries) => {
    for (const { key, sealed } of entries) await redis.client.set(`attic ${key}`, sealed);
  },
};
const cache = new TieredCache({
  service: 'storm',
  namespaces: { rows: { ttlSeconds: 600 } },
  redis: redis.client,
  cold: attic,
  maxStalenessMs: Number(boundMs),
});

const names = redisKeys('storm');
const answers = new Map<number, (version: number) => void>();
let asked = 0;
const tell = (message: Told) => process.send?.(message);

/** Asks the database: a read gives the version that stands, a write makes the next one. */
function database(ask: Ask['ask'], key: string): Promise<number> {
  asked += 1;
  const id = asked;
  tell({ kind: 'ask', id, ask, key });
  return new Promise((resolve) => answers.set(id, resolve));
}

const read = async (key: string): Promise<Observation> => {
  const atMs = Date.now();
  const version = await cache.wrap('rows', key, () => database('read', key), { tags: [`tag ${key}`] });
  return { did: 'read', key, version, atMs };
};

/** First the database, then the cache: by key or by tag. */
const write = async (key: string): Promise<Observation> => {
  const version = await database('write', key);
  await (version % 2 === 0 ? cache.delete('rows', key) : cache.invalidateTag(`tag ${key}`));
  return { did: 'write', key, version, atMs: Date.now() };
};

/** Drops an entry from Redis, as if Redis had no room for it. */
const crowdOut = (key: string) => redis.client.unlink(names.entry('rows', key)).catch(() => undefined);

async function storm({ steps, keys }: Extract<Order, { kind: 'storm' }>): Promise<void> {
  const lane = async () => {
    for (let step = 0; step < steps / 4; step++) {
      const key = `row ${Math.floor(Math.random() ** 2 * keys)}`;
      if (Math.random() < 0.3) await crowdOut(key);
      tell({ kind: 'saw', observation: await (Math.random() < 0.1 ? write(key) : read(key)) });
      await pause(Math.random() * 8);
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}

async function obey(order: Order): Promise<void> {
  if (order.kind === 'storm') await storm(order);
  else if (order.kind === 'rush') await Promise.all(Array.from({ length: order.times }, () => read(order.key)));
  else if (order.kind === 'readAll') {
    tell({ kind: 'cold', hits: cache.stats().namespaces.rows?.l3.hits ?? 0 });
    for (let key = 0; key < order.keys; key++) tell({ kind: 'saw', observation: await read(`row ${key}`) });
  } else {
    await cache.close();
    await redis.close();
    process.disconnect();
    return;
  }
  tell({ kind: 'done' });
}

process.on('message', (message: Order | { kind: 'answer'; id: number; version: number }) => {
  if (message.kind !== 'answer') return void obey(message);
  answers.get(message.id)?.(message.version);
  answers.delete(message.id);
});
process.on('unhandledRejection', (reason) => {
  tell({ kind: 'unhandled', reason: String(reason) });
});
redis.client.once('ready', () => void cache.synchronise().then(() => tell({ kind: 'done' })));
