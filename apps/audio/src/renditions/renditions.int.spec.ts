/** Renditions on a real PostgreSQL and NATS: one encoding for all who want it, whatever happens at the same time. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { encodeTrackRendition, Failure, type Job, listTrackRenditions } from '#contracts';
import { Database, erasureMigrations, JobEngine, jobsMigrations, Log, openCall, runInCall, usageMigrations } from '#platform';
import { blobsMigrations, queryRows } from '#storage';
import { fillTables, type ManagedServer, queryPlans, startNats, type TestDatabase, testDatabase, until } from '#testing';
import { audioMigrations } from '../audio.migrations.ts';
import type { AudioCache } from '../audio-cache.ts';
import type { RecordingService } from '../recordings/recording.service.ts';
import { Recording, RecordingStore } from '../recordings/recording.store.ts';
import { TrackService } from '../tracks/track.service.ts';
import { TrackRow, TrackStore } from '../tracks/track.store.ts';
import { Encoding, EncodingStore, type StoredEncoding } from './encoding.store.ts';
import type { RenditionConfig } from './rendition.config.ts';
import { RenditionJob } from './rendition.job.ts';
import { RenditionService } from './rendition.service.ts';
import { RenditionRow, RenditionStore } from './rendition.store.ts';
import type { EncodeCallbacks, RenditionEncoder } from './rendition-encoder.service.ts';

const source = 'a'.repeat(64);
const encoded = 'e'.repeat(64);
const media = { container: 'wav', codec: 'pcm_s16le', durationSeconds: 1, sampleRateHz: 8_000, channels: 1, tags: {} };
const result = {
  ...{ level: 'low', decidedBy: null, codec: 'mp3', contentType: 'audio/mpeg', bitRateKbps: 96, sampleRateHz: 8_000, channels: 1 },
  ...{ durationSeconds: 1, compressionRatio: 2, ratioNote: null, quality: null },
};
const stored = { sha256: encoded, sizeBytes: 500, result } as StoredEncoding;

let nats: ManagedServer;
let testing: TestDatabase;
let connection: NatsConnection;
let database: Database;
let engine: JobEngine;
let tracks: TrackService;
let renditions: RenditionService;
let store: RenditionStore;
/** Runs of the encoder, each ended by the test. */
let runs: PromiseWithResolvers<void>[];

beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats.stop());
beforeEach(async () => {
  testing = await testDatabase('renditions');
  connection = await connect({ servers: nats.url });
  const log = Log.open({ service: 'audio', instance: 'test', level: 'silent' });
  const entities = [Recording, TrackRow, Encoding, RenditionRow];
  const migrations = [blobsMigrations, usageMigrations, erasureMigrations, jobsMigrations, audioMigrations];
  const postgres = { url: testing.url, schema: 'audio', applicationName: 'audio', poolSize: 8, entities, migrations };
  database = new Database(() => postgres, log);
  database.onModuleInit();
  await database.whenOpen();
  engine = new JobEngine({ database, link: { connection }, log, databaseUrl: testing.url });
  runs = [];
  const cache = { wrap: (_: string, __: string, load: () => unknown) => load(), delete: () => undefined } as unknown as AudioCache;
  const identify = async (sha256: string) => ({ sha256, sizeBytes: 1_000, media, analysis: null });
  tracks = new TrackService(database, new TrackStore(database), { identify } as unknown as RecordingService, engine.store, cache);
  store = new RenditionStore(database);
  const config = { AUDIO_COMPRESSION_ENABLED: true, AUDIO_COMPRESSION_DEFAULT_LEVEL: 'low' } as RenditionConfig;
  renditions = new RenditionService(database, store, tracks, engine.store, config);
  const encoder = { encode } as unknown as RenditionEncoder;
  engine.handle(encodeTrackRendition, new RenditionJob(new EncodingStore(database), new RecordingStore(database), encoder).run, {
    concurrency: 4,
  });
  engine.start();
});
afterEach(async () => {
  await engine.stop(0);
  await connection.close();
  await database.close();
  await testing.drop();
});

async function encode(_encoding: Encoding, _media: unknown, { signal }: EncodeCallbacks): Promise<StoredEncoding> {
  const end = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => end.reject(signal.reason));
  runs.push(end);
  await end.promise;
  return stored;
}

/** The run of the encoder that began as the n-th, counted from 0. */
async function run(at: number): Promise<PromiseWithResolvers<void>> {
  expect(await until(() => runs.length > at, 20_000)).toBe(true);
  return runs[at]!;
}

const as = <T>(owner: string, call: () => Promise<T>): Promise<T> =>
  runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: owner }, call);
const upload = (owner: string) => as(owner, () => tracks.create({ blobSha256: source, sizeBytes: 1_000, fileName: 'a.wav' }));
const wish = { format: 'mp3', normalize: false, measureQuality: false } as const;
const ask = (owner: string, trackId: string) => as(owner, () => renditions.create({ ...wish, trackId }));
async function owner() {
  const id = randomUUID();
  return { id, trackId: (await upload(id)).id };
}
async function reached(ownerId: string, jobId: string, wanted: (job: Job) => boolean): Promise<Job> {
  for await (const { job } of engine.feed.watch(jobId, ownerId, 0, AbortSignal.timeout(45_000))) if (wanted(job)) return job;
  throw new Error(`job ${jobId} never got there`);
}
const isRunning = ({ state }: Job) => state === 'running';
const hasEnded = ({ endedAt }: Job) => endedAt !== null;
const isWaiting = ({ state, phase }: Job) => state === 'queued' && phase === 'waiting';
const rows = async (table: string) => (await queryRows<{ n: number }>(database.source, `SELECT count(*)::int AS n FROM ${table}`))[0]!.n;
const bytesOf = async (ownerId: string) => {
  const sql = `SELECT coalesce(sum(amount), 0)::int AS n FROM usage.daily WHERE owner_id = $1 AND meter = 'storageBytes'`;
  return (await queryRows<{ n: number }>(database.source, sql, [ownerId]))[0]!.n;
};
const references = () => queryRows(database.source, 'SELECT holder FROM blobs.reference WHERE sha256 = $1', [encoded]);

describe('the same rendition, wanted by two owners', () => {
  it('is encoded once; the second job waits, and each owner has it in full', async () => {
    const [ana, bruno] = [await owner(), await owner()];
    const first = await ask(ana.id, ana.trackId);
    await reached(ana.id, first.job!.id, isRunning);
    const second = await ask(bruno.id, bruno.trackId);
    await reached(bruno.id, second.job!.id, isWaiting);
    (await run(0)).resolve();
    await Promise.all([reached(ana.id, first.job!.id, hasEnded), reached(bruno.id, second.job!.id, hasEnded)]);
    expect(runs.length).toBe(1);
    for (const each of [ana, bruno]) expect(await bytesOf(each.id)).toBe(1_500);
    expect(await references()).toHaveLength(1);
  });

  it('is encoded by the second job when the first rendition is deleted meanwhile', async () => {
    const [ana, bruno] = [await owner(), await owner()];
    const first = await ask(ana.id, ana.trackId);
    await reached(ana.id, first.job!.id, isRunning);
    const second = await ask(bruno.id, bruno.trackId);
    await reached(bruno.id, second.job!.id, isWaiting);
    await as(ana.id, () => renditions.remove(ana.trackId, first.id));
    await reached(bruno.id, second.job!.id, isRunning);
    (await run(1)).resolve();
    expect(await reached(bruno.id, second.job!.id, hasEnded)).toMatchObject({ state: 'succeeded' });
    expect([await bytesOf(ana.id), await bytesOf(bruno.id)]).toEqual([1_000, 1_500]);
  });

  it('has one encoding and one rendition a track, whoever asks at the same time', async () => {
    const [ana, bruno] = [await owner(), await owner()];
    const asked = await Promise.all([ana, bruno].flatMap((each) => [1, 2, 3].map(() => ask(each.id, each.trackId))));
    expect(new Set(asked.map(({ id }) => id)).size).toBe(2);
    expect([await rows('audio.encoding'), await rows('audio.rendition')]).toEqual([1, 2]);
  });
});

describe('a rendition that is deleted', () => {
  it('while others are asked for leaves no bytes without an owner, and no rendition without bytes', async () => {
    const [ana, bruno] = [await owner(), await owner()];
    const first = await ask(ana.id, ana.trackId);
    await reached(ana.id, first.job!.id, isRunning);
    (await run(0)).resolve();
    await reached(ana.id, first.job!.id, hasEnded);
    let ended = 1;
    for (let round = 0; round < 8; round++) {
      const [id, made] = [(await ask(ana.id, ana.trackId)).id, ask(bruno.id, bruno.trackId)];
      const [, brunos] = await Promise.all([as(ana.id, () => renditions.remove(ana.trackId, id)), made]);
      if (brunos.state !== 'ready') {
        (await run(ended)).resolve();
        ended++;
        await reached(bruno.id, brunos.job!.id, hasEnded);
      }
      expect(await references()).toHaveLength(1);
      await ask(ana.id, ana.trackId);
      await as(bruno.id, () => renditions.remove(bruno.trackId, brunos.id));
    }
    expect([await bytesOf(ana.id), await bytesOf(bruno.id)]).toEqual([1_500, 1_000]);
  });

  it('with its track, while it is encoded, ends its job and leaves nothing', async () => {
    const ana = await owner();
    const { job } = await ask(ana.id, ana.trackId);
    await reached(ana.id, job!.id, isRunning);
    const [again] = await Promise.allSettled([ask(ana.id, ana.trackId), as(ana.id, () => tracks.remove(ana.trackId))]);
    if (again.status === 'rejected') expect(again.reason).toMatchObject({ code: expect.stringMatching(/^(track|rendition)-not-found$/) });
    expect(await reached(ana.id, job!.id, hasEnded)).toMatchObject({ state: 'cancelled' });
    expect([await rows('audio.encoding'), await rows('audio.rendition'), await bytesOf(ana.id)]).toEqual([0, 0, 0]);
  });

  it('can be made again, and so can one that has failed', async () => {
    const ana = await owner();
    const failed = await ask(ana.id, ana.trackId);
    await reached(ana.id, failed.job!.id, isRunning);
    (await run(0)).reject(new Failure('media-undecodable', 'The sound cannot be decoded.'));
    expect(await reached(ana.id, failed.job!.id, hasEnded)).toMatchObject({ state: 'failed' });
    const again = await ask(ana.id, ana.trackId);
    expect(again).toMatchObject({ id: failed.id, state: 'processing' });
    await reached(ana.id, again.job!.id, isRunning);
    (await run(1)).resolve();
    expect(await reached(ana.id, again.job!.id, hasEnded)).toMatchObject({ state: 'succeeded' });
    expect(await as(ana.id, () => renditions.get(ana.trackId, again.id))).toMatchObject({ state: 'ready', sizeBytes: 500, level: 'low' });
  });
});

describe('a list over 100,000 renditions', () => {
  it('reads an index of the track', async () => {
    const [ana, trackId] = [await owner(), '00000000-0000-4000-8000-000000000007'];
    await fillTables(
      database.source,
      `INSERT INTO audio.encoding (id, source_sha256, level, format, options, plan_version, tag_hash)
       SELECT md5('e' || i)::uuid, $1, 'low', 'mp3', '{}', i, '' FROM generate_series(1, 100000) AS i`,
      [source],
    );
    await queryRows(
      database.source,
      `INSERT INTO audio.track SELECT ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, owner_id, sha256, file_name, job_id, created_at, title, tags, metadata, NULL, search_text,
         revision, updated_at, codec FROM audio.track, generate_series(1, 5000) AS i WHERE id = $1`,
      [ana.trackId],
    );
    await fillTables(
      database.source,
      `INSERT INTO audio.rendition (id, owner_id, title, search_text, track_id, encoding_id, job_id, requested_level, level, format)
       SELECT gen_random_uuid(), $1, 'x', 'x', ('00000000-0000-4000-8000-' || lpad((1 + i % 5000)::text, 12, '0'))::uuid, md5('e' || i)::uuid, gen_random_uuid(), 'low', 'low', 'mp3'
       FROM generate_series(1, 100000) AS i`,
      [ana.id],
    );
    await database.source.query('VACUUM ANALYZE audio.rendition, audio.encoding, audio.track');
    for (const more of [{}, { format: 'mp3', state: 'failed' }, { level: 'low', sort: 'createdAt' }]) {
      const request = listTrackRenditions.request.parse({ trackId, ...more });
      const list = () => store.list({ trackId, ownerId: ana.id }, request);
      expect((await list()).items).toHaveLength(20);
      const plans = await queryPlans(database.source, list);
      expect(plans).toMatch(/Index Cond: .*track_id = /);
      expect(plans).not.toMatch(/Seq Scan on (?:rendition|encoding|track)/);
    }
  }, 60_000);
});
