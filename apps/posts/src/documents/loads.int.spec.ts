/** Loads on a real PostgreSQL, NATS and blob store: what they reserve of the quota, and who is first. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Compute, workProfiles } from '#compute';
import { createLoad, loadDocumentsJob } from '#contracts';
import {
  changeLimits,
  Database,
  erasureMigrations,
  JobEngine,
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
import { LoadPartStore } from './load-part.store.ts';
import { LoadParts, loadLimits } from './load-parts.service.ts';
import { ModelStore } from './models/model.store.ts';
import { ModelFiles } from './models/model-files.service.ts';
import { VectorStore } from './vector.store.ts';

let nats: ManagedServer;
let testing: TestDatabase;
let connection: NatsConnection;
let database: Database;
let folder: string;
let blobs: BlobStore;
let engine: JobEngine;
let compute: Compute;
let chunks: ChunkPreparer;
let job: LoadJob;
let loads: LoadService;
let collections: CollectionService;

beforeAll(async () => {
  nats = await startNats();
  testing = await testDatabase('loads');
  connection = await connect({ servers: nats.url });
  folder = await mkdtemp(join(tmpdir(), 'rafaga-loads-'));
  blobs = await openFsBlobStore(folder);
  const log = Log.open({ service: 'posts', instance: 'test', level: 'silent' });
  const migrations = [blobsMigrations, usageMigrations, erasureMigrations, jobsMigrations, documentsMigrations];
  const entities = [CollectionRow, LoadRow];
  const postgres = { url: testing.url, schema: 'documents', applicationName: 'spec', poolSize: 8, entities, migrations };
  database = new Database(() => postgres, log);
  database.onModuleInit();
  await database.whenOpen();
  engine = new JobEngine({ database, link: { connection }, log, databaseUrl: testing.url });
  compute = new Compute({ threads: 1 });
  const [store, vectors, models] = [new LoadStore(database), new VectorStore(database), new ModelStore(database)];
  collections = new CollectionService(database, new CollectionStore(database), engine.store, store);
  loads = new LoadService(database, store, collections, engine.store, blobs);
  const embedding = new EmbeddingService(vectors, models, new ModelFiles(blobs, new ScratchFolders(), folder), compute, log);
  chunks = new ChunkPreparer(compute, embedding, workProfiles.balanced);
  const parts = new LoadParts(database, engine.store, engine.feed, new LoadPartStore(database), blobs, loadLimits);
  job = new LoadJob(database, store, chunks, parts, vectors, blobs, loadLimits);
});
afterAll(async () => {
  chunks?.onModuleDestroy();
  await engine?.stop(0);
  await compute?.close({ drainMs: 0 });
  await connection?.close();
  await database?.close();
  await testing?.drop();
  await nats?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const as = <T>(owner: string, call: () => Promise<T>): Promise<T> =>
  runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: owner }, call);
const limit = (owner: string, textUnits: number) => database.transaction((tx) => changeLimits(tx, owner, { textUnits } as never));
const standing = async (owner: string) => {
  const { used, reserved } = (await standingsOf(database.source, owner)).textUnits;
  return { used, reserved };
};
const linesOf = (count: number) =>
  Array.from(
    { length: count },
    (_, at) => `${JSON.stringify({ id: `doc-${at}`, text: `Report ${at} about ${'words '.repeat(55)}` })}\n`,
  ).join('');

async function newCollection(owner: string): Promise<string> {
  return (await as(owner, () => collections.create({ title: 'spec' } as never))).id;
}

async function startLoad(owner: string, file: string, collectionId: string, id?: string) {
  const { sha256, sizeBytes } = await blobs.write(Readable.from([Buffer.from(file)], { objectMode: false }), { maxBytes: 1e9 });
  const request = createLoad.request.parse({ collectionId, blobSha256: sha256, sizeBytes, format: 'ndjson', ...(id ? { id } : {}) });
  return as(owner, () => loads.create(request));
}

const jobsOf = (owner: string) => queryRows(database.source, 'SELECT 1 FROM jobs.job WHERE owner_id = $1', [owner]);

describe('a load', () => {
  const file = linesOf(1_000); // about 400 kB: two chunks

  it('reserves what its file needs of the quota at least; beyond it is refused, with nothing left of it', async () => {
    const owner = randomUUID();
    const collectionId = await newCollection(owner);
    const needed = Math.ceil(file.length / 1_000);
    await limit(owner, 2 * needed - 1);
    await startLoad(owner, file, collectionId);
    expect(await standing(owner)).toEqual({ used: 0, reserved: needed });
    await expect(startLoad(owner, file, collectionId)).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect(await jobsOf(owner)).toHaveLength(1);
    expect(await queryRows(database.source, `SELECT 1 FROM documents.load WHERE owner_id = $1`, [owner])).toHaveLength(1);
  });

  it('of two at the edge of the quota begins once', async () => {
    const owner = randomUUID();
    const ids = [await newCollection(owner), await newCollection(owner)];
    await limit(owner, Math.ceil(file.length / 1_000) + 10);
    const outcomes = await Promise.allSettled(ids.map((id) => startLoad(owner, file, id)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is one, however many ask for it by its id at the same time', async () => {
    const [owner, id] = [randomUUID(), randomUUID()];
    const collectionId = await newCollection(owner);
    const answers = await Promise.all(Array.from({ length: 6 }, () => startLoad(owner, file, collectionId, id)));
    expect(new Set(answers.map((load) => `${load.id} ${load.job?.id}`)).size).toBe(1);
    expect(await jobsOf(owner)).toHaveLength(1);
    expect((await standingsOf(database.source, owner)).storageBytes.used).toBe(file.length);
  });

  it("by the id of somebody else's is refused, and that one stays as it is", async () => {
    const [owner, other, id] = [randomUUID(), randomUUID(), randomUUID()];
    await startLoad(owner, file, await newCollection(owner), id);
    await expect(startLoad(other, file, await newCollection(other), id)).rejects.toMatchObject({ code: 'load-not-found' });
    expect(await jobsOf(other)).toEqual([]);
  });

  it('counts each text once: what a chunk has used is no longer reserved', async () => {
    const owner = randomUUID();
    await queryRows(database.source, `UPDATE jobs.job SET state = 'cancelled', ended_at = now() WHERE state = 'queued'`, []);
    const looks: Promise<{ used: number; reserved: number }>[] = [];
    engine.handle(
      loadDocumentsJob,
      (input, run) => {
        const progress: typeof run.progress = (...args) => {
          looks.push(standing(owner));
          run.progress(...args);
        };
        return job.run(input, Object.assign(Object.create(run), { progress }));
      },
      { concurrency: 1 },
    );
    engine.start();
    const long = linesOf(400).replaceAll('words ', 'several other words '); // about 460 kB: two chunks
    const collectionId = await newCollection(owner);
    const { id } = await startLoad(owner, long, collectionId);
    const load = () => as(owner, () => loads.get({ collectionId, loadId: id }));
    expect(await until(async () => (await load()).state === 'ready', 60_000, 100)).toBe(true);
    const needed = Math.ceil(long.length / 1_000);
    const seen = await Promise.all(looks);
    expect(seen.map(({ used, reserved }) => used + reserved - needed).every((more) => more >= 0 && more <= seen.length)).toBe(true);
    expect(seen.some(({ used, reserved }) => used > 0 && reserved > 0)).toBe(true);
    expect((await standing(owner)).reserved).toBe(0);
    expect(await load()).toMatchObject({ addedCount: 400, refusedCount: 0 });
  });
});
