/** Two instances of the gateway at the same announcements, on a real PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database, jobsMigrations, Log } from '#platform';
import { type TestDatabase, testDatabase } from '#testing';
import { PartitionDeliveries1797100200000 } from '../webhooks/delivery-partitions.migration.ts';
import {
  AddWebhookPauses1795222000000,
  CreateWebhooks1795219400000,
  VerifyWebhooks1795910600000,
  WebhooksOfResources1795910400000,
} from '../webhooks/webhooks.migration.ts';
import { AnnouncementStore, type Told } from './announcement.store.ts';
import { CreateOwnerEvents1795910500000 } from './events.migration.ts';
import type { Announcement } from './owner-event.ts';

const steps = [
  ...[CreateWebhooks1795219400000, AddWebhookPauses1795222000000, WebhooksOfResources1795910400000, CreateOwnerEvents1795910500000],
  ...[VerifyWebhooks1795910600000, PartitionDeliveries1797100200000],
];
let testing: TestDatabase;
let database: Database;
let store: AnnouncementStore;
beforeAll(async () => {
  testing = await testDatabase('events');
  const migrations = [jobsMigrations, { schema: 'gateway', steps }];
  const options = { url: testing.url, schema: 'gateway', applicationName: 'events', poolSize: 4, entities: [], migrations };
  database = new Database(() => options, Log.open({ service: 'gateway', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
  store = new AnnouncementStore(database);
});
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

const announce = (owner: string, count: number) =>
  database.source.query(
    `INSERT INTO jobs.announcement (owner_id, type, noun, resource_id, message_id)
     SELECT $1::uuid, 'post.ready', 'post', gen_random_uuid(), $1::text || '_' || n FROM generate_series(1, $2) n`,
    [owner, count],
  );
const tellAll = (batch: readonly Announcement[]) => ({
  told: batch.map((announcement): Told => ({ announcement, message: announcement.messageId, metadata: {} })),
  later: [],
});
const told = async (owner: string): Promise<string[]> =>
  (await database.source.query('SELECT body FROM gateway.owner_event WHERE owner_id = $1 ORDER BY sequence', [owner])).map(
    ({ body }: { body: string }) => body,
  );

it('one event comes of each announcement that two instances read, in the order of the announcements', async () => {
  const owner = randomUUID();
  await announce(owner, 15);
  const both = Promise.withResolvers<void>();
  let reading = 0;
  const tell = async (batch: readonly Announcement[]) => {
    if (++reading === 2) both.resolve();
    await both.promise;
    return tellAll(batch);
  };
  expect(await Promise.all([store.step(tell), store.step(tell)])).toEqual([15, 15]);
  expect(await told(owner)).toEqual(Array.from({ length: 15 }, (_, at) => `${owner}_${at + 1}`));
  expect(await store.step(async (batch) => tellAll(batch))).toBe(0);
});

it('no transaction is open while services are asked', async () => {
  await announce(randomUUID(), 1);
  let open: unknown;
  await store.step(async (batch) => {
    [open] = await database.source.query(
      `SELECT count(*)::int AS transactions FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
    );
    return tellAll(batch);
  });
  expect(open).toEqual({ transactions: 0 });
});

it('what an owner erases meanwhile is not told', async () => {
  const owner = randomUUID();
  await announce(owner, 3);
  await store.step(async (batch) => {
    await store.erase(owner);
    return tellAll(batch);
  });
  expect(await told(owner)).toEqual([]);
});
