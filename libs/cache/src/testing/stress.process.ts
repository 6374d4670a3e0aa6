/** One process of a service under test: executes commands of its parent, which simulates the database, and reports its reads and writes. */
import { setTimeout as pause } from 'node:timers/promises';
import { openRedis } from '#storage';
import type { ColdTier } from '../cold-tier.ts';
import { redisKeys } from '../redis-keys.ts';
import { TieredCache } from '../tiered-cache.ts';
import type { Ask, Observation, WorkerCommand, WorkerMessage } from './stress-protocol.ts';

const [redisUrl = '', boundMs = ''] = process.argv.slice(2);
const redis = openRedis(redisUrl, { role: 'cache' });

/** A cold tier in the same Redis that never evicts; every load counts as expensive, so that every entry is copied. */
const coldTier: ColdTier = {
  expensiveLoadMs: 0,
  maxEntryBytes: 10_000,
  get: async ({ key }) => (await redis.client.getBuffer(`cold ${key}`)) ?? undefined,
  put: async (entries) => {
    for (const { key, sealed } of entries) await redis.client.set(`cold ${key}`, sealed);
  },
};
const cache = new TieredCache({
  service: 'stress',
  namespaces: { rows: { ttlSeconds: 600 } },
  redis: redis.client,
  cold: coldTier,
  maxStalenessMs: Number(boundMs),
});

const names = redisKeys('stress');
const answers = new Map<number, (version: number) => void>();
let asked = 0;
const send = (message: WorkerMessage) => process.send?.(message);

/** A read returns the current version from the database, a write increments it. */
function database(ask: Ask['ask'], key: string): Promise<number> {
  asked += 1;
  const id = asked;
  send({ kind: 'ask', id, ask, key });
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

/** Drops an entry from Redis, as if Redis had evicted it. */
const dropFromRedis = (key: string) => redis.client.unlink(names.entry('rows', key)).catch(() => undefined);

async function stress({ steps, keys }: Extract<WorkerCommand, { kind: 'stress' }>): Promise<void> {
  const client = async () => {
    for (let step = 0; step < steps / 4; step++) {
      const key = `row ${Math.floor(Math.random() ** 2 * keys)}`;
      if (Math.random() < 0.3) await dropFromRedis(key);
      send({ kind: 'saw', observation: await (Math.random() < 0.1 ? write(key) : read(key)) });
      await pause(Math.random() * 8);
    }
  };
  await Promise.all([client(), client(), client(), client()]);
}

async function execute(command: WorkerCommand): Promise<void> {
  if (command.kind === 'stress') await stress(command);
  else if (command.kind === 'rush') await Promise.all(Array.from({ length: command.times }, () => read(command.key)));
  else if (command.kind === 'readAll') {
    send({ kind: 'cold', hits: cache.stats().namespaces.rows?.l3.hits ?? 0 });
    for (let key = 0; key < command.keys; key++) send({ kind: 'saw', observation: await read(`row ${key}`) });
  } else {
    await cache.close();
    await redis.close();
    process.disconnect();
    return;
  }
  send({ kind: 'done' });
}

process.on('message', (message: WorkerCommand | { kind: 'answer'; id: number; version: number }) => {
  if (message.kind !== 'answer') return void execute(message);
  answers.get(message.id)?.(message.version);
  answers.delete(message.id);
});
process.on('unhandledRejection', (reason) => {
  send({ kind: 'unhandled', reason: String(reason) });
});
redis.client.once('ready', () => void cache.synchronise().then(() => send({ kind: 'done' })));
