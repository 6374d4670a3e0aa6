/** Runs over the near-duplicates of a collection, on a real PostgreSQL and NATS and real worker threads. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Compute, ParallelExecutor, workProfiles } from '#compute';
import { computeDuplicatesJob, createDuplicateRun, type Job, listDuplicateRuns } from '#contracts';
import { Database, erasureMigrations, JobEngine, jobsMigrations, Log, openCall, runInCall, usageMigrations } from '#platform';
import { blobsMigrations, queryRows } from '#storage';
import { fillTables, type ManagedServer, queryPlans, startNats, type TestDatabase, testDatabase } from '#testing';
import { CollectionService } from './collection.service.ts';
import { CollectionRow, CollectionStore } from './collection.store.ts';
import { DocumentStore } from './document.store.ts';
import { documentsMigrations } from './documents.migrations.ts';
import { DuplicateService, directDocuments } from './duplicate.service.ts';
import { DuplicateFinder } from './duplicate-finder.service.ts';
import { DuplicateRunJob } from './duplicate-run.job.ts';
import { DuplicateRunService } from './duplicate-run.service.ts';
import { DuplicateRunRow, DuplicateRunStore } from './duplicate-run.store.ts';
import { LoadStore } from './load.store.ts';
import { shinglesOf } from './shingles.ts';
import { signatureOf } from './signature.ts';
import { plantedCopies } from './testing/planted-copies.ts';

let nats: ManagedServer;
let testing: TestDatabase;
let connection: NatsConnection;
let database: Database;
let engine: JobEngine;
let compute: Compute;
let runs: DuplicateRunService;
let duplicates: DuplicateService;
let store: DuplicateRunStore;
/** Signatures are read through it: a job stands still here while a test wants it to. */
let gate: Promise<void> = Promise.resolve();

beforeAll(async () => {
  nats = await startNats();
  testing = await testDatabase('duplicates');
  connection = await connect({ servers: nats.url });
  const log = Log.open({ service: 'posts', instance: 'test', level: 'silent' });
  const migrations = [blobsMigrations, usageMigrations, erasureMigrations, jobsMigrations, documentsMigrations];
  const entities = [CollectionRow, DuplicateRunRow];
  database = new Database(
    () => ({ url: testing.url, schema: 'documents', applicationName: 'spec', poolSize: 8, entities, migrations }),
    log,
  );
  database.onModuleInit();
  await database.whenOpen();
  engine = new JobEngine({ database, link: { connection }, log, databaseUrl: testing.url });
  compute = new Compute({ threads: 1 });
  const documents = new DocumentStore(database);
  const read = documents.signatures.bind(documents);
  documents.signatures = async (...page) => {
    await gate;
    return read(...page);
  };
  store = new DuplicateRunStore(database);
  const finder = new DuplicateFinder(documents, compute, new ParallelExecutor({ io: 2, cpu: 2 }));
  const collections = new CollectionService(database, new CollectionStore(database), engine.store, new LoadStore(database));
  duplicates = new DuplicateService(collections, documents, store, finder, compute, workProfiles.balanced);
  runs = new DuplicateRunService(database, store, collections, duplicates, engine.store);
  engine.handle(computeDuplicatesJob, new DuplicateRunJob(database, store, finder).run, { concurrency: 2 });
  engine.start();
});
afterAll(async () => {
  await engine?.stop(0);
  await compute?.close({ drainMs: 0 });
  await connection?.close();
  await database?.close();
  await testing?.drop();
  await nats?.stop();
});

const as = <T>(owner: string, call: () => Promise<T>): Promise<T> =>
  runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: owner }, call);

interface Sample {
  readonly owner: string;
  readonly collectionId: string;
}

async function collectionOf(texts: readonly string[]): Promise<Sample> {
  const [owner, collectionId] = [randomUUID(), randomUUID()];
  const rows = texts.map((t, at) => {
    const signature = signatureOf(shinglesOf(t));
    return { i: `doc-${at}`, t, l: 'en', m: {}, a: null, s: signature ? Buffer.from(signature.buffer).toString('base64') : null };
  });
  await database.transaction(async (tx) => {
    await new CollectionStore(database).add(tx, { id: collectionId, ownerId: owner, title: 'spec' });
    await DocumentStore.write(tx, collectionId, Buffer.from(JSON.stringify(rows)), null);
    await CollectionStore.recordChange(tx, collectionId, texts.length);
  });
  return { owner, collectionId };
}

const start = ({ owner, collectionId }: Sample, similarityMin = 0.6) => as(owner, () => runs.create({ collectionId, similarityMin }));
async function reached(ownerId: string, jobId: string, wanted: (job: Job) => boolean): Promise<Job> {
  for await (const { job } of engine.feed.watch(jobId, ownerId, 0, AbortSignal.timeout(45_000))) if (wanted(job)) return job;
  throw new Error(`job ${jobId} never got there`);
}
const hasEnded = ({ endedAt }: Job) => endedAt !== null;
const groupsOf = ({ owner, collectionId }: Sample, duplicateRunId: string, page: { cursor?: string; limit: number }) =>
  as(owner, () => runs.groups({ collectionId, duplicateRunId, ...page }));

describe('a run over the duplicates of a collection', () => {
  const { texts, pairs } = plantedCopies(400, 60, 3);

  it('stores the same groups as a direct answer, page by page', async () => {
    const sample = await collectionOf(texts);
    const direct = await as(sample.owner, () => duplicates.list({ collectionId: sample.collectionId, similarityMin: 0.6, limit: 1_000 }));
    const started = await start(sample);
    expect(started).toMatchObject({ kind: 'duplicate-run', state: 'processing', isCurrent: true, groupCount: null });
    expect(await reached(sample.owner, started.job!.id, hasEnded)).toMatchObject({ state: 'succeeded' });
    const run = await as(sample.owner, () => runs.get(sample.collectionId, started.id));
    expect(run).toMatchObject({ state: 'ready', documentCount: 400, groupCount: direct.items.length, isCurrent: true });
    const first = await groupsOf(sample, run.id, { limit: 25 });
    const rest = await groupsOf(sample, run.id, { limit: 1_000, cursor: first.nextCursor! });
    expect([...first.items, ...rest.items]).toEqual(direct.items);
    expect(direct.items.length).toBeGreaterThan(pairs.length * 0.8);
    expect(rest.nextCursor).toBeNull();
  });

  it('is computed once for the same documents and similarity, also when two ask at the same time', async () => {
    const sample = await collectionOf(texts.slice(0, 20));
    const [one, other, strict] = await Promise.all([start(sample), start(sample), start(sample, 0.9)]);
    expect(one.id).toBe(other.id);
    expect(strict.id).not.toBe(one.id);
    await reached(sample.owner, one.job!.id, hasEnded);
    expect(await start(sample)).toMatchObject({ id: one.id, state: 'ready', job: { id: one.job!.id } });
    await database.transaction((tx) => CollectionStore.recordChange(tx, sample.collectionId, 0));
    expect((await as(sample.owner, () => runs.get(sample.collectionId, one.id))).isCurrent).toBe(false);
    const next = await start(sample);
    expect(next.id).not.toBe(one.id);
    await Promise.all([next, strict].map(({ job }) => reached(sample.owner, job!.id, hasEnded)));
  });

  it('answers for a collection that is too large to be compared at once', async () => {
    const sample = await collectionOf(texts);
    await queryRows(database.source, 'UPDATE documents.collection SET document_count = $2 WHERE id = $1', [
      sample.collectionId,
      directDocuments + 1,
    ]);
    const ask = () => as(sample.owner, () => duplicates.list({ collectionId: sample.collectionId, similarityMin: 0.6, limit: 10 }));
    await expect(ask()).rejects.toMatchObject({ code: 'duplicates-not-computed' });
    const { id, job } = await start(sample);
    await reached(sample.owner, job!.id, hasEnded);
    expect((await ask()).items).toEqual((await groupsOf(sample, id, { limit: 10 })).items);
  });

  it('that is deleted while it works stops and leaves nothing; one that was cancelled is tried again when asked for', async () => {
    const sample = await collectionOf(texts.slice(0, 50));
    const open = Promise.withResolvers<void>();
    gate = open.promise;
    const [kept, removed] = [await start(sample), await start(sample, 0.9)];
    const isRunning = ({ state }: Job) => state === 'running';
    await Promise.all([kept, removed].map(({ job }) => reached(sample.owner, job!.id, isRunning)));
    await as(sample.owner, () => runs.remove(sample.collectionId, removed.id));
    await engine.store.cancel(kept.job!.id, sample.owner);
    gate = Promise.resolve();
    open.resolve();
    expect(await reached(sample.owner, removed.job!.id, hasEnded)).toMatchObject({ state: 'cancelled' });
    expect(await as(sample.owner, () => runs.get(sample.collectionId, kept.id))).toMatchObject({ state: 'failed' });
    await expect(groupsOf(sample, kept.id, { limit: 1 })).rejects.toMatchObject({ code: 'duplicate-run-failed' });
    expect(await queryRows(database.source, 'SELECT 1 FROM documents.duplicate_group WHERE run_id = $1', [removed.id])).toEqual([]);
    const again = await start(sample);
    expect(again.id).toBe(kept.id);
    await reached(sample.owner, again.job!.id, hasEnded);
    expect(await as(sample.owner, () => runs.get(sample.collectionId, kept.id))).toMatchObject({ state: 'ready', documentCount: 50 });
  });

  it('is not there for anybody else, and goes with its collection', async () => {
    const sample = await collectionOf(texts.slice(0, 10));
    const { id, job } = await start(sample);
    await reached(sample.owner, job!.id, hasEnded);
    const stranger = { ...sample, owner: randomUUID() };
    for (const attempt of [
      () => start(stranger),
      () => groupsOf(stranger, id, { limit: 1 }),
      () => as(stranger.owner, () => runs.get(sample.collectionId, id)),
      () => as(stranger.owner, () => runs.remove(sample.collectionId, id)),
      () => as(stranger.owner, () => runs.list({ collectionId: sample.collectionId, sort: '-createdAt', limit: 1 })),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'collection-not-found' });
    await database.transaction((tx) => new CollectionStore(database).remove(tx, { id: sample.collectionId, ownerId: sample.owner }));
    expect(await store.find(id, sample.collectionId)).toBeNull();
  });
});

describe('over 100,000 runs', () => {
  it('a list and a page of groups read an index, and only the newest twenty of a collection are kept', async () => {
    const { owner, collectionId } = await collectionOf([]);
    await fillTables(
      database.source,
      `INSERT INTO documents.duplicate_run (id, owner_id, title, search_text, created_at, collection_id, content, min_similarity, job_id, ready)
       SELECT gen_random_uuid(), $1, '', '', now() - n * interval '1 second', $2, n + 10, 0.6, gen_random_uuid(), true FROM generate_series(1, 100000) n`,
      [owner, collectionId],
    );
    const sql = 'SELECT id FROM documents.duplicate_run WHERE collection_id = $1 AND content = 11';
    const id = (await queryRows<{ id: string }>(database.source, sql, [collectionId]))[0]!.id;
    await queryRows(
      database.source,
      `INSERT INTO documents.duplicate_group (run_id, place, similarity, numbers) SELECT $1, n, 0.9, '{1,2}' FROM generate_series(0, 99999) n`,
      [id],
    );
    for (const table of ['duplicate_run', 'duplicate_group']) await database.source.query(`VACUUM ANALYZE documents.${table}`);
    const request = listDuplicateRuns.request.parse({ collectionId });
    const plan = await queryPlans(database.source, async () => {
      await store.list(owner, collectionId, request);
      await store.groups(id, 50_000, 100);
      await store.findReady({ collectionId, content: 500, similarityMin: 0.6 });
    });
    expect(plan.match(/Index/g)?.length).toBeGreaterThanOrEqual(3);
    expect(plan).not.toMatch(/Seq Scan|Sort/);
    const { job } = await start({ owner, collectionId });
    await reached(owner, job!.id, hasEnded);
    expect((await store.list(owner, collectionId, { ...request, limit: 100 })).items).toHaveLength(20);
  });

  it('the similarity of a request is 0.6 unless told, and 0.5 at least', () => {
    expect(createDuplicateRun.request.parse({ collectionId: randomUUID() }).similarityMin).toBe(0.6);
    expect(createDuplicateRun.request.safeParse({ collectionId: randomUUID(), similarityMin: 0.4 }).success).toBe(false);
  });
});
