/** Jobs that want the same recording analysed: it is analysed once, and nobody else waits for it. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Compute } from '#compute';
import { analyzeRecording, Failure, type Job } from '#contracts';
import {
  changeLimits,
  Database,
  erasureMigrations,
  JobEngine,
  jobsMigrations,
  Log,
  openCall,
  runInCall,
  standingsOf,
  usageMigrations,
} from '#platform';
import { type BlobStore, blobsMigrations, queryRows } from '#storage';
import { type ManagedServer, mediaTools, startNats, type TestDatabase, testDatabase } from '#testing';
import { audioMigrations } from '../audio.migrations.ts';
import type { AudioCache } from '../audio-cache.ts';
import type { MediaPrograms } from '../media/media-programs.service.ts';
import type { RecordingService } from '../recordings/recording.service.ts';
import { Recording, RecordingStore } from '../recordings/recording.store.ts';
import { TrackService } from '../tracks/track.service.ts';
import { TrackRow, TrackStore } from '../tracks/track.store.ts';
import type { AnalysisConfig } from './analysis.config.ts';
import { AnalysisJob } from './analysis-job.service.ts';
import type { AnalysisInput } from './pipeline/analysis.worker.ts';
import { RecordingAnalyzer } from './recording-analyzer.service.ts';

const [long, short] = ['a'.repeat(64), 'b'.repeat(64)];
const measured = {
  ...{ bpm: null, confidence: 0, candidates: [], beats: [], key: null, mode: null, keyConfidence: 0, cues: [] },
  ...{ loudnessLufs: null, loudnessRangeLu: null, truePeakDbtp: null, durationSeconds: 1, sampleRateHz: 8_000, channels: 1, cpuSeconds: 0 },
  waveform: { peaks: [] },
};
const media = { container: 'wav', codec: 'pcm_s16le', durationSeconds: 1, sampleRateHz: 8_000, channels: 1, tags: {} };

let nats: ManagedServer;
let testing: TestDatabase;
let connection: NatsConnection;
let database: Database;
let engine: JobEngine;
let tracks: TrackService;
let store: RecordingStore;
/** The recordings whose analysis began, in order. */
let analyzed: string[];
/** Whether ffmpeg can run. */
let canRun: boolean;
/** Analyses of the long recording, each ended by the test. */
let longAnalyses: PromiseWithResolvers<void>[];

beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats.stop());
beforeEach(async () => {
  testing = await testDatabase('analysis');
  connection = await connect({ servers: nats.url });
  const log = Log.open({ service: 'audio', instance: 'test', level: 'silent' });
  const migrations = [blobsMigrations, usageMigrations, erasureMigrations, jobsMigrations, audioMigrations];
  const postgres = {
    url: testing.url,
    schema: 'audio',
    applicationName: 'audio',
    poolSize: 8,
    entities: [Recording, TrackRow],
    migrations,
  };
  database = new Database(() => postgres, log);
  database.onModuleInit();
  await database.whenOpen();
  engine = new JobEngine({ database, link: { connection }, log, databaseUrl: testing.url });
  store = new RecordingStore(database);
  [analyzed, longAnalyses, canRun] = [[], [], true];
  const cache = { wrap: (_: string, __: string, load: () => unknown) => load(), delete: () => undefined } as unknown as AudioCache;
  const recordings = {
    identify: async (sha256: string) => ({ sha256, sizeBytes: 1, media, analysis: null }),
  } as unknown as RecordingService;
  tracks = new TrackService(database, new TrackStore(database), recordings, engine.store, cache);
  const blobs = { withLocalFile: (sha256: string, use: (path: string) => unknown) => use(sha256) } as unknown as BlobStore;
  const compute = { run: (_: unknown, { path }: AnalysisInput, { signal }: { signal: AbortSignal }) => analyze(path, signal) };
  const require = async () => {
    if (!canRun) throw new Failure('service-unavailable', 'ffmpeg is not usable.');
  };
  const programs = { tools: mediaTools, require, requireAnew: require } as unknown as MediaPrograms;
  const analyzer = new RecordingAnalyzer(compute as unknown as Compute, blobs, {} as AnalysisConfig, programs);
  const job = new AnalysisJob(store, analyzer);
  engine.handle(analyzeRecording, job.run, { concurrency: 2 });
  engine.start();
});
afterEach(async () => {
  await engine.stop(0);
  await connection.close();
  await database.close();
  await testing.drop();
});

async function analyze(path: string, signal: AbortSignal): Promise<unknown> {
  analyzed.push(path);
  if (path === long) {
    const end = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => end.reject(signal.reason));
    longAnalyses.push(end);
    await end.promise;
  }
  return measured;
}

interface Uploaded {
  readonly owner: string;
  readonly trackId: string;
  readonly jobId: string;
}
const asOwner = <T>(owner: string, call: () => Promise<T>): Promise<T> =>
  runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: owner }, call);
async function upload(sha256: string): Promise<Uploaded> {
  const owner = randomUUID();
  const { id, job } = await asOwner(owner, () => tracks.create({ blobSha256: sha256, sizeBytes: 1, fileName: 'a.wav' }));
  return { owner, trackId: id, jobId: job!.id };
}
async function reached({ jobId, owner }: Uploaded, wanted: (job: Job) => boolean): Promise<Job> {
  for await (const { job } of engine.feed.watch(jobId, owner, 0, AbortSignal.timeout(45_000))) if (wanted(job)) return job;
  throw new Error(`job ${jobId} never got there`);
}
const isRunning = ({ state }: Job) => state === 'running';
const hasEnded = ({ endedAt }: Job) => endedAt !== null;
const isWaiting = ({ state, phase }: Job) => state === 'queued' && phase === 'waiting';
const succeeded = { state: 'succeeded', attempts: 1 };

/** Two owners upload the same long recording: the first one's is being analysed, the second one's waits. */
async function twoUploads(): Promise<[first: Uploaded, second: Uploaded]> {
  const first = await upload(long);
  await reached(first, isRunning);
  const second = await upload(long);
  expect(await reached(second, isWaiting)).toMatchObject({ attempts: 0, runAt: null });
  return [first, second];
}

describe('a track whose id the caller has chosen', () => {
  it('is created once by calls at the same time, and every one of them is answered with it', async () => {
    const [owner, id] = [randomUUID(), randomUUID()];
    const create = () => asOwner(owner, () => tracks.create({ blobSha256: short, sizeBytes: 1, fileName: 'a.wav', id }));
    const created = await Promise.all(Array.from({ length: 6 }, create));
    expect(new Set(created.map(({ id, job }) => `${id} ${job?.id}`)).size).toBe(1);
    expect(await database.source.query('SELECT count(*)::int AS jobs FROM jobs.job WHERE owner_id = $1', [owner])).toEqual([{ jobs: 1 }]);
  });
});

describe('two owners upload the same long recording', () => {
  it('and a third one, with two slots, is not delayed; the recording is analysed once for both', async () => {
    const [first, second] = await twoUploads();
    const third = await upload(short);
    expect(await reached(third, hasEnded)).toMatchObject(succeeded);
    expect(await engine.store.get(first.jobId, first.owner)).toMatchObject({ state: 'running' });
    expect((await asOwner(second.owner, () => tracks.get(second.trackId))).state).toBe('processing');
    longAnalyses[0]!.resolve();
    for (const each of [first, second]) {
      expect(await reached(each, hasEnded)).toMatchObject(succeeded);
      expect((await asOwner(each.owner, () => tracks.get(each.trackId))).state).toBe('ready');
    }
    expect(analyzed).toEqual([long, short]);
  });
  it('and the first deletes the track: the second is analysed', async () => {
    const [first, second] = await twoUploads();
    await asOwner(first.owner, () => tracks.remove(first.trackId));
    await reached(second, isRunning);
    while (longAnalyses.length < 2) await new Promise((resolve) => setImmediate(resolve));
    longAnalyses[1]!.resolve();
    expect(await reached(second, hasEnded)).toMatchObject(succeeded);
  });
  it('and the second cancels: the first goes on', async () => {
    const [first, second] = await twoUploads();
    await engine.store.cancel(second.jobId, second.owner);
    longAnalyses[0]!.resolve();
    expect(await reached(first, hasEnded)).toMatchObject(succeeded);
    expect(await engine.store.get(second.jobId, second.owner)).toMatchObject({ state: 'cancelled', attempts: 0 });
  });
});

it('waits while ffmpeg cannot run, without counting an attempt', async () => {
  canRun = false;
  const uploaded = await upload(short);
  expect(await reached(uploaded, isWaiting)).toMatchObject({ attempts: 0 });
  expect(analyzed).toEqual([]);
});

describe('usage', () => {
  const used = async (owner: string) => {
    const rows = await queryRows<{ meter: string; amount: string }>(
      database.source,
      'SELECT meter, sum(amount) AS amount FROM usage.daily WHERE owner_id = $1 GROUP BY meter ORDER BY meter',
      [owner],
    );
    return Object.fromEntries(rows.map(({ meter, amount }) => [meter, Number(amount).toFixed(4)]));
  };

  it('counts a file in full for each of two owners, and its minutes once for each job', async () => {
    const [first, second] = await twoUploads();
    expect(await used(first.owner)).toEqual({ storageBytes: '1.0000' });
    longAnalyses[0]!.resolve();
    for (const each of [first, second]) {
      await reached(each, hasEnded);
      expect(await used(each.owner)).toEqual({ storageBytes: '1.0000', audioMinutes: '0.0167' });
    }
  });
  it('counts a known recording in full, without a second analysis', async () => {
    await reached(await upload(short), hasEnded);
    const again = await upload(short);
    await reached(again, hasEnded);
    expect(await used(again.owner)).toEqual({ storageBytes: '1.0000', audioMinutes: '0.0167' });
    expect(analyzed).toEqual([short]);
  });
  it('counts the minutes once when the first attempt fails', async () => {
    const uploaded = await upload(long);
    while (longAnalyses.length < 1) await new Promise((resolve) => setImmediate(resolve));
    longAnalyses[0]!.reject(new Error('the worker thread died'));
    while (longAnalyses.length < 2) await new Promise((resolve) => setImmediate(resolve));
    longAnalyses[1]!.resolve();
    expect(await reached(uploaded, hasEnded)).toMatchObject({ state: 'succeeded', attempts: 2 });
    expect(await used(uploaded.owner)).toEqual({ storageBytes: '1.0000', audioMinutes: '0.0167' });
  });
  it('lets one of five uploads at once in where minutes for one are left; deleting it before it is analysed gives them back', async () => {
    const owner = randomUUID();
    await database.transaction((tx) => changeLimits(tx, owner, { audioMinutes: media.durationSeconds! / 60 }));
    const intake = { blobSha256: long, sizeBytes: 1, fileName: 'a.wav' };
    const create = () => asOwner(owner, () => tracks.create(intake));
    const tried = await Promise.allSettled(Array.from({ length: 5 }, create));
    const [made, ...others] = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refusals = tried.flatMap((each) => (each.status === 'rejected' ? [(each.reason as Failure).code] : []));
    expect([others, refusals]).toEqual([[], Array(4).fill('quota-exceeded')]);
    await asOwner(owner, () => tracks.remove(made!.id));
    expect((await standingsOf(database.source, owner)).audioMinutes).toMatchObject({ used: 0, reserved: 0 });
    await create();
  });
  it('subtracts the bytes of a deleted track once, also when two calls delete it at the same time', async () => {
    const uploaded = await upload(short);
    await reached(uploaded, hasEnded);
    await Promise.allSettled([1, 2].map(() => asOwner(uploaded.owner, () => tracks.remove(uploaded.trackId))));
    expect(await used(uploaded.owner)).toEqual({ storageBytes: '0.0000', audioMinutes: '0.0167' });
  });
});

describe('a claim on a recording', () => {
  const runningJob = async (): Promise<string> => {
    const id = randomUUID();
    await queryRows(
      database.source,
      `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, state, lease_until)
       VALUES ($1, $1, 'test.job.other', 3, '{}', '{}', '{}', 'running', now() + interval '1 hour')`,
      [id],
    );
    return id;
  };
  beforeEach(() => queryRows(database.source, `INSERT INTO audio.recording (sha256, size_bytes, media) VALUES ($1, 1, '{}')`, [short]));

  it('is made by one of two running jobs that ask at once, and held against the other', async () => {
    for (let round = 0; round < 20; round++) {
      await queryRows(database.source, 'UPDATE audio.recording SET claimed_by = NULL');
      const jobs = [await runningJob(), await runningJob()];
      const claims = await Promise.all(jobs.map((id) => store.claim(short, id)));
      const winner = claims.findIndex(({ state }) => state === 'claimed');
      expect(claims[1 - winner]).toEqual({ state: 'held', jobId: jobs[winner] });
    }
  });
  it('holds while its job runs, and not longer', async () => {
    const [first, second] = [await runningJob(), await runningJob()];
    expect(await store.claim(short, first)).toEqual({ state: 'claimed' });
    expect(await store.claim(short, first)).toEqual({ state: 'claimed' });
    expect(await store.claim(short, second)).toEqual({ state: 'held', jobId: first });
    await engine.store.cancel(first, first);
    expect(await store.claim(short, second)).toEqual({ state: 'claimed' });
  });
  it('of what nobody holds any more is refused', async () => expect(await store.claim(long, randomUUID())).toEqual({ state: 'forgotten' }));
});
