/** Renditions on a real PostgreSQL and NATS: one encoding for all who want it, whatever happens at the same time. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type CompressionLevel, encodeTrackRendition, Failure, type Job, listTrackRenditions } from '#contracts';
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
import { encodingSeconds, renditionsMade } from './rendition.metrics.ts';
import { RenditionService } from './rendition.service.ts';
import { RenditionRow, RenditionStore } from './rendition.store.ts';
import type { EncodeCallbacks, Encodings, RenditionEncoder } from './rendition-encoder.service.ts';

const slots = 4;
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
/** Runs of the encoder, each ended by the test, with the levels that it encodes. */
let runs: (PromiseWithResolvers<void> & { readonly levels: readonly string[] })[];

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
    concurrency: slots,
  });
  engine.start();
});
afterEach(async () => {
  await engine.stop(0);
  await connection.close();
  await database.close();
  await testing.drop();
});

async function encode(encodings: Encodings, _media: unknown, { signal }: EncodeCallbacks): Promise<StoredEncoding[]> {
  const end = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => end.reject(signal.reason));
  const levels = encodings.map(({ level }) => level);
  runs.push({ ...end, levels });
  await end.promise;
  return levels.map((level) => ({ ...stored, result: { ...stored.result, level: level as CompressionLevel } }));
}

/** The run of the encoder that began as the n-th, counted from 0. */
async function run(at: number): Promise<(typeof runs)[number]> {
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

describe('other levels of a format that wait', () => {
  const levels = ['ultra_low', 'low', 'medium', 'high'] as const;
  /** The first one is being encoded when the others are asked for; these wait for it, as all slots but one are taken. */
  async function askForLevels() {
    const ana = await owner();
    const made = [];
    for (const level of levels) {
      made.push(await as(ana.id, () => renditions.create({ ...wish, trackId: ana.trackId, level })));
      await run(slots - 1);
    }
    return { ana, made };
  }
  /** Takes all slots but one. */
  const hold = async () => {
    const others = [];
    for (let slot = 0; slot < slots - 1; slot++) {
      const [id, sha256] = [randomUUID(), String(slot).repeat(64)];
      const track = await as(id, () => tracks.create({ blobSha256: sha256, sizeBytes: 1_000, fileName: 'b.wav' }));
      await reached(id, (await ask(id, track.id)).job!.id, isRunning);
      others.push(await run(slot));
    }
    return others;
  };

  it('are encoded in one run with the first of them, and each moves the metrics once', async () => {
    const others = await hold();
    const before = await counted();
    const { ana, made } = await askForLevels();
    (await run(slots - 1)).resolve(); // the first level, which found no company
    (await run(slots)).resolve();
    for (const { job } of made) expect(await reached(ana.id, job!.id, hasEnded)).toMatchObject({ state: 'succeeded' });
    expect(runs.slice(slots - 1).map(({ levels }) => levels.toSorted())).toEqual([['ultra_low'], ['high', 'low', 'medium']]);
    expect(await counted()).toEqual({ encoded: before.encoded + 4, shared: before.shared, timed: before.timed + 4 });
    expect(await bytesOf(ana.id)).toBe(1_000 + 4 * 500);
    for (const { id } of made) expect(await as(ana.id, () => renditions.get(ana.trackId, id))).toMatchObject({ state: 'ready' });
    for (const other of others) other.resolve();
  });

  it('are encoded each alone where that fails in company', async () => {
    const others = await hold();
    const { ana, made } = await askForLevels();
    (await run(slots - 1)).resolve();
    (await run(slots)).reject(new Failure('media-undecodable', 'One of them.'));
    for (let at = 0; at < 3; at++) (await run(slots + 1 + at)).resolve();
    for (const { job } of made) expect(await reached(ana.id, job!.id, hasEnded)).toMatchObject({ state: 'succeeded' });
    expect(runs.slice(slots).map((each) => each.levels.length)).toEqual([3, 1, 1, 1]);
    for (const other of others) other.resolve();
  });

  it('are left alone where another running job claims them at the same moment', async () => {
    const others = await hold();
    const { ana, made } = await askForLevels();
    const [first, second] = made;
    const encodingOf = async (id: string) => (await store.find({ id, ownerId: ana.id }))!.encoding;
    const [own, companion] = [await encodingOf(first!.id), await encodingOf(second!.id)];
    const gate = Promise.withResolvers<void>();
    // Another connection holds the row, and commits once the look has begun.
    const claimed = database.transaction(async (tx) => {
      await EncodingStore.lock(tx, [companion.id]);
      const running = `(SELECT id FROM jobs.job WHERE state = 'running' AND id <> $2 LIMIT 1)`;
      await queryRows(tx, `UPDATE audio.encoding SET claimed_by = ${running} WHERE id = $1`, [companion.id, first!.job!.id]);
      await gate.promise;
    });
    const look = new EncodingStore(database).claimCompanions(own, first!.job!.id);
    expect((await look).map(({ id }) => id)).not.toContain(companion.id);
    gate.resolve();
    await claimed;
    expect((await new EncodingStore(database).claimCompanions(own, first!.job!.id)).map(({ id }) => id)).not.toContain(companion.id);
    for (const each of [...others, await run(slots - 1)]) each.resolve();
  });

  it('are left alone where they were cancelled or deleted', async () => {
    const others = await hold();
    const { ana, made } = await askForLevels();
    const [first, deleted, cancelled, left] = made;
    await as(ana.id, () => renditions.remove(ana.trackId, deleted!.id));
    await engine.store.cancelIfOpen(cancelled!.job!.id, ana.id);
    (await run(slots - 1)).resolve();
    (await run(slots)).resolve();
    for (const { job } of [first!, left!]) expect(await reached(ana.id, job!.id, hasEnded)).toMatchObject({ state: 'succeeded' });
    expect(runs[slots]!.levels).toEqual(['high']);
    for (const other of others) other.resolve();
  });

  it('one that is deleted while they are encoded leaves no bytes', async () => {
    const others = await hold();
    const { ana, made } = await askForLevels();
    (await run(slots - 1)).resolve();
    const together = await run(slots);
    const companion = made.find(({ requestedLevel }) => requestedLevel === together.levels[1])!;
    await as(ana.id, () => renditions.remove(ana.trackId, companion.id));
    together.resolve();
    for (const { id, job } of made) if (id !== companion.id) await reached(ana.id, job!.id, hasEnded);
    expect([await rows('audio.rendition'), await bytesOf(ana.id)]).toEqual([slots - 1 + 3, 1_000 + 3 * 500]);
    expect(await references()).toHaveLength(3);
    for (const other of others) other.resolve();
  });
});

async function counted() {
  const { values } = await renditionsMade.get();
  const sum = (result: string) => values.filter(({ labels }) => labels.result === result).reduce((total, { value }) => total + value, 0);
  const timed = (await encodingSeconds.get()).values.filter(({ metricName }) => metricName?.endsWith('_count'));
  return { encoded: sum('encoded'), shared: sum('shared'), timed: timed.reduce((total, { value }) => total + value, 0) };
}

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

describe('a track with 200 renditions', () => {
  it('gets no other one, gives those that are there, and is deleted with all of them', async () => {
    const ana = await owner();
    const { id, job } = await ask(ana.id, ana.trackId);
    await reached(ana.id, job!.id, isRunning);
    await queryRows(
      database.source,
      `WITH made AS (
         INSERT INTO audio.encoding (source_sha256, level, format, options, plan_version, tag_hash, sha256, size_bytes, result)
         SELECT $1, 'auto', 'mp3', jsonb_build_object('maxSizeKb', i), 1, '', $2, 1, '{}' FROM generate_series(1, 199) AS i RETURNING id),
       held AS (INSERT INTO blobs.reference (sha256, holder) SELECT $2, 'audio.encoding:' || id FROM made)
       INSERT INTO audio.rendition (id, owner_id, title, search_text, track_id, encoding_id, job_id, requested_level, format)
       SELECT gen_random_uuid(), $3, '', '', $4, id, gen_random_uuid(), 'auto', 'mp3' FROM made`,
      [source, encoded, ana.id, ana.trackId],
    );
    const auto = as(ana.id, () => renditions.create({ ...wish, trackId: ana.trackId, level: 'auto', maxSizeKb: 1_000 }));
    await expect(auto).rejects.toMatchObject({ code: 'too-many-renditions' });
    expect([(await ask(ana.id, ana.trackId)).id, await rows('blobs.reference')]).toEqual([id, 200]);
    await as(ana.id, () => tracks.remove(ana.trackId));
    expect(await reached(ana.id, job!.id, hasEnded)).toMatchObject({ state: 'cancelled' });
    expect([await rows('audio.encoding'), await rows('audio.rendition'), await rows('blobs.reference')]).toEqual([0, 0, 0]);
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
