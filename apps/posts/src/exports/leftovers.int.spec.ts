/** What jobs leave that were cancelled, have failed or are never taken, on a real PostgreSQL: it is found from the rows. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { ParallelExecutor } from '#compute';
import { Database, JobStore, jobsMigrations, Log, standingsOf, usageMigrations } from '#platform';
import { type BlobStore, blobsMigrations, queryRows } from '#storage';
import { type TestDatabase, testDatabase, until } from '#testing';
import { AccountExportRow, AccountExportStore } from '../account-exports/account-export.store.ts';
import { attachmentMigrations } from '../attachments/attachment.migration.ts';
import { CollectionRow, CollectionStore } from '../documents/collection.store.ts';
import { DocumentStore } from '../documents/document.store.ts';
import { DocumentJanitor } from '../documents/document-janitor.service.ts';
import { documentsMigrations } from '../documents/documents.migrations.ts';
import { EmbedCollectionJob } from '../documents/embed-collection.job.ts';
import { LoadRow, LoadStore } from '../documents/load.store.ts';
import { ModelStore } from '../documents/models/model.store.ts';
import { VectorStore } from '../documents/vector.store.ts';
import { postMigrations } from '../posts/post.migration.ts';
import { ExportRow } from './export.store.ts';
import { type PartitionJobs, Partitions } from './partitions.service.ts';

let testing: TestDatabase;
let database: Database;
let jobs: JobStore;
const silent = Log.open({ service: 'posts', instance: 'test', level: 'silent' });
beforeAll(async () => {
  testing = await testDatabase('leftovers');
  const migrations = [blobsMigrations, usageMigrations, jobsMigrations, postMigrations, attachmentMigrations, documentsMigrations];
  const entities = [CollectionRow, LoadRow, ExportRow, AccountExportRow];
  const postgres = { url: testing.url, schema: 'documents', applicationName: 'spec', poolSize: 4, entities, migrations };
  database = new Database(() => postgres, silent);
  database.onModuleInit();
  await database.whenOpen();
  jobs = new JobStore(database, () => undefined);
});
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

const rows = <T>(sql: string, values: readonly unknown[] = []) => queryRows<T>(database.source, sql, values);
const usedBy = async (ownerId: string) => (await standingsOf(database.source, ownerId)).storageBytes.used;

async function newCollection(ownerId: string): Promise<string> {
  const id = randomUUID();
  await database.transaction((tx) => new CollectionStore(database).add(tx, { id, ownerId, title: 'spec' }));
  return id;
}

const addDocuments = (collectionId: string, count: number) =>
  rows(
    `INSERT INTO documents.document (collection_id, external_id, text, language, metadata)
     SELECT $1, 'doc-' || n, 'text ' || n, 'en', '{}' FROM generate_series(1, $2::int) AS n`,
    [collectionId, count],
  );

describe('documents whose collection is gone', () => {
  it('are removed batch by batch, and no others', async () => {
    const [kept, gone] = [await newCollection(randomUUID()), randomUUID()];
    await addDocuments(kept, 3);
    await addDocuments(gone, 5_001);
    const janitor = new DocumentJanitor(new DocumentStore(database), new VectorStore(database), database, {} as never, silent);
    const waits = [await janitor.sweepPage(), await janitor.sweepPage(), await janitor.sweepPage()];
    expect(waits).toEqual([1_000, 1_000, 3_600_000]);
    expect(await rows('SELECT collection_id AS id, count(*)::int AS count FROM documents.document GROUP BY 1')).toEqual([
      { id: kept, count: 3 },
    ]);
  });

  it('are looked for page by page, with one step for each collection', async () => {
    const documents = new DocumentStore(database);
    const first = await documents.withDocuments('00000000-0000-0000-0000-000000000000', 1);
    expect(first).toMatchObject([{ isGone: false }]);
    expect(await documents.withDocuments(first[0]!.id, 1)).toEqual([]);
  });
});

describe('an archive whose time is over', () => {
  it('goes without its job, and its bytes count no more', async () => {
    const exports = new AccountExportStore(database);
    const [over, lasting] = [randomUUID(), randomUUID()].map((ownerId) => ({ id: randomUUID(), ownerId }));
    for (const key of [over!, lasting!])
      await database.transaction(async (tx) => {
        await exports.add(tx, { ...key, title: '', jobId: randomUUID() });
        await AccountExportStore.finish(tx, key, { sha256: 'b'.repeat(64), sizeBytes: 70, fileCount: 1 });
      });
    await rows(`UPDATE documents.account_export SET expires_at = now() - interval '1 second' WHERE id = $1`, [over!.id]);
    await Promise.all([exports.removeExpired(), exports.removeExpired()]);
    expect([await exports.find(over!), await usedBy(over!.ownerId)]).toEqual([null, 0]);
    expect([(await exports.find(lasting!))?.ready, await usedBy(lasting!.ownerId)]).toEqual([true, 70]);
  });
});

describe('loads whose jobs have ended', () => {
  it('are locked before the usage: a janitor that has one of them gets the usage', async () => {
    const ownerId = randomUUID();
    const collectionId = await newCollection(ownerId);
    const ids = [randomUUID(), randomUUID()].sort();
    for (const id of ids)
      await database.transaction((tx) =>
        LoadStore.add(tx, {
          ...{ id, ownerId, title: '', collectionId, jobId: randomUUID() },
          ...{ format: 'ndjson', sizeBytes: 5, sha256: 'd'.repeat(64) },
        }),
      );
    const runner = database.source.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.query('SELECT 1 FROM documents.load WHERE id = $1 FOR NO KEY UPDATE', [ids[1]]);
      const pruned = database.transaction((tx) => LoadStore.prune(tx, collectionId));
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      expect(await until(async () => (await rows(waiting)).length > 0, 10_000)).toBeTruthy();
      await LoadStore.abandon(runner.manager, ids[1]!);
      await runner.commitTransaction();
      await pruned;
    } finally {
      await runner.release();
    }
    expect(await usedBy(ownerId)).toBe(-10);
  });
});

describe('a page of documents whose vectors a deletion removes', () => {
  it('is made again: none of them names a vector that is not there', async () => {
    const ownerId = randomUUID();
    const collectionId = await newCollection(ownerId);
    await addDocuments(collectionId, 1);
    const models = new ModelStore(database);
    const model = await models.active();
    const embedding = { embed: async () => ({ model, hashes: [], vectors: new Uint8Array(0) }) }; // as if it had gone right after it was added
    const job = new EmbedCollectionJob(database, new VectorStore(database), embedding as never, models);
    const run = { ownerId, signal: new AbortController().signal, progress: () => undefined };
    await expect(job.run({ collectionId }, run as never)).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(await rows('SELECT 1 FROM documents.document WHERE collection_id = $1 AND text_sha256 IS NOT NULL', [collectionId])).toEqual([]);
  });
});

describe('rows that another service was asked for', () => {
  const ownerId = randomUUID();
  let remembered: PartitionJobs = {};
  const gather = () => {
    const blobs = { stat: async () => undefined } as unknown as BlobStore;
    const partitions = new Partitions(database, jobs, blobs, new ParallelExecutor({ io: 2, cpu: 1 }));
    const remember = async (_: EntityManager, known: PartitionJobs) => {
      remembered = known;
    };
    const context = { requestId: 'spec', traceparent: '' };
    return partitions.gather({ ownerId, nouns: { audio: ['tracks'] }, jobs: remembered, remember, context, subject: {} });
  };
  const change = (set: string) => rows(`UPDATE jobs.job SET ${set} WHERE id = $1`, [remembered.audio]);

  it('are asked for again by the next attempt once their job has failed or was cancelled', async () => {
    expect(await gather()).toEqual({ waitMs: 1_000 });
    const first = remembered.audio;
    await change(`state = 'failed', ended_at = now(), reason = '{"code":"request-invalid","message":"Too new."}'`);
    await expect(gather()).rejects.toMatchObject({ code: 'request-invalid' });
    expect(await gather()).toEqual({ waitMs: 1_000 });
    expect(remembered.audio).not.toBe(first);
  });

  it('are waited for longer and longer, and not for ever: a service may be absent', async () => {
    expect(await gather()).toEqual({ waitMs: 1_000 });
    await change(`created_at = now() - interval '100 seconds'`);
    expect((await gather()) as { waitMs: number }).toEqual({ waitMs: expect.closeTo(10_000, -3) });
    await change(`created_at = now() - interval '1 hour'`);
    expect(await gather()).toEqual({ waitMs: 60_000 });
    const absent = remembered.audio!;
    await change(`created_at = now() - interval '3 hours'`);
    await expect(gather()).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(remembered).toEqual({});
    expect((await jobs.findMany([absent], ownerId)).get(absent)).toMatchObject({ state: 'cancelled' });
  });
});
