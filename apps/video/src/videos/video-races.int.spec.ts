/** What meets at videos at the same time: a second connection holds one of the two back, and lets it go on once it waits. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { encodeVideoRendition } from '#contracts';
import { Database, JobStore, jobsMigrations, Log, openCall, runInCall, type ScratchFolders, usageMigrations } from '#platform';
import { type BlobStore, blobsMigrations, queryRows } from '#storage';
import { Blocker, type TestDatabase, testDatabase } from '#testing';
import { CreateVideoCaptions1797300000000 } from '../captions/caption.migration.ts';
import { CreateVideoClips1797300100000 } from '../clips/clip.migration.ts';
import { ClipStore } from '../clips/clip.store.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { MadeVideos } from './made-videos.service.ts';
import type { SourceService } from './source.service.ts';
import { Source, SourceStore } from './source.store.ts';
import { CreateVideos1795600400000 } from './video.migration.ts';
import { VideoService } from './video.service.ts';
import { VideoRow, VideoStore } from './video.store.ts';
import { VideoDependents } from './video-dependents.service.ts';

const info = {
  container: 'mp4',
  durationSeconds: 3,
  video: { codec: 'h264', displayWidthPx: 16, displayHeightPx: 9 },
  audio: [],
  streams: [],
  warnings: [],
} as unknown as VideoInfo;

let testing: TestDatabase;
let database: Database;
let jobs: JobStore;
let dependents: VideoDependents;
let videos: VideoService;
beforeAll(async () => {
  testing = await testDatabase('video_races');
  const steps = [CreateVideos1795600400000, CreateVideoCaptions1797300000000, CreateVideoClips1797300100000];
  const postgres = {
    ...{ url: testing.url, schema: 'video', applicationName: 'video', poolSize: 6, entities: [Source, VideoRow] },
    migrations: [blobsMigrations, usageMigrations, { schema: 'video', steps }, jobsMigrations],
  };
  database = new Database(() => postgres, Log.open({ service: 'video', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
  jobs = new JobStore(database, () => undefined);
  dependents = new VideoDependents();
  const identify = async (sha256: string) => ({ sha256, sizeBytes: 1_000, info });
  videos = new VideoService(database, new VideoStore(database), { identify } as unknown as SourceService, jobs, dependents);
}, 60_000);
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

const as = <T>(owner: string, call: () => Promise<T>): Promise<T> =>
  runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: owner }, call);
const rows = <Row>(sql: string, parameters: unknown[] = []) => queryRows<Row>(database.source, sql, parameters);
let made = 0;
const newSha256 = () => (++made).toString(16).padStart(64, '0');

async function addVideo(sha256 = newSha256()) {
  const ownerId = randomUUID();
  const { id } = await as(ownerId, () => videos.create({ blobSha256: sha256, sizeBytes: 1_000, fileName: 'a.mp4' }));
  const [{ jobId } = { jobId: '' }] = await rows<{ jobId: string }>('SELECT job_id AS "jobId" FROM video.video WHERE id = $1', [id]);
  return { id, ownerId, sha256, jobId };
}

describe('a deletion of a video that is refused', () => {
  it('because its owner has changed the video meanwhile leaves its jobs, and those of its renditions', async () => {
    const { id, ownerId, jobId } = await addVideo();
    const context = { requestId: randomUUID(), traceparent: '' };
    const order = { ownerId, input: { encodingId: randomUUID() }, context };
    const encoding = await database.transaction((tx) => jobs.enqueue(tx, encodeVideoRendition, order));
    dependents.add({ removeAll: async () => ({ bytes: 0, jobIds: [encoding.id] }) });
    const states = () => Promise.all([jobId, encoding.id].map(async (each) => (await jobs.get(each, ownerId)).state));
    await using change = await Blocker.open(database.source);
    await change.query('UPDATE video.video SET revision = revision + 1 WHERE id = $1', [id]);
    const removed = Promise.allSettled([as(ownerId, () => videos.remove(id, 1))]);
    await change.blocks();
    await change.commit();
    expect(await removed).toMatchObject([{ status: 'rejected', reason: { code: 'precondition-failed' } }]);
    expect(await states()).toEqual(['queued', 'queued']);
    await as(ownerId, () => videos.remove(id));
    expect(await states()).toEqual(['cancelled', 'cancelled']);
  });
});

describe('a clip that is taken in', () => {
  it('is noted before usage is locked, as the deletion of its original does it', async () => {
    const { sha256: sourceSha256, ownerId } = await addVideo();
    const [sha256, targetId] = [newSha256(), randomUUID()];
    const key = { sourceSha256, name: 'v1 0-10 at 25/1' };
    await rows('INSERT INTO video.clip (source_sha256, name) VALUES ($1, $2)', [sourceSha256, key.name]);
    const sources = { identify: async () => ({ sha256, sizeBytes: 1_000, info }) } as unknown as SourceService;
    const made = new MadeVideos({} as ScratchFolders, {} as BlobStore, sources, videos);
    const run = { progress: () => undefined, complete: (output: unknown, commit: unknown) => ({ output, commit }) };
    const beforeUsage = (tx: EntityManager) => ClipStore.made(tx, key, sha256);
    const { commit } = await made.takeIn({ targetId, fileName: 'clip.mp4', fields: {}, sha256 }, run as never, { beforeUsage });
    await using deletion = await Blocker.open(database.source);
    await deletion.query('SELECT 1 FROM video.clip WHERE source_sha256 = $1 FOR UPDATE', [sourceSha256]);
    const taken = as(ownerId, () => database.transaction((tx) => commit!(tx)));
    await deletion.blocks();
    await deletion.query('SELECT 1 FROM usage.daily WHERE owner_id = $1 FOR UPDATE NOWAIT', [ownerId]);
    await deletion.commit();
    expect([await taken, await rows('SELECT clip_sha256 FROM video.clip WHERE source_sha256 = $1', [sourceSha256])]).toEqual([
      undefined,
      [{ clip_sha256: sha256 }],
    ]);
  });

  it('keeps its bytes without a lock that another job with the same clip would wait for to raise its own', async () => {
    const { sha256 } = await addVideo();
    await using other = await Blocker.open(database.source);
    await database.transaction(async (tx) => {
      await ClipStore.keep(tx, sha256);
      await SourceStore.remember(tx, { sha256, sizeBytes: 1_000, info });
      await other.query('SELECT 1 FROM video.source WHERE sha256 = $1 FOR KEY SHARE NOWAIT', [sha256]); // as `keep` of the other job
    });
  });
});
