/** Models on a real PostgreSQL, NATS and blob store: activated, rolled back and removed, while collections are searched with vectors of one at a time. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { register } from 'prom-client';
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
import { textHash } from '../../analysis/embed-text.ts';
import { type ModelCommand, perform, readCommand } from '../cli/model-commands.ts';
import { CollectionService } from '../collection.service.ts';
import { CollectionRow, CollectionStore } from '../collection.store.ts';
import { DocumentStore } from '../document.store.ts';
import { documentsMigrations } from '../documents.migrations.ts';
import { EmbedCollectionJob } from '../embed-collection.job.ts';
import { EmbeddingService } from '../embedding.service.ts';
import { LoadStore } from '../load.store.ts';
import { SimilarService } from '../similar.service.ts';
import { stubWords, writeStubRuntime } from '../testing/stub-runtime.ts';
import { tinyModel, writeModel } from '../testing/tiny-model.ts';
import { VectorStore } from '../vector.store.ts';
import { VectorBlocks } from '../vector-blocks.service.ts';
import { VectorIndexJob } from '../vector-index.job.ts';
import { VectorIndexes } from '../vector-index.service.ts';
import { VectorIndexStore } from '../vector-index.store.ts';
import { VectorJobs } from '../vector-jobs.service.ts';
import { ModelStore } from './model.store.ts';
import { ModelFault } from './model-fault.ts';
import { ModelFiles } from './model-files.service.ts';
import { registerModel } from './register-model.ts';
import { builtInModel } from './vector-model.ts';

let nats: ManagedServer;
let testing: TestDatabase;
let connection: NatsConnection;
let database: Database;
let engine: JobEngine;
let compute: Compute;
let root: string;
let blobs: BlobStore;
let collections: CollectionService;
let vectors: VectorStore;
let models: ModelStore;
let files: ModelFiles;
let embedding: EmbeddingService;
let similar: SimilarService;
let indexes: VectorIndexes;

const silent = Log.open({ service: 'posts', instance: 'test', level: 'silent' });
const owner = randomUUID();
const folderOf = (name: string) => writeModel(join(root, name), tinyModel(stubWords));
const registration = () => ({ database, blobs, runtimeFolder: join(root, 'runtime') });

beforeAll(async () => {
  nats = await startNats();
  testing = await testDatabase('models');
  connection = await connect({ servers: nats.url });
  root = await mkdtemp(join(tmpdir(), 'rafaga-models-'));
  blobs = await openFsBlobStore(join(root, 'blobs'));
  writeStubRuntime(join(root, 'runtime'));
  const migrations = [blobsMigrations, usageMigrations, erasureMigrations, jobsMigrations, documentsMigrations];
  const postgres = { url: testing.url, schema: 'documents', applicationName: 'spec', poolSize: 8, entities: [CollectionRow], migrations };
  database = new Database(() => postgres, silent);
  database.onModuleInit();
  await database.whenOpen();
  engine = new JobEngine({ database, link: { connection }, log: silent, databaseUrl: testing.url });
  compute = new Compute({ threads: 1 });
  vectors = new VectorStore(database);
  models = new ModelStore(database);
  files = new ModelFiles(blobs, new ScratchFolders(), join(root, 'runtime'));
  embedding = new EmbeddingService(vectors, models, files, compute, silent);
  collections = new CollectionService(database, new CollectionStore(database), engine.store, new LoadStore(database));
  const [orders, indexStore] = [new VectorJobs(database, engine.store, silent), new VectorIndexStore(database)];
  indexes = new VectorIndexes(indexStore, orders, compute, blobs, new ScratchFolders(), { exactMax: 30, rebuildShare: 0.5 });
  const stores = [new DocumentStore(database), new VectorBlocks(vectors), indexes, orders, models, embedding, compute] as const;
  similar = new SimilarService(collections, ...stores, workProfiles.balanced);
  const job = new VectorIndexJob(vectors, indexStore, models, compute, blobs, new ScratchFolders());
  engine.handle(indexVectorsJob, job.run, { concurrency: 1 });
  engine.handle(embedCollectionJob, new EmbedCollectionJob(database, vectors, embedding, models).run, { concurrency: 1 });
  engine.start();
});
afterAll(async () => {
  await engine?.stop(0);
  await indexes?.onModuleDestroy();
  await files?.onModuleDestroy();
  await compute?.close({ drainMs: 0 });
  await connection?.close();
  await database?.close();
  await testing?.drop();
  await nats?.stop();
  if (root) await rm(root, { recursive: true, force: true });
});

const as = <T>(call: () => Promise<T>): Promise<T> => runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: owner }, call);

async function newCollection(): Promise<string> {
  const id = randomUUID();
  await database.transaction((tx) => new CollectionStore(database).add(tx, { id, ownerId: owner, title: 'spec' }));
  return id;
}

/** As the service does. */
async function write(collectionId: string, texts: Readonly<Record<string, string>>): Promise<void> {
  const rows = Object.entries(texts).map(([i, t]) => ({ i, t, l: 'en', m: {}, a: null, s: null, h: textHash(t) }));
  const hashes = rows.map(({ h }) => h);
  const embedded = await embedding.embedFor(collectionId, { texts: rows.map(({ t }) => t), hashes });
  await database.transaction(async (tx) => {
    const locked = await CollectionStore.lock(tx, collectionId);
    if (!(await VectorStore.holdFor(tx, locked!, hashes, embedded))) throw new Error('another model');
    const { added } = await DocumentStore.write(tx, collectionId, Buffer.from(JSON.stringify(rows)), null);
    await CollectionStore.recordChange(tx, collectionId, added, rows.length);
  });
}

const activate = (id: string) => database.transaction((tx) => ModelStore.activate(tx, id));
const embeddedCount = async () => (await register.getSingleMetric('documents_embedded_total')!.get()).values[0]?.value ?? 0;
const modelOf = async (id: string) =>
  (await queryRows<{ model: string }>(database.source, 'SELECT model FROM documents.collection WHERE id = $1', [id]))[0]?.model;
const references = () => queryRows(database.source, `SELECT 1 FROM blobs.reference WHERE holder LIKE 'posts.model:%'`, []);
const find = (collectionId: string, text: string) => as(() => similar.find({ collectionId, text, limit: 3 }));

describe('models of vectors', () => {
  let collectionId: string;
  const texts = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`doc-${at}`, `${at % 2 ? 'A whale in the sea' : 'Bread from the oven'}, ${at % 20}`]),
  );

  it('begin with the one that is built in, which is active', async () => {
    expect(await models.list()).toEqual([{ id: 'ngram-hash@1', dimension: 384, sha256: null, isActive: true, collections: 0 }]);
    collectionId = await newCollection();
    await write(collectionId, texts);
    expect(await find(collectionId, 'A whale in the sea')).toMatchObject({ model: 'ngram-hash@1', documentsCompared: 40 });
  });

  it('are registered from a folder once; other files need another version', async () => {
    const folder = folderOf('tiny');
    expect(await registerModel(registration(), { folder, name: 'tiny', version: '1' })).toMatchObject({
      isNew: true,
      model: { dimension: 4 },
    });
    expect(await registerModel(registration(), { folder, name: 'tiny', version: '1' })).toMatchObject({ isNew: false });
    writeModel(folder, { 'config.json': '{}' });
    await expect(registerModel(registration(), { folder, name: 'tiny', version: '1' })).rejects.toThrow(/^tiny@1 stands for other files/);
    expect((await models.list()).map(({ id, isActive }) => [id, isActive])).toEqual([
      ['ngram-hash@1', true],
      ['tiny@1', false],
    ]);
    expect(await references()).toHaveLength(3);
  });

  it('are registered, listed, activated and removed by commands, each of which says what it did', async () => {
    const folder = folderOf('Other Model');
    const type = async (...words: string[]) => perform(readCommand(words) as ModelCommand, registration());
    expect(await type('onnx', folder)).toMatch(
      /^other-model@1 \(4 numbers, [0-9a-f]{12}\) is registered\. To use it: npm run enable -- activate other-model@1\n$/,
    );
    expect(await type('models')).toMatch(
      /^\* ngram-hash@1 .*384 numbers {2}built in .*1 collections\n {2}tiny@1 .*\n {2}other-model@1 .*0 collections\n$/,
    );
    expect(await type('remove', 'other-model@1')).toBe('other-model@1 is removed.\n');
    expect(await type('activate', 'ngram-hash@1')).toBe('ngram-hash@1 is active already.\n');
    await expect(type('activate', 'none@1')).rejects.toThrow(new ModelFault('There is no model none@1.'));
    for (const wrong of [['activate'], ['models', '--name', 'a'], ['onnx'], ['fly', 'a'], ['models', '--wings']])
      expect(() => readCommand(wrong)).toThrow(/./);
    expect([readCommand([]), readCommand(['onnx', 'a', '--help'])]).toEqual(['help', 'help']);
  });

  it.each([
    [
      'without the runtime',
      () => ({ deps: { runtimeFolder: join(root, 'nowhere') }, folder: folderOf('a') }),
      /not installed on this machine: npm run enable -- onnx$/,
    ],
    ['that are missing', () => ({ deps: {}, folder: join(root, 'missing') }), /is no folder\.$/],
    [
      'that give vectors of another dimension than they say',
      () => ({ deps: {}, folder: writeModel(join(root, 'b'), tinyModel({ eight: [1, 2, 3, 4, 5, 6, 7, 8] })) }),
      /^The model gives vectors of 4 numbers instead of 8\.$/,
    ],
  ])('%s are refused, and nothing of them is registered', async (_, given, sentence) => {
    const { deps, folder } = given();
    await expect(registerModel({ ...registration(), ...deps }, { folder, name: 'other', version: '1' })).rejects.toThrow(sentence);
    expect((await models.list()).map(({ id }) => id)).toEqual(['ngram-hash@1', 'tiny@1']);
    expect(await references()).toHaveLength(3);
  });

  it('are not activated unless they are registered; of two at the same time one is active', async () => {
    await expect(activate('tiny@2')).rejects.toThrow('There is no model tiny@2.');
    await Promise.all([activate('tiny@1'), activate('ngram-hash@1')]);
    expect((await models.list()).filter(({ isActive }) => isActive)).toHaveLength(1);
    await activate('ngram-hash@1');
  });

  it('once activated serve a collection when all its documents have vectors; until then the one before does, and no text is embedded twice', async () => {
    const before = await embeddedCount();
    expect(await activate('tiny@1')).toBe(true);
    expect(await find(collectionId, 'A whale in the sea')).toMatchObject({ model: 'ngram-hash@1', documentsCompared: 40 });
    await write(collectionId, { 'doc-0': texts['doc-0']!, new: 'The sea' }); // while the job works, or before, or after
    expect(await until(async () => (await modelOf(collectionId)) === 'tiny@1', 40_000, 50)).toBe(true);
    const { model, matches } = await find(collectionId, 'whale sea');
    expect(model).toBe('tiny@1');
    expect(matches.map(({ similarity }) => Number(similarity.toFixed(2)))).toEqual([1, 1, 1]);
    const kinds = 'SELECT model, count(*)::int AS count, min(length(vector)) AS bytes FROM documents.vector GROUP BY 1 ORDER BY 1';
    expect(await queryRows(database.source, kinds, [])).toEqual([
      { model: 'ngram-hash@1', count: 21, bytes: 768 },
      { model: 'tiny@1', count: 21, bytes: 8 },
    ]);
    expect(await embeddedCount()).toBeLessThanOrEqual(before + 22); // 20 texts by one model, one by one or both
    expect(await embeddedCount()).toBeGreaterThanOrEqual(before + 21);
  });

  it('have indexes of their own', async () => {
    const hnsw = () =>
      queryRows<{ model: string }>(database.source, 'SELECT model FROM documents.vector_index WHERE collection_id = $1', [collectionId]);
    await find(collectionId, 'the oven');
    expect(await until(async () => (await hnsw())[0]?.model === 'tiny@1', 40_000, 50)).toBe(true);
    expect(await find(collectionId, 'oven bread')).toMatchObject({ model: 'tiny@1', index: 'hnsw' });
  });

  it('are rolled back without embedding a text again', async () => {
    const before = await embeddedCount();
    await activate('ngram-hash@1');
    expect(await find(collectionId, 'whale')).toMatchObject({ model: 'tiny@1' });
    expect(await until(async () => (await modelOf(collectionId)) === 'ngram-hash@1', 40_000, 50)).toBe(true);
    const { model, matches } = await find(collectionId, texts['doc-1']!);
    expect([model, ...matches.map(({ similarity }) => similarity > 0.999)]).toEqual(['ngram-hash@1', true, true, false]);
    expect(await embeddedCount()).toBeLessThanOrEqual(before + 1); // `The sea`, where its writer knew of one model only
  });

  it('that a collection has gone over to meanwhile are asked of its writer again', async () => {
    const [hash] = [textHash('a text')];
    const embedded = [await embedding.embed(builtInModel, { texts: ['a text'], hashes: [hash] })];
    const hold = (modelId: string) => database.transaction((tx) => VectorStore.holdFor(tx, { modelId }, [hash], embedded));
    expect(await hold('tiny@1')).toBe(false);
    expect(await hold('ngram-hash@1')).toBe(true);
  });

  it('embed a text once that several ask for at the same time', async () => {
    const before = await embeddedCount();
    const wanted = { texts: ['nobody has this text', 'nor this'], hashes: ['nobody has this text', 'nor this'].map(textHash) };
    const [first, second] = await Promise.all([embedding.embed(builtInModel, wanted), embedding.embed(builtInModel, wanted)]);
    expect(Buffer.from(second.vectors).equals(Buffer.from(first.vectors))).toBe(true);
    expect((await embeddedCount()) - before).toBe(2);
  });

  it('are the start of collections that are made while they are active, and are removed only where nothing needs them', async () => {
    await activate('tiny@1');
    const [young] = [await newCollection()];
    expect(await modelOf(young)).toBe('tiny@1');
    await write(young, { a: 'whale' });
    await expect(models.remove('tiny@1')).rejects.toThrow(/^tiny@1 is active/);
    await activate('ngram-hash@1');
    await expect(models.remove('tiny@1')).rejects.toThrow(/^Collections are searched with tiny@1/);
    await expect(models.remove('ngram-hash@1')).rejects.toThrow(/built in/);
    await find(young, 'whale');
    expect(await until(async () => (await modelOf(young)) === 'ngram-hash@1', 40_000, 50)).toBe(true);
    await models.remove('tiny@1');
    expect((await models.list()).map(({ id }) => id)).toEqual(['ngram-hash@1']);
    expect(await references()).toEqual([]);
    expect(await queryRows(database.source, `SELECT 1 FROM documents.vector WHERE model = 'tiny@1'`, [])).toEqual([]);
    await expect(activate('tiny@1')).rejects.toThrow('There is no model tiny@1.');
    const again = { folder: folderOf('tiny'), name: 'tiny', version: '1' };
    writeModel(again.folder, { 'config.json': '{}' });
    await expect(registerModel(registration(), again)).rejects.toThrow(/^tiny@1 stands for other files/);
    expect(await registerModel(registration(), { ...again, folder: folderOf('tiny') })).toMatchObject({ isNew: true });
    expect(await references()).toHaveLength(3);
  });
});
