/** What exports and loads hold on a real PostgreSQL and blob store: while they are written, against the quota, and when they are over. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLoad, Failure, writeExport } from '#contracts';
import { changeLimits, Database, JobStore, jobsMigrations, Log, openCall, runInCall, standingsOf, usageMigrations } from '#platform';
import { BlobReferences, type BlobStore, blobsMigrations, openFsBlobStore, queryRows, withSecondConnection } from '#storage';
import { type TestDatabase, testDatabase } from '#testing';
import { AccountExportJob } from '../account-exports/account-export.job.ts';
import { AccountExportService } from '../account-exports/account-export.service.ts';
import { AccountExportRow, AccountExportStore } from '../account-exports/account-export.store.ts';
import { ArchiveEntries } from '../account-exports/archive-entries.service.ts';
import { attachmentMigrations } from '../attachments/attachment.migration.ts';
import { CollectionService } from '../documents/collection.service.ts';
import { CollectionRow, CollectionStore } from '../documents/collection.store.ts';
import { documentsMigrations } from '../documents/documents.migrations.ts';
import { LoadService } from '../documents/load.service.ts';
import { LoadRow, LoadStore } from '../documents/load.store.ts';
import { postMigrations } from '../posts/post.migration.ts';
import { ExportJob } from './export.job.ts';
import { ExportRow, ExportStore } from './export.store.ts';
import { ExportSources } from './export-sources.service.ts';
import type { Partitions } from './partitions.service.ts';

const poolSize = 8;

let testing: TestDatabase;
let database: Database;
let folder: string;
let blobs: BlobStore;
let exports: ExportStore;
let archives: AccountExportStore;
let loads: LoadStore;
let jobs: JobStore;
let job: ExportJob;
/** Called before the second and every later file is written. */
let betweenFiles: () => Promise<unknown> = async () => undefined;
let written = 0;

beforeAll(async () => {
  testing = await testDatabase('held');
  folder = await mkdtemp(join(tmpdir(), 'rafaga-held-'));
  blobs = await openFsBlobStore(folder);
  const migrations = [blobsMigrations, usageMigrations, jobsMigrations, postMigrations, attachmentMigrations, documentsMigrations];
  const entities = [CollectionRow, LoadRow, ExportRow, AccountExportRow];
  const postgres = { url: testing.url, schema: 'documents', applicationName: 'spec', poolSize, entities, migrations };
  database = new Database(() => postgres, Log.open({ service: 'posts', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
  [exports, archives, loads] = [new ExportStore(database), new AccountExportStore(database), new LoadStore(database)];
  jobs = new JobStore(database, () => undefined);
  job = new ExportJob(database, exports, new ExportSources(blobs), {} as Partitions, watched());
});
afterAll(async () => {
  await database?.close();
  await testing?.drop();
  if (folder) await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  [written, betweenFiles] = [0, async () => undefined];
});

/** Told of the bytes that go to the store. */
let onBytes: (count: number) => void = () => undefined;
async function* counting(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  onBytes(0);
  for await (const piece of source) {
    for (let start = 0; start < piece.length; start += 1_000) {
      const part = piece.subarray(start, start + 1_000);
      yield part;
      onBytes(part.length);
    }
  }
}

/** The store, with a look in between. */
function watched(): BlobStore {
  const write: BlobStore['write'] = async (...args) => {
    if (written++ > 0) await withSecondConnection(betweenFiles);
    const [source, ...limits] = args;
    return blobs.write(counting(source) as never, ...limits);
  };
  const get = (store: BlobStore, name: keyof BlobStore) => (name === 'write' ? write : (store[name] as () => unknown).bind(store));
  return new Proxy(blobs, { get: get as never });
}

const sweep = () => blobs.sweep({ graceMs: 0, referenced: (sha256s) => BlobReferences.held(database.source, sha256s) });
const loseAll = () => blobs.sweep({ graceMs: 0, referenced: async () => new Set() });
const usedBy = async (ownerId: string) => (await standingsOf(database.source, ownerId)).storageBytes.used;
const limit = (ownerId: string, storageBytes: number | null) =>
  database.transaction((tx) => changeLimits(tx, ownerId, { storageBytes } as never));
const referencesOf = (holder: string) =>
  queryRows<{ sha256: string }>(database.source, 'SELECT sha256 FROM blobs.reference WHERE holder = $1', [holder]);
const heldBy = (id: string) => referencesOf(`posts.export:${id}`);

/** An export of 1,500 documents, which fills two files. */
async function newExport(ownerId: string = randomUUID()) {
  const [id, collectionId, jobId] = [randomUUID(), randomUUID(), randomUUID()];
  const options = { isFormulaGuarded: true, hasByteOrderMark: false, rowsPerFile: 1_000 };
  const own = {
    id,
    ownerId,
    title: '',
    source: 'documents',
    format: 'ndjson',
    compression: 'none',
    collectionId,
    options,
    files: [],
    jobId,
  };
  await database.transaction(async (tx) => {
    await new CollectionStore(database).add(tx, { id: collectionId, ownerId, title: 'spec' });
    await queryRows(
      tx,
      `INSERT INTO documents.document (collection_id, external_id, text, language, metadata)
       SELECT $1, 'doc-' || n, 'text ' || n, 'en', '{}' FROM generate_series(1, 1500) AS n`,
      [collectionId],
    );
    await exports.add(tx, own as never);
  });
  return { id, ownerId, jobId };
}

type Key = Awaited<ReturnType<typeof newExport>>;

/** One attempt, as the engine makes it. */
async function attempt({ id, ownerId }: Pick<Key, 'id' | 'ownerId'>, signal = new AbortController().signal) {
  written = 0;
  const complete = (output: object, commit: unknown) => ({ output, commit });
  const answer = await job.run({ exportId: id }, { ownerId, signal, progress: () => undefined, complete } as never);
  await database.transaction((answer as { commit: Parameters<typeof database.transaction>[0] }).commit);
  return (await exports.find(id, ownerId))!;
}

async function openJobOf({ ownerId, jobId }: Key, state: 'running' | 'cancelled') {
  const sql = `INSERT INTO jobs.job (id, owner_id, kind, state, input, subject, context, max_attempts, lease_until, ended_at)
    VALUES ($1, $2, '${writeExport.name}', $3::text, '{}', '{}', '{}', 1, CASE $3 WHEN 'running' THEN now() + interval '1 hour' END,
      CASE $3 WHEN 'cancelled' THEN now() END)`;
  await queryRows(database.source, sql, [jobId, ownerId, state]);
}

describe('an export that is written', () => {
  it('keeps its files through a sweep without grace between them', async () => {
    const key = await newExport();
    betweenFiles = sweep;
    const row = await attempt(key);
    expect([row.ready, row.files.length, row.rowCount]).toEqual([true, 2, 1_500]);
    for (const { sha256 } of [...row.files, row.manifest!]) expect(await blobs.stat(sha256)).toBeDefined();
  });

  it('is not ready with a file that is lost: the attempt fails, and the next one writes all of them', async () => {
    const key = await newExport();
    betweenFiles = loseAll;
    await expect(attempt(key)).rejects.toMatchObject({ code: 'service-unavailable' });
    expect([(await exports.find(key.id, key.ownerId))!.ready, await heldBy(key.id), await usedBy(key.ownerId)]).toEqual([false, [], 0]);
    betweenFiles = async () => undefined;
    expect(await attempt(key)).toMatchObject({ ready: true });
  });

  it('lets go what a killed attempt has held', async () => {
    const key = await newExport();
    const { sha256 } = await blobs.write([Buffer.from('of an attempt that was killed')] as never, { maxBytes: 1_000 });
    expect(await database.transaction((tx) => ExportStore.hold(tx, key, { sha256, sizeBytes: 29 }))).toBe(true);
    expect([await heldBy(key.id), await usedBy(key.ownerId)]).toEqual([[{ sha256 }], 29]);
    await openJobOf(key, 'running');
    await exports.releaseAbandoned();
    expect(await heldBy(key.id)).toHaveLength(1); // another attempt may be going on
    const { files, manifest } = await attempt(key);
    const names = [...files, manifest!].map((file) => file.sha256).sort();
    expect((await heldBy(key.id)).map((held) => held.sha256).sort()).toEqual(names);
  });

  it('lets its files go when it is cancelled, at once or with the next round of the upkeep', async () => {
    const [stopped, killed] = [await newExport(), await newExport()];
    for (const key of [stopped, killed]) await openJobOf(key, 'cancelled');
    const control = new AbortController();
    betweenFiles = async () => control.abort(new Error('cancelled'));
    await expect(attempt(stopped, control.signal)).rejects.toThrow();
    expect([await heldBy(stopped.id), await usedBy(stopped.ownerId)]).toEqual([[], 0]);
    await database.transaction((tx) => ExportStore.hold(tx, killed, { sha256: 'a'.repeat(64), sizeBytes: 7 }));
    await exports.releaseAbandoned(randomUUID());
    expect(await usedBy(killed.ownerId)).toBe(7);
    await exports.releaseAbandoned(killed.ownerId);
    expect([await heldBy(killed.id), await usedBy(killed.ownerId)]).toEqual([[], 0]);
  });
});

describe('the bytes of an export', () => {
  it('cancelled at any byte leave neither rows nor references nor temporary files', async () => {
    const key = await newExport();
    await openJobOf(key, 'cancelled');
    const whole = (await attempt(await newExport())).files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    await loseAll();
    const before = await readdir(folder, { recursive: true });
    for (const share of [0, 0.000_01, 0.3, 0.6, 0.7, 0.999_99, 1]) {
      const cancel = new AbortController();
      let left = Math.floor(share * whole);
      onBytes = (count) => {
        left -= count;
        if (left <= 0) cancel.abort(new Failure('cancelled', 'The job was cancelled.'));
      };
      await expect(attempt(key, cancel.signal)).rejects.toMatchObject({ code: 'cancelled' });
      onBytes = () => undefined;
      expect(await heldBy(key.id)).toEqual([]);
      expect(await queryRows(database.source, 'SELECT 1 FROM documents.held_file WHERE holder = $1', [`posts.export:${key.id}`])).toEqual(
        [],
      );
      expect(await exports.find(key.id, key.ownerId)).toMatchObject({ ready: false, files: [] });
      expect(await usedBy(key.ownerId)).toBe(0);
      await loseAll(); // files that are complete and that nothing refers to
      const after = await readdir(folder, { recursive: true, withFileTypes: true });
      expect(after.filter((each) => each.isFile()).map(({ name }) => name)).toEqual([]);
      expect(before.length).toBeLessThanOrEqual(after.length);
    }
  });

  it('that the disk has no room for fail as such, and nothing of them stays', async () => {
    const key = await newExport();
    await openJobOf(key, 'cancelled');
    betweenFiles = () => Promise.reject(new Failure('storage-full', 'The store has no room for this file.', { retryAfterSeconds: 60 }));
    await expect(attempt(key)).rejects.toMatchObject({ code: 'storage-full' });
    expect(await heldBy(key.id)).toEqual([]);
    expect(await usedBy(key.ownerId)).toBe(0);
    betweenFiles = async () => undefined;
    await loseAll();
  });

  it('count as storage until it is deleted', async () => {
    const key = await newExport();
    const { files, manifest } = await attempt(key);
    expect(await usedBy(key.ownerId)).toBe([...files, manifest!].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    expect(await Promise.all([exports.remove(key), exports.remove(key)])).toEqual(expect.arrayContaining([true, false]));
    expect([await usedBy(key.ownerId), await heldBy(key.id)]).toEqual([0, []]);
  });

  it('beyond the quota make it fail, and nothing of it stays', async () => {
    const key = await newExport();
    const [first] = (await attempt(await newExport())).files;
    await limit(key.ownerId, first!.sizeBytes + 1_000); // of equal documents: the second file does not fit
    await expect(attempt(key)).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect(written).toBe(2);
    expect([await usedBy(key.ownerId), await heldBy(key.id)]).toEqual([0, []]);
    await limit(key.ownerId, 1_000_000);
    expect(await attempt(key)).toMatchObject({ ready: true });
  });

  it('of two at the edge of the quota fit once', async () => {
    for (let round = 0; round < 5; round++) {
      const one = await newExport();
      const other = await newExport(one.ownerId);
      await limit(one.ownerId, 150);
      const file = (letter: string) => ({ sha256: letter.repeat(64), sizeBytes: 100 });
      const hold = (key: Key, letter: string) => database.transaction((tx) => ExportStore.hold(tx, key, file(letter)));
      const outcomes = await Promise.allSettled([hold(one, 'b'), hold(other, 'c')]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'quota-exceeded' } });
      expect(await usedBy(one.ownerId)).toBe(100);
    }
  });

  it('come back when its days are over', async () => {
    const [old, young] = [await newExport(), await newExport()];
    for (const key of [old, young]) await attempt(key);
    await queryRows(database.source, `UPDATE documents.export SET updated_at = now() - interval '31 days' WHERE id = $1`, [old.id]);
    expect([await exports.expire(30), await exports.expire(30)]).toEqual([1, 0]);
    expect([await exports.find(old.id, old.ownerId), await usedBy(old.ownerId), await heldBy(old.id)]).toEqual([null, 0, []]);
    expect(await exports.find(young.id, young.ownerId)).toMatchObject({ ready: true });
  });
});

describe('the export of all data', () => {
  it('is one, however many ask at once: more than the pool has connections', async () => {
    const ownerId = randomUUID();
    const service = new AccountExportService(database, archives, jobs);
    const asAna = <T>(call: () => Promise<T>) => runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: ownerId }, call);
    const made = await Promise.all(Array.from({ length: 3 * poolSize }, () => asAna(() => service.create())));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    await asAna(() => service.remove(made[0]!.id));
  });

  it('keeps the rows that it packs through a sweep without grace, and lets go all but the archive, which counts and is not refused', async () => {
    const [id, ownerId] = [randomUUID(), randomUUID()];
    await limit(ownerId, 1);
    const rows = await blobs.write([Buffer.from('{"id":"1"}\n')] as never, { maxBytes: 1_000 });
    const partitions = { gather: async () => ({ partitions: [{ noun: 'playlists', ...rows, rowCount: 1 }] }) } as unknown as Partitions;
    await database.transaction((tx) => archives.add(tx, { id, ownerId, title: '', jobId: randomUUID() }));
    const store = watched();
    const writing = new AccountExportJob(database, archives, partitions, new ArchiveEntries(store), jobs, store);
    betweenFiles = async () => written === 5 && sweep(); // the fifth is the archive; the others are the rows of this service
    const context = { requestId: 'spec' };
    const complete = (output: object, commit: unknown) => ({ output, commit });
    const run = { ownerId, context, signal: new AbortController().signal, progress: () => undefined, complete };
    const answer = await writing.run({ accountExportId: id }, run as never);
    expect(await referencesOf(`posts.account-export:${id}`)).toHaveLength(3); // no rows of this service are one file
    await database.transaction((answer as { commit: Parameters<typeof database.transaction>[0] }).commit);
    const row = await archives.find({ id, ownerId });
    expect(await referencesOf(`posts.account-export:${id}`)).toEqual([{ sha256: row!.sha256 }]);
    expect([row!.ready, await blobs.stat(row!.sha256!), await usedBy(ownerId)]).toEqual([true, expect.anything(), row!.sizeBytes]);
    await database.transaction((tx) => AccountExportStore.remove(tx, { id, ownerId }));
    expect([await referencesOf(`posts.account-export:${id}`), await usedBy(ownerId)]).toEqual([[], 0]);
  });
});

describe('the file of a load', () => {
  const text = '{"id":"1","text":"one"}\n';
  const as = <T>(ownerId: string, call: () => Promise<T>): Promise<T> =>
    runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: ownerId }, call);

  async function service(ownerId: string) {
    const collections = new CollectionService(database, new CollectionStore(database), jobs, loads);
    const { sha256 } = await blobs.write([Buffer.from(text)] as never, { maxBytes: 1_000 });
    const request = { blobSha256: sha256, sizeBytes: text.length, format: 'ndjson' as const };
    const collectionOf = () => as(ownerId, () => collections.create({ title: 'spec' } as never));
    const ids = [(await collectionOf()).id, (await collectionOf()).id];
    const service = new LoadService(database, loads, collections, jobs, blobs);
    const load = (at: number) => as(ownerId, () => service.create(createLoad.request.parse({ ...request, collectionId: ids[at] })));
    return { load, remove: (at: number) => as(ownerId, () => collections.remove(ids[at]!)) };
  }

  it('counts as storage until its job has failed or its collection is deleted; that of a dead letter for a day', async () => {
    const ownerId = randomUUID();
    const { load, remove } = await service(ownerId);
    const [first] = [await load(0), await load(1)];
    await loads.releaseAbandoned();
    expect(await usedBy(ownerId)).toBe(2 * text.length);
    const fail = (dead: boolean, days: number) =>
      queryRows(
        database.source,
        `UPDATE jobs.job SET state = 'failed', dead = $2, ended_at = now() - $3 * interval '1 day' WHERE id = $1`,
        [first.job!.id, dead, days],
      );
    await fail(true, 0);
    await loads.releaseAbandoned();
    expect(await usedBy(ownerId)).toBe(2 * text.length);
    await fail(true, 2);
    await Promise.all([loads.releaseAbandoned(), loads.releaseAbandoned()]);
    expect([await usedBy(ownerId), (await loads.find({ id: first.id }))!.sha256]).toEqual([text.length, null]);
    await remove(1);
    expect(await usedBy(ownerId)).toBe(0);
  });

  it('does not fit beyond the quota, and of two at its edge one does', async () => {
    const ownerId = randomUUID();
    const { load } = await service(ownerId);
    await limit(ownerId, text.length);
    const outcomes = await Promise.allSettled([load(0), load(1)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'quota-exceeded' } });
    expect(await usedBy(ownerId)).toBe(text.length);
    const counted = await queryRows<{ count: number }>(database.source, 'SELECT count(*)::int AS count FROM jobs.job WHERE owner_id = $1', [
      ownerId,
    ]);
    expect(counted).toEqual([{ count: 1 }]);
  });
});
