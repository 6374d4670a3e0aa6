/** Approximate indexes of vectors on a real PostgreSQL, NATS and blob store: built in the background, right after changes, there after a restart. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Compute, workProfiles } from '#compute';
import { embedCollectionJob, indexVectorsJob } from '#contracts';
import {
  Database,
  erasureMigrations,
  JobEngine,
  jobsMigrations,
  Log,
  openCall,
  runInCall,
  ScratchFolders,
  usageMigrations,
} from '#platform';
import { type BlobStore, blobsMigrations, openFsBlobStore, queryRows } from '#storage';
import { type ManagedServer, startNats, type TestDatabase, testDatabase, until } from '#testing';
import { dimension, embeddingModel, embedText, textHash } from '../analysis/embed-text.ts';
import { CollectionService } from './collection.service.ts';
import { CollectionRow, CollectionStore } from './collection.store.ts';
import { DocumentStore } from './document.store.ts';
import { documentsMigrations } from './documents.migrations.ts';
import { EmbedCollectionJob } from './embed-collection.job.ts';
import { EmbeddingService } from './embedding.service.ts';
import { encodeHalves } from './half-floats.ts';
import { LoadStore } from './load.store.ts';
import { ModelStore } from './models/model.store.ts';
import { ModelFiles } from './models/model-files.service.ts';
import { builtInModel } from './models/vector-model.ts';
import { SimilarService } from './similar.service.ts';
import { VectorStore } from './vector.store.ts';
import { VectorBlocks } from './vector-blocks.service.ts';
import { VectorIndexJob } from './vector-index.job.ts';
import { VectorIndexes } from './vector-index.service.ts';
import { VectorIndexStore } from './vector-index.store.ts';
import { VectorJobs } from './vector-jobs.service.ts';

let nats: ManagedServer;
let testing: TestDatabase;
let connection: NatsConnection;
let database: Database;
let engine: JobEngine;
let compute: Compute;
let folder: string;
let blobs: BlobStore;
let collections: CollectionService;
let vectors: VectorStore;
let models: ModelStore;
let embedding: EmbeddingService;
const opened: VectorIndexes[] = [];

const silent = Log.open({ service: 'posts', instance: 'test', level: 'silent' });
beforeAll(async () => {
  nats = await startNats();
  testing = await testDatabase('indexes');
  connection = await connect({ servers: nats.url });
  folder = await mkdtemp(join(tmpdir(), 'rafaga-vector-indexes-'));
  blobs = await openFsBlobStore(folder);
  const log = silent;
  const migrations = [blobsMigrations, usageMigrations, erasureMigrations, jobsMigrations, documentsMigrations];
  const postgres = { url: testing.url, schema: 'documents', applicationName: 'spec', poolSize: 8, entities: [CollectionRow], migrations };
  database = new Database(() => postgres, log);
  database.onModuleInit();
  await database.whenOpen();
  engine = new JobEngine({ database, link: { connection }, log, databaseUrl: testing.url });
  compute = new Compute({ threads: 1 });
  vectors = new VectorStore(database);
  models = new ModelStore(database);
  embedding = new EmbeddingService(vectors, models, new ModelFiles(blobs, new ScratchFolders(), folder), compute, log);
  collections = new CollectionService(database, new CollectionStore(database), engine.store, new LoadStore(database));
  const job = new VectorIndexJob(vectors, new VectorIndexStore(database), models, compute, blobs, new ScratchFolders());
  engine.handle(indexVectorsJob, job.run, { concurrency: 1 });
  engine.handle(embedCollectionJob, new EmbedCollectionJob(database, vectors, embedding, models).run, { concurrency: 1 });
  engine.start();
});
afterAll(async () => {
  await engine?.stop(0);
  for (const indexes of opened) await indexes.onModuleDestroy();
  await compute?.close({ drainMs: 0 });
  await connection?.close();
  await database?.close();
  await testing?.drop();
  await nats?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** As a service that has just started has it. */
function similarService(): SimilarService {
  const limits = { exactMax: 50, rebuildShare: 0.5 };
  const orders = new VectorJobs(database, engine.store, silent);
  const indexes = new VectorIndexes(new VectorIndexStore(database), orders, compute, blobs, new ScratchFolders(), limits);
  opened.push(indexes);
  return new SimilarService(
    collections,
    new DocumentStore(database),
    new VectorBlocks(vectors),
    indexes,
    orders,
    models,
    embedding,
    compute,
    workProfiles.balanced,
  );
}

async function write(collectionId: string, documents: Readonly<Record<string, string>>): Promise<void> {
  const entries = Object.entries(documents);
  const rows = entries.map(([i, t]) => ({ i, t, l: 'en', m: {}, a: null, s: null, h: textHash(t) }));
  const hashes = [...new Set(rows.map(({ h }) => h))];
  const halves = new Uint8Array(2 * dimension * hashes.length);
  for (const [at, hash] of hashes.entries()) halves.set(encodeHalves(embedText(rows.find(({ h }) => h === hash)!.t)), 2 * dimension * at);
  await database.transaction(async (tx) => {
    await CollectionStore.lock(tx, collectionId);
    await VectorStore.hold(tx, hashes, { model: builtInModel, hashes, vectors: halves });
    const { added } = await DocumentStore.write(tx, collectionId, Buffer.from(JSON.stringify(rows)), null);
    await CollectionStore.recordChange(tx, collectionId, added, hashes.length);
  });
}

const as = <T>(owner: string, call: () => Promise<T>): Promise<T> =>
  runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: owner }, call);
const textOf = (at: number) => `Report ${at} about topic${at % 40} in city${at % 23} with number${at * 7919}`;

describe('the approximate index of a collection', () => {
  const [owner, collectionId] = [randomUUID(), randomUUID()];
  const find = (text: string, filter: object = {}, service = similarService()) =>
    as(owner, () => service.find({ collectionId, text, limit: 5, ...filter }));
  const references = async () =>
    (await queryRows(database.source, 'SELECT 1 FROM blobs.reference WHERE holder = $1', [`posts.vectors:${collectionId}`])).length;

  it('is built in the background while every vector is compared, and tells its recall', async () => {
    await database.transaction((tx) => new CollectionStore(database).add(tx, { id: collectionId, ownerId: owner, title: 'spec' }));
    await write(collectionId, Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`doc-${at}`, textOf(at)])));
    expect(await find(textOf(7))).toMatchObject({ index: 'exact', recall: 1, documentsCompared: 50 });
    expect(await queryRows(database.source, 'SELECT 1 FROM jobs.job WHERE owner_id = $1', [owner])).toEqual([]);
    await write(collectionId, Object.fromEntries(Array.from({ length: 350 }, (_, at) => [`doc-${at + 50}`, textOf(at + 50)])));
    expect((await Promise.all([find(textOf(7)), find(textOf(8))])).map(({ index }) => index)).toEqual(['exact', 'exact']);
    expect(await queryRows(database.source, 'SELECT 1 FROM jobs.job WHERE owner_id = $1', [owner])).toHaveLength(1);
    expect(await until(async () => (await references()) === 1, 40_000, 200)).toBe(true);
    await queryRows(database.source, `UPDATE documents.vector_index SET since = now() WHERE collection_id = $1`, [collectionId]);
    const found = await find(textOf(300));
    expect(found).toMatchObject({ index: 'hnsw', documentsCompared: 400, matches: [{ externalId: 'doc-300' }, {}, {}, {}, {}] });
    expect(found.recall).toBeGreaterThan(0.9);
    expect(await find(textOf(300), { language: 'es' })).toMatchObject({ index: 'exact', matches: [] });
  });

  it('is right about documents that were added, changed and deleted since', async () => {
    await write(collectionId, { new: 'A whale was seen near the harbour', 'doc-300': 'Nothing of the kind any more' });
    await database.transaction((tx) => DocumentStore.remove(tx, collectionId, 'doc-301'));
    expect((await find('A whale near the harbour')).matches[0]).toMatchObject({ externalId: 'new' });
    expect((await find(textOf(300))).matches.map(({ externalId }) => externalId)).not.toContain('doc-300');
    expect((await find('Nothing of the kind any more')).matches[0]).toMatchObject({ externalId: 'doc-300' });
    const { index, matches } = await find(textOf(301));
    expect(index).toBe('hnsw');
    expect(matches).toHaveLength(5);
    expect(matches.map(({ externalId }) => externalId)).not.toContain('doc-301');
  });

  it('is ordered again, once, when enough has been written since', async () => {
    const jobsOf = async () => (await queryRows(database.source, 'SELECT 1 FROM jobs.job WHERE owner_id = $1', [owner])).length;
    const before = await jobsOf();
    await find(textOf(7));
    expect(await jobsOf()).toBe(before);
    await database.transaction((tx) => CollectionStore.recordChange(tx, collectionId, 0, 300));
    const service = similarService();
    await Promise.all([find(textOf(7), {}, service), find(textOf(8), {}, service)]);
    expect(await jobsOf()).toBe(before + 1);
  });

  it('goes with its collection', async () => {
    expect(await references()).toBe(1);
    await as(owner, () => collections.remove(collectionId));
    expect(await references()).toBe(0);
  });
});

describe('documents that were written before there were vectors', () => {
  const [owner, collectionId] = [randomUUID(), randomUUID()];

  it('get theirs by one job, which a search orders; later ones are not ordered', async () => {
    await database.transaction((tx) => new CollectionStore(database).add(tx, { id: collectionId, ownerId: owner, title: 'spec' }));
    const rows = Array.from({ length: 30 }, (_, at) => ({ i: `old-${at}`, t: textOf(at % 20), l: 'en', m: {}, a: null, s: null }));
    await database.transaction(async (tx) => {
      await DocumentStore.write(tx, collectionId, Buffer.from(JSON.stringify(rows)), null);
      await CollectionStore.recordChange(tx, collectionId, rows.length);
    });
    const find = (service = similarService()) => as(owner, () => service.find({ collectionId, text: textOf(3), limit: 2 }));
    const earlier = similarService(); // remembers what it has found
    expect((await find(earlier)).matches).toEqual([]);
    await queryRows(database.source, 'UPDATE documents.collection SET model = NULL WHERE id = $1', [collectionId]);
    await find(earlier); // orders the job, which may end before the answer
    const content = () => queryRows(database.source, 'SELECT content FROM documents.collection WHERE id = $1', [collectionId]);
    const before = await content();
    const model = async () =>
      (
        await queryRows<{ model: string | null }>(database.source, 'SELECT model FROM documents.collection WHERE id = $1', [collectionId])
      )[0]!.model;
    expect(await until(async () => (await model()) === embeddingModel, 40_000, 100)).toBe(true);
    for (const service of [earlier, similarService()])
      expect((await find(service)).matches.map(({ externalId }) => externalId)).toEqual(['old-3', 'old-23']);
    expect(await vectors.unembedded({ collectionId, modelId: embeddingModel }, '0', 10)).toEqual([]);
    expect(await content()).toEqual(before); // no text has changed: what was computed from the texts is current
    expect(await queryRows(database.source, 'SELECT result FROM jobs.job WHERE owner_id = $1', [owner])).toEqual([
      { result: { collectionId, embeddedCount: 30 } },
    ]);
  });

  it('keep the vector of their new text where they were changed while theirs was computed', async () => {
    await queryRows(database.source, 'UPDATE documents.document SET text_sha256 = NULL WHERE collection_id = $1', [collectionId]);
    const [read] = await vectors.unembedded({ collectionId, modelId: embeddingModel }, '0', 1);
    await write(collectionId, { 'old-0': 'A whale was seen near the harbour' });
    const changed = await database.transaction((tx) => VectorStore.assign(tx, collectionId, [{ ...read!, h: textHash(read!.text) }]));
    expect(changed).toBe(0);
    const sql = `SELECT encode(text_sha256, 'hex') AS hash FROM documents.document WHERE collection_id = $1 AND external_id = 'old-0'`;
    expect(await queryRows(database.source, sql, [collectionId])).toEqual([{ hash: textHash('A whale was seen near the harbour') }]);
  });
});
