/** Renditions on a real PostgreSQL, NATS, blob store and ffmpeg; the videos they are made from are files that the spec stores. */
import { randomUUID } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { encodeVideoRendition, type Job, type RequestedVideoPreset, type VideoRendition } from '#contracts';
import { ffmpegTools } from '#media';
import { Database, erasureMigrations, JobEngine, jobsMigrations, Log, openCall, runInCall, usageMigrations } from '#platform';
import { type BlobStore, blobsMigrations, openFsBlobStore, queryRows } from '#storage';
import { type TestDatabase, testDatabase, testFfmpeg } from '#testing';
import type { EncoderChoice } from '../../encoders/encoder-choice.service.ts';
import { type VideoEncoder, x264 } from '../../encoders/video-encoders.ts';
import type { MediaPrograms } from '../../media/media-programs.service.ts';
import { AnnounceVideoRenditions1797900000000 } from '../announce-renditions.migration.ts';
import { EncodingStore } from '../encoding.store.ts';
import { CreateVideoRenditions1795600500000 } from '../rendition.migration.ts';
import { RenditionService } from '../rendition.service.ts';
import { RenditionRow, RenditionStore } from '../rendition.store.ts';
import { RenditionEncoder } from '../rendition-encoder.service.ts';
import { RenditionJob } from '../rendition-job.service.ts';
import type { SourceVideo } from '../source-video.store.ts';
import { StreamService } from '../stream.service.ts';

export const asOwner = <T>(ownerId: string, call: () => Promise<T>): Promise<T> =>
  runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: ownerId }, call);

export interface OwnedVideo {
  readonly ownerId: string;
  readonly videoId: string;
}

export type RenditionFixture = Awaited<ReturnType<typeof openRenditions>>;

const onCores = { best: async () => x264, demote: async () => undefined };

/** @param folder for the blobs, removed by the caller */
export async function openRenditions(natsUrl: string, folder: string, encoders: Pick<EncoderChoice, 'best' | 'demote'> = onCores) {
  const testing: TestDatabase = await testDatabase('renditions');
  const connection = await connect({ servers: natsUrl });
  const log = Log.open({ service: 'video', instance: 'test', level: 'silent' });
  const migrations = [
    ...[blobsMigrations, usageMigrations, erasureMigrations, jobsMigrations],
    { schema: 'video', steps: [CreateVideoRenditions1795600500000, AnnounceVideoRenditions1797900000000] },
  ];
  const postgres = { url: testing.url, schema: 'video', applicationName: 'video', poolSize: 8, entities: [RenditionRow], migrations };
  const database = new Database(() => postgres, log);
  database.onModuleInit();
  await database.whenOpen();
  const engine = new JobEngine({ database, link: { connection }, log, databaseUrl: testing.url });
  const store = await openFsBlobStore(join(folder, randomUUID()));
  const gate = new Gate();
  const blobs = gated(store, gate);
  const videos = new Map<string, SourceVideo & { readonly ownerId: string }>();
  const find = async (videoId: string, ownerId: string) => {
    const video = videos.get(videoId);
    return video?.ownerId === ownerId ? video : null;
  };
  const hold = async (_: unknown, videoId: string, ownerId: string) => (await find(videoId, ownerId)) !== null;
  const encodings = new EncodingStore(database);
  const renditions = new RenditionService(database, new RenditionStore(database), encodings, engine.store, { find, hold });
  const ffmpeg = countedFfmpeg(folder);
  const config = { VIDEO_ENCODE_THREADS: 1, VIDEO_ENCODE_TIMEOUT_MS: 120_000 };
  const available = async () => undefined;
  const programs = { tools: ffmpegTools(ffmpeg.path), require: available, requireAnew: available } as unknown as MediaPrograms;
  const job = new RenditionJob(encodings, new RenditionEncoder(encodings, blobs, config, programs, encoders), programs);
  engine.handle(encodeVideoRendition, job.run, { concurrency: 2 });
  engine.start();

  /** A video of a new owner. */
  const own = async (path: string, facts: Partial<SourceVideo> = {}): Promise<OwnedVideo> => {
    const { sha256 } = await store.write(createReadStream(path), { maxBytes: 1 << 30 });
    const [ownerId, videoId] = [randomUUID(), randomUUID()];
    const size = { displayWidthPx: 160, displayHeightPx: 90, durationSeconds: 12 };
    videos.set(videoId, { ...size, codecs: ['h264', 'av1'], hasAudio: true, title: 'Holiday', sha256, ownerId, ...facts });
    return { ownerId, videoId };
  };
  const create = ({ ownerId, videoId }: OwnedVideo, preset: RequestedVideoPreset = 'web-240p') =>
    asOwner(ownerId, () => renditions.create({ videoId, preset }));
  const get = ({ ownerId, videoId }: OwnedVideo, renditionId: string) => asOwner(ownerId, () => renditions.get({ videoId, renditionId }));
  const reached = async (ownerId: string, { job }: VideoRendition, wanted: (job: Job) => boolean): Promise<Job> => {
    for await (const change of engine.feed.watch(job!.id, ownerId, 0, AbortSignal.timeout(45_000)))
      if (wanted(change.job)) return change.job;
    throw new Error(`job ${job!.id} never got there`);
  };
  const rows = <Row>(sql: string, parameters: unknown[] = []) => queryRows<Row>(database.source, sql, parameters);
  const close = async () => {
    gate.open();
    await engine.stop(0);
    await connection.close();
    await database.close();
    await testing.drop();
  };
  return {
    database,
    engine,
    store,
    gate,
    ffmpegCalls: ffmpeg.calls,
    encodings,
    renditions,
    streams: new StreamService(renditions, encodings),
    own,
    create,
    get,
    reached,
    rows,
    close,
  };
}

const [diesAtOpen, diesInTheMiddle, diesWithSiblings] = ['stand-in-open', 'stand-in-middle', 'stand-in-siblings'];

/** An encoder on cores that fails at open as soon as it has to encode two rungs in one run. */
export const singleRungOnly: VideoEncoder = {
  ...x264,
  options: (target) => ['-metadata', `comment=${diesWithSiblings}`, ...x264.options(target)],
};

/** A hardware encoder that fails when it is opened, or after it has written some segments. */
export const standIn = (dies: 'at open' | 'in the middle'): VideoEncoder => ({
  ...x264,
  ...{ name: 'h264_standin', device: '/dev/stand-in' },
  options: (target) => ['-metadata', `comment=${dies === 'at open' ? diesAtOpen : diesInTheMiddle}`, ...x264.options(target)],
});

/** ffmpeg and ffprobe as scripts; the calls of ffmpeg are counted. */
function countedFfmpeg(folder: string) {
  const own = mkdtempSync(join(folder, 'ffmpeg-'));
  const log = join(own, 'calls');
  writeFileSync(log, '');
  const real = (name: string) => testFfmpeg().replace(/ffmpeg$/, name);
  const dies = `case "$*" in *${diesAtOpen}*) echo 'Cannot load libcuda.so.1' >&2; exit 1;; *${diesWithSiblings}*${diesWithSiblings}*) echo 'Error while opening encoder' >&2; exit 1;; *${diesInTheMiddle}*) ${real('ffmpeg')} "$@" | head -c 60000; exit 1;; esac`;
  writeFileSync(join(own, 'ffmpeg'), `#!/bin/sh\necho call >> '${log}'\n${dies}\nexec ${real('ffmpeg')} "$@"\n`, { mode: 0o755 });
  writeFileSync(join(own, 'ffprobe'), `#!/bin/sh\nexec ${real('ffprobe')} "$@"\n`, { mode: 0o755 });
  return { path: join(own, 'ffmpeg'), calls: () => readFileSync(log, 'utf8').split('\n').length - 1 };
}

/** Holds back whoever stores a blob after the first few. */
class Gate {
  #left = Number.POSITIVE_INFINITY;
  #waiting: PromiseWithResolvers<void>[] = [];
  #arrived = Promise.withResolvers<void>();

  /** Lets this many blobs pass from now on. @returns settles when the next one waits */
  closeAfter(count: number): Promise<void> {
    this.#left = count;
    this.#arrived = Promise.withResolvers();
    return this.#arrived.promise;
  }

  open(): void {
    this.#left = Number.POSITIVE_INFINITY;
    for (const each of this.#waiting.splice(0)) each.resolve();
  }

  async pass(signal: AbortSignal | undefined): Promise<void> {
    if (this.#left-- > 0) return;
    const turn = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => turn.reject(signal.reason));
    this.#waiting.push(turn);
    this.#arrived.resolve();
    await turn.promise;
  }
}

function gated(store: BlobStore, gate: Gate): BlobStore {
  const write: BlobStore['write'] = async (source, limits) => {
    await gate.pass(limits.signal);
    return store.write(source, limits);
  };
  return Object.assign(Object.create(store) as BlobStore, {
    write,
    withLocalFile: store.withLocalFile.bind(store),
  });
}
