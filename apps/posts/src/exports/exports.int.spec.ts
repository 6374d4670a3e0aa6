/** Exports on a real PostgreSQL, NATS and blob store: every source, rows of another service, and what is left when one is deleted. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { parquetReadObjects } from 'hyparquet';
import { ParallelExecutor } from '#compute';
import {
  audioExportPartition,
  createExport,
  type DataExport,
  gatewayExportPartition,
  type Job,
  videoExportPartition,
  writeAccountExport,
  writeExport,
} from '#contracts';
import {
  Database,
  erasureMigrations,
  JobEngine,
  jobsMigrations,
  type Lifecycle,
  Log,
  openCall,
  runInCall,
  usageMigrations,
  writePartitions,
} from '#platform';
import { type BlobStore, blobsMigrations, openFsBlobStore, queryRows } from '#storage';
import { type ManagedServer, startNats, type TestDatabase, testDatabase } from '#testing';
import { AccountExportJob, ExpiryJob } from '../account-exports/account-export.job.ts';
import { AccountExportService } from '../account-exports/account-export.service.ts';
import { AccountExportRow, AccountExportStore } from '../account-exports/account-export.store.ts';
import { AccountExportJanitor } from '../account-exports/account-export-janitor.service.ts';
import { ArchiveEntries } from '../account-exports/archive-entries.service.ts';
import { attachmentMigrations } from '../attachments/attachment.migration.ts';
import { CollectionService } from '../documents/collection.service.ts';
import { CollectionRow, CollectionStore } from '../documents/collection.store.ts';
import { DocumentStore } from '../documents/document.store.ts';
import { documentsMigrations } from '../documents/documents.migrations.ts';
import { LoadStore } from '../documents/load.store.ts';
import { postMigrations } from '../posts/post.migration.ts';
import { PostRow, PostStore, PostVersionRow } from '../posts/post.store.ts';
import { ExportJob } from './export.job.ts';
import { ExportService } from './export.service.ts';
import { ExportRow, ExportStore } from './export.store.ts';
import { ExportJanitor } from './export-janitor.service.ts';
import { ExportSources } from './export-sources.service.ts';
import { Partitions } from './partitions.service.ts';

let nats: ManagedServer;
let testing: TestDatabase;
let connection: NatsConnection;
let database: Database;
let engine: JobEngine;
let folder: string;
let blobs: BlobStore;
let exports: ExportService;
let everything: AccountExportService;
/** What the audio service is asked for, and what it answers. */
let asked: { ownerId: string; nouns: readonly string[] }[] = [];
let answer: () => Promise<void> = async () => undefined;
let janitors: { step(): Promise<number> }[] = [];
const none = async () => ({ items: [], nextCursor: null });
const tracks = [1, 2, 3].map((n) => ({
  id: randomUUID(),
  title: `Track ${n}`,
  fileName: `${n}.wav`,
  sha256: String(n).repeat(64),
  bpm: n === 3 ? null : 120 + n,
  fileTags: { artist: 'Björk' },
}));

beforeAll(async () => {
  nats = await startNats();
  testing = await testDatabase('exports');
  connection = await connect({ servers: nats.url });
  folder = await mkdtemp(join(tmpdir(), 'rafaga-exports-'));
  blobs = await openFsBlobStore(folder);
  const log = Log.open({ service: 'posts', instance: 'test', level: 'silent' });
  const migrations = [
    blobsMigrations,
    usageMigrations,
    erasureMigrations,
    jobsMigrations,
    postMigrations,
    attachmentMigrations,
    documentsMigrations,
  ];
  const entities = [CollectionRow, ExportRow, PostRow, PostVersionRow, AccountExportRow];
  database = new Database(
    () => ({ url: testing.url, schema: 'documents', applicationName: 'spec', poolSize: 8, entities, migrations }),
    log,
  );
  database.onModuleInit();
  await database.whenOpen();
  engine = new JobEngine({ database, link: { connection }, log, databaseUrl: testing.url });
  const collections = new CollectionService(database, new CollectionStore(database), engine.store, new LoadStore(database));
  const store = new ExportStore(database);
  exports = new ExportService(database, store, collections, engine.store);
  const job = new ExportJob(
    database,
    store,
    new ExportSources(blobs),
    new Partitions(database, engine.store, blobs, new ParallelExecutor({ io: 4, cpu: 1 })),
    blobs,
  );
  engine.handle(writeExport, job.run, { concurrency: 2 });
  const list = async () => ({ items: tracks, nextCursor: null });
  engine.handle(
    audioExportPartition,
    async ({ nouns }, run) => {
      asked.push({ ownerId: run.ownerId, nouns });
      await answer();
      return run.complete({
        partitions: await writePartitions({ tracks: list, playlists: list, 'saved-videos': list }, nouns, { blobs, signal: run.signal }),
      });
    },
    { concurrency: 2 },
  );
  const pages = { videos: none, captions: none, account: none, 'api-keys': none, webhooks: none };
  for (const kind of [videoExportPartition, gatewayExportPartition])
    engine.handle(
      kind,
      async ({ nouns }, run) => {
        const options = { blobs, signal: run.signal };
        return run.complete({ partitions: await writePartitions<string>(pages, nouns, options) } as never);
      },
      { concurrency: 2 },
    );
  const accountExports = new AccountExportStore(database);
  everything = new AccountExportService(database, accountExports, engine.store);
  const archive = new ArchiveEntries(blobs);
  const writing = new AccountExportJob(
    database,
    accountExports,
    new Partitions(database, engine.store, blobs, new ParallelExecutor({ io: 4, cpu: 1 })),
    archive,
    engine.store,
    blobs,
  );
  engine.handle(writeAccountExport, writing.run, { concurrency: 2 });
  const all = new Partitions(database, engine.store, blobs, new ParallelExecutor({ io: 4, cpu: 1 }));
  const upkeep = [database, { stopping: new AbortController().signal } as Lifecycle, log] as const;
  janitors = [
    new ExportJanitor(store, all, ...upkeep, { POSTS_EXPORT_KEEP_DAYS: 30, POSTS_EXPORTS_PER_OWNER: 2 }),
    new AccountExportJanitor(accountExports, all, ...upkeep),
  ];
  engine.start();
});
afterAll(async () => {
  await engine?.stop(0);
  await connection?.close();
  await database?.close();
  await testing?.drop();
  await nats?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const as = <T>(owner: string, call: () => Promise<T>): Promise<T> =>
  runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: owner }, call);
const create = (owner: string, request: object) => as(owner, () => exports.create(createExport.request.parse(request)));
async function reached(ownerId: string, jobId: string, wanted: (job: Job) => boolean): Promise<Job> {
  for await (const { job } of engine.feed.watch(jobId, ownerId, 0, AbortSignal.timeout(45_000))) if (wanted(job)) return job;
  throw new Error(`job ${jobId} never got there`);
}
const hasEnded = ({ endedAt }: Job) => endedAt !== null;
async function made(owner: string, request: object): Promise<DataExport> {
  const { id, job } = await create(owner, request);
  await reached(owner, job!.id, hasEnded);
  return as(owner, () => exports.get(id));
}
async function read(sha256: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of (await blobs.openRead(sha256)).stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
const linesOf = async ({ files }: DataExport) => {
  const texts = await Promise.all(files.map(async ({ sha256 }) => (await read(sha256)).toString()));
  return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line));
};
const references = (id: string) =>
  queryRows(database.source, 'SELECT sha256 FROM blobs.reference WHERE holder = $1', [`posts.export:${id}`]);

const analysis = { language: 'en', sentiment: { label: 'positive', score: 0.5, confidence: 1 }, keywords: [{ text: 'sea' }], entities: [] };

async function owner(): Promise<string> {
  const id = randomUUID();
  const posts = new PostStore(database);
  for (const text of ['One', 'Two'])
    await posts.add({ id: randomUUID(), ownerId: id, title: text, text, language: 'en', analysis: analysis as never });
  return id;
}

async function collectionOf(ownerId: string, count: number): Promise<string> {
  const id = randomUUID();
  const rows = Array.from({ length: count }, (_, at) => ({ i: `doc-${at}`, t: `text ${at}`, l: 'en', m: {}, a: analysis, s: null }));
  await database.transaction(async (tx) => {
    await new CollectionStore(database).add(tx, { id, ownerId, title: 'spec' });
    await DocumentStore.write(tx, id, Buffer.from(JSON.stringify(rows)), null);
    await CollectionStore.recordChange(tx, id, count);
  });
  return id;
}

describe('an export', () => {
  it('of posts holds the posts of its owner alone, with their analysis', async () => {
    const [ana] = [await owner(), await owner()];
    const written = await made(ana, { source: 'posts' });
    expect(written).toMatchObject({ state: 'ready', rowCount: 2, source: 'posts', collectionId: null });
    expect(await linesOf(written)).toMatchObject([
      { text: 'One', status: 'draft', version: 1, tags: [], analysis: { sentiment: { label: 'positive' } } },
      { text: 'Two' },
    ]);
  });

  it('of analyses has a column for each finding, of posts or of the documents of a collection', async () => {
    const ana = await owner();
    const collectionId = await collectionOf(ana, 5);
    const [posts, documents] = [
      await made(ana, { source: 'analyses', format: 'csv' }),
      await made(ana, { source: 'analyses', format: 'parquet', collectionId }),
    ];
    const csv = (await read(posts.files[0]!.sha256)).toString().split('\r\n');
    expect(csv[0]).toMatch(/^id,language,languageConfidence,sentiment,/);
    expect(csv[1]).toMatch(/,en,,positive,0.5,1,/);
    const rows = await parquetReadObjects({ file: new Uint8Array(await read(documents.files[0]!.sha256)).buffer });
    expect(rows.map(({ id, sentiment, keywords }) => [id, sentiment, keywords])).toEqual(
      [0, 1, 2, 3, 4].map((at) => [`doc-${at}`, 'positive', '["sea"]']),
    );
  });

  it('has a manifest that tells its columns and the SHA-256 of each file', async () => {
    const ana = await owner();
    const collectionId = await collectionOf(ana, 1_500);
    const written = await made(ana, { source: 'documents', collectionId, rowsPerFile: 1_000, compression: 'gzip' });
    const file = await as(ana, () => exports.locateManifest(written.id));
    expect(file).toMatchObject({ contentType: 'application/json', fileName: 'manifest.json' });
    const manifest = JSON.parse((await read(file.sha256)).toString());
    expect(manifest).toMatchObject({ exportId: written.id, source: 'documents', rowCount: 1_500, files: written.files });
    expect(manifest.columns.slice(0, 2)).toEqual([
      { name: 'id', type: 'text' },
      { name: 'text', type: 'text' },
    ]);
    expect(await references(written.id)).toHaveLength(3);
    await as(ana, () => exports.remove(written.id));
    expect(await references(written.id)).toEqual([]);
  });

  it('of tracks waits for the rows that the audio service writes', async () => {
    const ana = await owner();
    asked = [];
    const written = await made(ana, { source: 'tracks' });
    expect(asked).toEqual([{ ownerId: ana, nouns: ['tracks'] }]);
    expect(await linesOf(written)).toEqual(tracks);
    const csv = await made(ana, { source: 'tracks', format: 'csv' });
    expect((await read(csv.files[0]!.sha256)).toString().split('\r\n')[1]).toContain('Track 1,');
  });

  it('of tracks asks again when the job that it waited for is forgotten', async () => {
    const ana = await owner();
    asked = [];
    const open = Promise.withResolvers<void>();
    answer = () => open.promise;
    const { id, job } = await create(ana, { source: 'tracks' });
    await reached(ana, job!.id, ({ phase }) => phase === 'waiting');
    await database.transaction((tx) => ExportStore.setPartitionJob(tx, id, randomUUID()));
    answer = async () => undefined;
    open.resolve();
    expect(await reached(ana, job!.id, hasEnded)).toMatchObject({ state: 'succeeded' });
    expect(asked).toHaveLength(2);
  });

  it('that is deleted while it waits cancels both jobs and leaves nothing', async () => {
    const ana = await owner();
    const open = Promise.withResolvers<void>();
    answer = () => open.promise;
    const { id, job } = await create(ana, { source: 'tracks' });
    await reached(ana, job!.id, ({ phase }) => phase === 'waiting');
    const waiting = await as(ana, () => exports.get(id));
    expect(waiting).toMatchObject({ state: 'processing', files: [] });
    await as(ana, () => exports.remove(id));
    open.resolve();
    answer = async () => undefined;
    expect(await reached(ana, job!.id, hasEnded)).toMatchObject({ state: 'cancelled' });
    const sql = `SELECT state FROM jobs.job WHERE owner_id = $1 AND kind = 'audio.export.partition'`;
    expect(await queryRows(database.source, sql, [ana])).toEqual([{ state: 'cancelled' }]);
    expect(await references(id)).toEqual([]);
  });

  it.each([
    [{ source: 'documents' }, '/body/collectionId'],
    [{ source: 'posts', collectionId: randomUUID() }, '/body/collectionId'],
    [{ source: 'posts', format: 'parquet', compression: 'gzip' }, '/body/compression'],
  ])('%j is refused', async (request, pointer) => {
    await expect(create(randomUUID(), request)).rejects.toMatchObject({ code: 'request-invalid', errors: [{ pointer }] });
  });

  it('and its manifest are not there for anybody else', async () => {
    const ana = await owner();
    const { id } = await made(ana, { source: 'posts' });
    const eve = randomUUID();
    for (const ask of [() => exports.get(id), () => exports.locate(id, 0), () => exports.locateManifest(id), () => exports.remove(id)])
      await expect(as<unknown>(eve, ask)).rejects.toMatchObject({ code: 'export-not-found' });
    const collectionId = await collectionOf(ana, 1);
    await expect(create(eve, { source: 'analyses', collectionId })).rejects.toMatchObject({ code: 'collection-not-found' });
  });
});

describe('the export of all data', () => {
  const ask = (ownerId: string) => as(ownerId, () => everything.create());
  const directoryHeader = Buffer.from([0x50, 0x4b, 1, 2]);
  function namesIn(zipped: Buffer): string[] {
    const names: string[] = [];
    for (let at = zipped.indexOf(directoryHeader); at >= 0; at = zipped.indexOf(directoryHeader, at + 46))
      names.push(zipped.toString('utf8', at + 46, at + 46 + zipped.readUInt16LE(at + 28)));
    return names;
  }

  it('is a ZIP with the rows of every service, and says which files are gone', async () => {
    const ana = await owner();
    await collectionOf(ana, 3);
    const [one, other] = await Promise.all([ask(ana), ask(ana)]);
    expect(one.id).toBe(other.id);
    await reached(ana, one.job!.id, hasEnded);
    const done = await as(ana, () => everything.get(one.id));
    const nouns = [
      'account',
      'api-keys',
      'webhooks',
      'tracks',
      'playlists',
      'saved-videos',
      'videos',
      'captions',
      'posts',
      'collections',
      'loads',
      'documents',
    ];
    expect(done).toMatchObject({ kind: 'account-export', state: 'ready', fileCount: nouns.length + 1 });
    const { sha256, sizeBytes, fileName } = await as(ana, () => everything.locate(one.id));
    expect(fileName).toMatch(/^rafaga-export-\d{4}-\d\d-\d\d\.zip$/);
    const zipped = await read(sha256);
    expect(zipped).toHaveLength(sizeBytes);
    expect(namesIn(zipped)).toEqual([...nouns.map((noun) => `data/${noun}.ndjson`), 'data/missing-files.txt']);
  });

  const partitionsOf = async (ownerId: string) => {
    const sql = `SELECT kind, state FROM jobs.job WHERE owner_id = $1 AND kind LIKE '%.export.partition' ORDER BY kind`;
    const rows = await queryRows<{ kind: string; state: string }>(database.source, sql, [ownerId]);
    return rows.map(({ kind, state }) => `${kind.split('.')[0]} ${state}`);
  };

  it('that fails because one service does leaves no job of the others', async () => {
    const ana = await owner();
    const open = Promise.withResolvers<void>();
    answer = () => open.promise;
    const { id, job } = await ask(ana);
    await reached(ana, job!.id, ({ phase }) => phase === 'waiting');
    await queryRows(
      database.source,
      `UPDATE jobs.job SET state = 'failed', lease_until = NULL, ended_at = now(), result = NULL, reason = '{"code":"file-lost","message":"gone"}'
       WHERE owner_id = $1 AND kind = 'video.export.partition'`,
      [ana],
    );
    expect(await reached(ana, job!.id, hasEnded)).toMatchObject({ state: 'failed', reason: { code: 'file-lost' } });
    expect((await partitionsOf(ana)).filter((each) => each.endsWith('running') || each.endsWith('queued'))).toEqual([]);
    open.resolve();
    answer = async () => undefined;
    expect(await references(id)).toEqual([]);
  });

  it('that is cancelled as a job has the jobs of the services cancelled by the upkeep', async () => {
    const ana = await owner();
    const open = Promise.withResolvers<void>();
    answer = () => open.promise;
    const { job } = await ask(ana);
    const { job: other } = await create(ana, { source: 'tracks' });
    for (const { id } of [job!, other!]) {
      await reached(ana, id, ({ phase }) => phase === 'waiting');
      await engine.store.cancelIfOpen(id, ana);
    }
    expect((await partitionsOf(ana)).filter((each) => each === 'audio running' || each === 'audio queued')).toHaveLength(2);
    for (const janitor of janitors) await janitor.step();
    open.resolve();
    answer = async () => undefined;
    expect((await partitionsOf(ana)).filter((each) => each === 'audio cancelled')).toHaveLength(2);
  });

  it('holds the files themselves, is replaced by the next one, and expires', async () => {
    const ana = await owner();
    const bytes = Buffer.from('the bytes of a track');
    const stored = await blobs.write([bytes] as never, { maxBytes: 1_000 });
    tracks[0]!.sha256 = stored.sha256;
    const first = await ask(ana);
    await reached(ana, first.job!.id, hasEnded);
    const file = await as(ana, () => everything.locate(first.id));
    expect(namesIn(await read(file.sha256))).toContain(`files/tracks/${tracks[0]!.id}/1.wav`);
    expect((await read(file.sha256)).includes(bytes)).toBe(true);

    const second = await ask(ana);
    expect(second.id).not.toBe(first.id);
    await expect(as(ana, () => everything.get(first.id))).rejects.toMatchObject({ code: 'account-export-not-found' });
    await expect(as(ana, () => everything.locate(second.id))).rejects.toMatchObject({ code: 'account-export-not-ready' });
    await reached(ana, second.job!.id, hasEnded);
    const held = () => queryRows(database.source, 'SELECT 1 FROM blobs.reference WHERE holder = $1', [`posts.account-export:${second.id}`]);
    expect(await held()).toHaveLength(1);
    const sql = `SELECT 1 FROM jobs.job WHERE owner_id = $1 AND kind = 'posts.account-export.expire' AND run_at > now() + interval '6 days'`;
    expect(await queryRows(database.source, sql, [ana])).toHaveLength(2);
    await queryRows(database.source, `UPDATE documents.account_export SET expires_at = now() WHERE id = $1`, [second.id]);
    await expect(as(ana, () => everything.get(second.id))).rejects.toMatchObject({ code: 'account-export-not-found' });
    const run = { ownerId: ana, complete: (output: object) => ({ output, commit: undefined }) };
    await new ExpiryJob(database).run({ accountExportId: second.id }, run as never);
    expect(await held()).toEqual([]);
    await expect(as(randomUUID(), () => everything.remove(first.id))).rejects.toMatchObject({ code: 'account-export-not-found' });
  });
});
