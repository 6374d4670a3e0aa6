/** Large loads over two copies of the service on a real PostgreSQL, NATS and blob store. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { Compute, workProfiles } from '#compute';
import { createLoad, type Job, loadDocumentsJob, prepareLoadPartJob, type RequestOf } from '#contracts';
import {
  Database,
  erasureMigrations,
  JobEngine,
  type JobHandler,
  jobsMigrations,
  Log,
  openCall,
  runInCall,
  ScratchFolders,
  standingsOf,
  usageMigrations,
} from '#platform';
import { type BlobStore, blobsMigrations, openFsBlobStore, queryRows } from '#storage';
import { type ManagedServer, startNats, type TestDatabase, testDatabase, until } from '#testing';
import { ChunkPreparer } from './chunk-preparer.service.ts';
import { CollectionService } from './collection.service.ts';
import { CollectionRow, CollectionStore } from './collection.store.ts';
import { documentsMigrations } from './documents.migrations.ts';
import { EmbeddingService } from './embedding.service.ts';
import { LoadJob } from './load.job.ts';
import { LoadService } from './load.service.ts';
import { LoadRow, LoadStore } from './load.store.ts';
import { LoadPartJob } from './load-part.job.ts';
import { LoadPartStore } from './load-part.store.ts';
import { type LoadLimits, LoadParts, loadLimits } from './load-parts.service.ts';
import { ModelStore } from './models/model.store.ts';
import { ModelFiles } from './models/model-files.service.ts';
import { VectorStore } from './vector.store.ts';

const limits = { ...loadLimits, chunkBytes: 4_096, sharedBytes: 12_000, partBytes: 12_000, partsAhead: 6 };

let nats: ManagedServer;
let testing: TestDatabase;
let folder: string;
let blobs: BlobStore;
const closing: (() => Promise<unknown>)[] = [];
const log = Log.open({ service: 'posts', instance: 'test', level: 'silent' });

beforeAll(async () => {
  nats = await startNats();
  testing = await testDatabase('load_parts');
  folder = await mkdtemp(join(tmpdir(), 'rafaga-load-parts-'));
  blobs = inSmallBlocks(await openFsBlobStore(folder));
}, 60_000);
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  await testing?.drop();
  await nats?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** A file comes in blocks of some documents: parts of tests are smaller than usual blocks. */
function inSmallBlocks(store: BlobStore): BlobStore {
  const whole = store.openRead.bind(store);
  const openRead: BlobStore['openRead'] = async (...asked) => {
    const { stream, ...opened } = await whole(...asked);
    async function* blocks() {
      for await (const block of stream as AsyncIterable<Buffer>)
        for (let at = 0; at < block.length; at += 2_048) yield block.subarray(at, at + 2_048);
    }
    return { ...opened, stream: Readable.from(blocks(), { objectMode: false }) };
  };
  return Object.assign(store, { openRead });
}

/** A copy of the service with connections and a thread of its own. */
async function openCopy(own: Partial<LoadLimits> = {}) {
  const bounds = { ...limits, ...own };
  const migrations = [blobsMigrations, usageMigrations, erasureMigrations, jobsMigrations, documentsMigrations];
  const entities = [CollectionRow, LoadRow];
  const postgres = { url: testing.url, schema: 'documents', applicationName: 'spec', poolSize: 6, entities, migrations };
  const database = new Database(() => postgres, log);
  database.onModuleInit();
  await database.whenOpen();
  const connection = await connect({ servers: nats.url });
  const attempts = { leaseMs: 1_500, stopGraceMs: 200, recordWithinMs: 500 };
  const reconciler = { everyMs: 300, missedAfterMs: 500 };
  const engine = new JobEngine({ database, link: { connection }, log, databaseUrl: testing.url, attempts, reconciler });
  const compute = new Compute({ threads: 1 });
  const [store, vectors, kept] = [new LoadStore(database), new VectorStore(database), new LoadPartStore(database)];
  const files = new ModelFiles(blobs, new ScratchFolders(), folder);
  const embedding = new EmbeddingService(vectors, new ModelStore(database), files, compute, log);
  const chunks = new ChunkPreparer(compute, embedding, workProfiles.balanced);
  const collections = new CollectionService(database, new CollectionStore(database), engine.store, store);
  const loads = new LoadService(database, store, collections, engine.store, blobs);
  const parts = new LoadParts(database, engine.store, engine.feed, kept, blobs, bounds);
  const load: JobHandler<typeof loadDocumentsJob> = new LoadJob(database, store, chunks, parts, vectors, blobs, bounds).run;
  const prepare: JobHandler<typeof prepareLoadPartJob> = new LoadPartJob(store, kept, chunks, vectors, blobs, bounds).run;
  const cutOff = async () => {
    await connection.close();
    await database.close();
  };
  closing.push(async () => {
    chunks.onModuleDestroy();
    await engine.stop(0);
    await compute.close({ drainMs: 0 });
    await cutOff();
  });
  return { database, engine, loads, collections, load, prepare, cutOff };
}

type Copy = Awaited<ReturnType<typeof openCopy>>;

/** Both kinds of jobs, one of each at a time. @returns parts that this copy has prepared: where they begin, and the number of their documents */
function serve({ engine, load, prepare }: Copy, prepareFirst: () => Promise<unknown> = async () => undefined) {
  const prepared: { readonly startByte: number; readonly documentCount: number }[] = [];
  const handler: typeof prepare = async (input, run) => {
    await prepareFirst();
    const answer = await prepare(input, run);
    if ('output' in answer) prepared.push({ ...input, ...answer.output });
    return answer;
  };
  engine.handle(loadDocumentsJob, load, { concurrency: 1 });
  engine.handle(prepareLoadPartJob, handler, { concurrency: 1 });
  engine.start();
  return prepared;
}

const idOf = (at: number) => `doc-${String(at).padStart(5, '0')}`;
const textOf = (at: number) => `Report ${at} about harbours and the weather of week ${at % 52}, with a summary for visitors.`;
const linesOf = (count: number) => Array.from({ length: count }, (_, at) => JSON.stringify({ id: idOf(at), text: textOf(at) }));

async function begin({ collections, loads }: Copy, body: string, options: Partial<RequestOf<typeof createLoad>> = {}) {
  const owner = randomUUID();
  const as = <T>(call: () => Promise<T>) => runInCall({ ...openCall({ deadlineMs: 120_000 }), subject: owner }, call);
  const { id: collectionId } = await as(() => collections.create({ title: 'spec' } as never));
  const { sha256: blobSha256, sizeBytes } = await blobs.write(Readable.from([Buffer.from(body)], { objectMode: false }), { maxBytes: 1e9 });
  const request = createLoad.request.parse({ collectionId, blobSha256, sizeBytes, format: 'ndjson', ...options });
  const { id: loadId } = await as(() => loads.create(request));
  return { owner, collectionId, loadId, sizeBytes };
}

type Begun = Awaited<ReturnType<typeof begin>>;

async function finished({ loads, database, engine }: Copy, { owner, collectionId, loadId }: Begun) {
  const get = () => runInCall({ ...openCall({ deadlineMs: 120_000 }), subject: owner }, () => loads.get({ collectionId, loadId }));
  expect(await until(async () => (await get()).state !== 'processing', 100_000, 50)).toBe(true);
  const load = await get();
  const ids = await queryRows<{ id: string; text: string }>(
    database.source,
    'SELECT external_id AS id, text FROM documents.document WHERE collection_id = $1 ORDER BY number',
    [collectionId],
  );
  const jobs = await engine.store.list(owner, { limit: 100, kind: prepareLoadPartJob.name });
  return { load, ids: ids.map(({ id }) => id), texts: ids.map(({ text }) => text), jobs: jobs.items };
}

/** What is kept for parts: rows and held files. */
const leftOf = ({ database }: Copy) =>
  queryRows<{ n: number }>(
    database.source,
    `SELECT (SELECT count(*) FROM documents.load_part)::int + (SELECT count(*) FROM blobs.reference WHERE holder LIKE 'posts.load%')::int AS n`,
    [],
  ).then(([row]) => row?.n);

const sum = (prepared: readonly { documentCount: number }[]) => prepared.reduce((total, { documentCount }) => total + documentCount, 0);

describe('a load', () => {
  it('that is large is shared by two copies within 20%, in the order of the file, and reserves its quota once', async () => {
    const [one, other] = [await openCopy(), await openCopy()];
    const [bothPull, arrive] = rendezvous(2);
    const pulled = [false, false];
    const first = (at: number) => async () => {
      if (!pulled[at]) arrive();
      pulled[at] = true;
      await bothPull;
    };
    const lines = linesOf(4_000);
    lines.splice(2_500, 0, '{"id":"no text"}', 'no JSON');
    const began = await begin(one, lines.join('\n'));
    expect((await standingsOf(one.database.source, began.owner)).textUnits.reserved).toBe(Math.ceil(began.sizeBytes / 1_000));
    const shares = [serve(one, first(0)), serve(other, first(1))];
    const { load, ids, jobs } = await finished(one, began);
    expect(load).toMatchObject({ state: 'ready', lineCount: 4_002, addedCount: 4_000, repeatedCount: 0, refusedCount: 2 });
    expect(load.badLines.map(({ line, code }) => `${line} ${code}`)).toEqual(['2501 text-missing', '2502 json-invalid']);
    expect(ids).toEqual(linesOf(4_000).map((_, at) => idOf(at)));
    expect(shares.map(sum).reduce((a, b) => a + b)).toBe(4_000);
    expect(Math.max(...shares.map(sum)) / 2_000).toBeLessThanOrEqual(1.2);
    expect(jobs.every(({ state, attempts }: Job) => state === 'succeeded' && attempts === 1)).toBe(true);
    expect((await standingsOf(one.database.source, began.owner)).textUnits).toMatchObject({ reserved: 0 });
    expect(await leftOf(one)).toBe(0);
  }, 150_000);

  it('of a large CSV file keeps the last one of an id that comes again in another part', async () => {
    const copy = await openCopy();
    serve(copy);
    const rows = Array.from({ length: 400 }, (_, at) => `${idOf(at % 390)},"${textOf(at)}\nand ""more"""`);
    const { load, texts, jobs } = await finished(copy, await begin(copy, `id,text\n${rows.join('\n')}`, { format: 'csv' }));
    expect(load).toMatchObject({ state: 'ready', lineCount: 400, addedCount: 390, repeatedCount: 10, refusedCount: 0 });
    expect(texts[3]).toBe(`${textOf(393)}\nand "more"`);
    expect(jobs.length).toBeGreaterThan(2);
  }, 60_000);

  it('goes on when the copy that writes it and prepares a part is cut off: nothing twice, nothing lost', async () => {
    const [doomed, alive] = [await openCopy(), await openCopy()];
    const written = Promise.withResolvers<void>();
    let parts = 0;
    const hangAtFifth = async () => {
      if (++parts < 5) return;
      written.resolve();
      await new Promise(() => undefined);
    };
    const began = await begin(doomed, linesOf(2_000).join('\n'));
    serve(doomed, hangAtFifth);
    await written.promise;
    const position = async () => (await alive.database.repository(LoadRow).findOneByOrFail({ id: began.loadId })).byteOffset;
    expect(await until(async () => (await position()) > 0, 30_000, 20)).toBe(true);
    await doomed.cutOff();
    const share = serve(alive);
    const { load, ids, jobs } = await finished(alive, began);
    expect(load).toMatchObject({ state: 'ready', lineCount: 2_000, addedCount: 2_000, updatedCount: 0, repeatedCount: 0 });
    expect(ids).toEqual(linesOf(2_000).map((_, at) => idOf(at)));
    expect(new Set(share.map(({ startByte }) => startByte)).size).toBe(share.length);
    expect(jobs.filter(({ state }) => state === 'succeeded').length).toBe(share.length + 4); // what was prepared before is not prepared again
    expect(await leftOf(alive)).toBe(0);
  }, 150_000);

  it('has a part prepared anew by another job, and lets go of what was prepared of it', async () => {
    const copy = await openCopy();
    const { loadId } = await begin(copy, linesOf(10).join('\n'));
    const part = { start: 0, end: 10, line: 0, lines: 1, columns: null };
    const put = (jobId: string) => copy.database.transaction((tx) => LoadPartStore.put(tx, loadId, { ...part, jobId }));
    const { sha256 } = await blobs.write(Readable.from([Buffer.from('chunks')]), { maxBytes: 100 });
    const [first, second] = [randomUUID(), randomUUID()];
    await put(first);
    await copy.database.transaction((tx) => LoadPartStore.keep(tx, loadId, 0, first, sha256));
    await put(second);
    await copy.database.transaction((tx) => LoadPartStore.keep(tx, loadId, 0, second, sha256));
    const held = () => queryRows(copy.database.source, "SELECT 1 FROM blobs.reference WHERE holder LIKE 'posts.load-part:%'");
    expect(await held()).toHaveLength(1);
    await copy.database.transaction((tx) => LoadPartStore.release(tx, [loadId]));
    expect(await held()).toHaveLength(0);
  }, 60_000);

  it('that is cancelled leaves nothing of its parts', async () => {
    const copy = await openCopy();
    const reached = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    let parts = 0;
    const began = await begin(copy, linesOf(1_000).join('\n'));
    serve(copy, async () => {
      if (++parts < 3) return;
      reached.resolve();
      await cancelled.promise;
    });
    await reached.promise;
    const { jobId } = await copy.database.repository(LoadRow).findOneByOrFail({ id: began.loadId });
    await copy.engine.store.cancel(jobId, began.owner);
    expect(await until(async () => (await leftOf(copy)) === 0, 30_000, 50)).toBe(true);
    cancelled.resolve();
    const open = async () => (await copy.engine.store.list(began.owner, { limit: 100, states: ['queued', 'running'] })).items.length;
    expect(await until(async () => (await open()) === 0, 30_000, 50)).toBe(true);
    expect(await leftOf(copy)).toBe(0);
  }, 60_000);

  it('that is not large is no detour', async () => {
    const copy = await openCopy();
    serve(copy);
    const { load, jobs } = await finished(copy, await begin(copy, linesOf(50).join('\n')));
    expect([load.addedCount, jobs.length]).toEqual([50, 0]);
  }, 60_000);

  it('gives its turn back while its parts have to wait, and goes on later', async () => {
    const copy = await openCopy({ patienceMs: 100, restMs: 200 });
    const began = await begin(copy, linesOf(300).join('\n'));
    copy.engine.handle(loadDocumentsJob, copy.load, { concurrency: 1 });
    copy.engine.start();
    const { jobId } = await copy.database.repository(LoadRow).findOneByOrFail({ id: began.loadId });
    const job = () => copy.engine.store.get(jobId, began.owner);
    expect(await until(async () => (await job()).phase === 'reading' && (await job()).state === 'queued', 30_000, 20)).toBe(true);
    serve(await openCopy());
    const { load, jobs } = await finished(copy, began);
    expect([load.addedCount, (await job()).attempts, new Set(jobs.map(({ attempts }) => attempts))]).toEqual([300, 1, new Set([1])]);
  }, 60_000);
});

function rendezvous(count: number): [Promise<void>, () => void] {
  const { promise, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  return [promise, () => (++arrived === count ? resolve() : undefined)];
}
