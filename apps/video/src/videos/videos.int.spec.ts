/** Videos on a real PostgreSQL: what meets at the same time, what is kept of pictures, and lists over 100,000 videos. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { listVideos, videoList } from '#contracts';
import { Database, jobsMigrations, Log, usageMigrations } from '#platform';
import { blobsMigrations, queryRows } from '#storage';
import { fillTables, queryPlans, type TestDatabase, testDatabase } from '#testing';
import { CreateVideoCaptions1797300000000 } from '../captions/caption.migration.ts';
import { CreateVideoClips1797300100000 } from '../clips/clip.migration.ts';
import { ClipStore } from '../clips/clip.store.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { PictureStore, picturesAtMost } from '../pictures/picture.store.ts';
import { Source, SourceStore, type Verdict } from './source.store.ts';
import { CreateVideos1795600400000 } from './video.migration.ts';
import { VideoRow, VideoStore } from './video.store.ts';

const ownerId = '00000000-0000-4000-8000-000000000007';
const info = { container: 'mp4' } as VideoInfo;
const verdict: Verdict = { durationSeconds: 3, frameCount: 75, warnings: [], posterSeconds: 1 };

let testing: TestDatabase;
let database: Database;
let videos: VideoStore;
const rows = <Row>(sql: string, parameters: unknown[] = []) => queryRows<Row>(database.source, sql, parameters);

beforeAll(async () => {
  testing = await testDatabase('videos');
  const migrations = [
    blobsMigrations,
    usageMigrations,
    { schema: 'video', steps: [CreateVideos1795600400000, CreateVideoCaptions1797300000000, CreateVideoClips1797300100000] },
    jobsMigrations,
  ];
  const options = { url: testing.url, schema: 'video', applicationName: 'video', poolSize: 6, entities: [Source, VideoRow], migrations };
  database = new Database(() => options, Log.open({ service: 'video', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
  videos = new VideoStore(database);
}, 60_000);
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

const remember = (sha256: string) => database.transaction((tx) => SourceStore.remember(tx, { sha256, sizeBytes: 1, info }));
const newVideo = (id: string, sha256: string) => ({
  ...{ id, ownerId: randomUUID(), title: 'x', sha256, fileName: 'x.mp4', jobId: randomUUID(), sizeBytes: 1, durationSeconds: 2 },
  ...{ videoCodec: 'h264', audioCodec: null, displayWidthPx: 16, displayHeightPx: 9 },
});

describe('a video that is added while its source is inspected', () => {
  it('is ready, whichever of the two is first', async () => {
    for (let round = 0; round < 10; round++) {
      const [sha256, id] = [round.toString(16).padStart(64, 'c'), randomUUID()];
      await remember(sha256);
      const save = database.transaction(async (tx) => {
        await SourceStore.lock(tx, sha256);
        await SourceStore.save(tx, sha256, verdict);
      });
      const add = database.transaction(async (tx) => {
        const isInspected = await SourceStore.remember(tx, { sha256, sizeBytes: 1, info });
        await videos.add(tx, newVideo(id, sha256));
        if (isInspected) await SourceStore.fillVideos(tx, sha256);
      });
      await Promise.all([save, add]);
      expect(await rows('SELECT ready, duration_seconds FROM video.video WHERE id = $1', [id])).toEqual([
        { ready: true, duration_seconds: 3 },
      ]);
    }
  });
});

describe('pictures of a source', () => {
  const picture = (at: number, sha256 = at.toString(16).padStart(64, '0')) => ({
    ...{ name: `thumbnail ${at} ms 90 px jpeg`, sha256, sizeBytes: 1, contentType: 'image/jpeg' },
  });
  const held = async () => (await rows(`SELECT 1 FROM blobs.reference WHERE holder LIKE 'video.picture:%'`)).length;

  it('are at most 200: the oldest is let go of', async () => {
    const sha256 = 'd'.repeat(64);
    await remember(sha256);
    const store = new PictureStore(database);
    await store.add(sha256, { ...picture(0), name: 'storyboard vtt' });
    for (let at = 1; at <= picturesAtMost + 2; at++) await store.add(sha256, picture(at));
    expect([await store.find(sha256, picture(1).name), await store.find(sha256, picture(2).name)]).toEqual([undefined, undefined]);
    expect([await store.find(sha256, 'storyboard vtt'), await store.find(sha256, picture(3).name)]).toEqual([
      expect.objectContaining({ sha256: picture(0).sha256 }),
      picture(3),
    ]);
    expect(await held()).toBe(picturesAtMost + 1);
    await database.transaction((tx) => SourceStore.forgetUnused(tx, sha256));
    expect([await held(), await rows('SELECT 1 FROM blobs.reference WHERE sha256 = $1', [sha256])]).toEqual([0, []]);
  });

  it('are kept once when two processes make the same one, and not at all once the source is gone', async () => {
    const sha256 = 'e'.repeat(64);
    await remember(sha256);
    const [one, other] = [new PictureStore(database), new PictureStore(database)];
    const made = await Promise.all([one.add(sha256, picture(1, 'a'.repeat(64))), other.add(sha256, picture(1, 'b'.repeat(64)))]);
    expect([made, await held()]).toEqual([[true, true], 1]);
    const [forgotten, added] = await Promise.all([
      database.transaction((tx) => SourceStore.forgetUnused(tx, sha256)),
      other.add(sha256, picture(2)),
    ]);
    expect([forgotten, typeof added, await held()]).toEqual([undefined, 'boolean', 0]);
    expect(await other.add(sha256, picture(3))).toBe(false);
  });
});

describe('a clip of a source', () => {
  const running = async () => {
    const id = randomUUID();
    await rows(
      `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, state, lease_until)
       VALUES ($1, $1, 'video.clip.encode', 1, '{}', '{}', '{}', 'running', now() + interval '1 hour')`,
      [id],
    );
    return id;
  };

  it('is encoded by one of the jobs that ask for it at the same time, and again only once nobody has it any more', async () => {
    const [sourceSha256, sha256] = ['1'.repeat(64), '2'.repeat(64)];
    for (const each of [sourceSha256, sha256]) await remember(each);
    const clips = new ClipStore(database);
    const key = { sourceSha256, name: 'v1 0-10 at 25/1' };
    const jobs = [await running(), await running(), await running()];
    const states = async () => Promise.all(jobs.map(async (job) => (await clips.claim(key, job)).state));
    expect((await states()).sort()).toEqual(['claimed', 'held', 'held']);
    await database.transaction((tx) => ClipStore.made(tx, key, sha256));
    expect(await clips.claim(key, jobs[0]!)).toEqual({ state: 'made', sha256 });
    await database.transaction((tx) => SourceStore.forgetUnused(tx, sha256));
    expect((await states()).sort()).toEqual(['claimed', 'held', 'held']);
    await database.transaction((tx) => SourceStore.forgetUnused(tx, sourceSha256));
    expect(await states()).toEqual(['forgotten', 'forgotten', 'forgotten']);
  });

  it('that is there is taken in with its bytes, or not at all, while the last video of it is deleted', async () => {
    for (let round = 0; round < 10; round++) {
      const [sha256, id] = [round.toString(16).padStart(64, '3'), randomUUID()];
      await remember(sha256);
      const madeAt = () => rows<{ at: string }>('SELECT created_at::text AS at FROM video.source WHERE sha256 = $1', [sha256]);
      const before = await madeAt();
      const take = () =>
        database.transaction(async (tx) => {
          await ClipStore.keep(tx, sha256);
          await SourceStore.remember(tx, { sha256, sizeBytes: 1, info });
          await videos.add(tx, newVideo(id, sha256));
        });
      const forget = () => database.transaction((tx) => SourceStore.forgetUnused(tx, sha256));
      const [first, second] = round % 2 === 0 ? [take(), forget()] : [forget(), take()];
      const [taken] = await Promise.allSettled(round % 2 === 0 ? [first, second] : [second, first]);
      if (taken!.status === 'rejected') expect(taken!.reason).toMatchObject({ code: 'internal' });
      // Never a new row for bytes that were let go of.
      expect(await madeAt()).toEqual(taken!.status === 'fulfilled' ? before : []);
    }
    await remember('4'.repeat(64));
    await database.transaction((tx) => SourceStore.forgetUnused(tx, '4'.repeat(64)));
    await expect(database.transaction((tx) => ClipStore.keep(tx, '4'.repeat(64)))).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('a list over 100,000 videos of 50 owners', () => {
  const list = (request: z.input<typeof listVideos.request>) => videos.list(ownerId, listVideos.request.parse(request));

  beforeAll(async () => {
    await remember('a'.repeat(64));
    await fillTables(
      database.source,
      `INSERT INTO video.video (id, owner_id, sha256, file_name, job_id, title, search_text, size_bytes, video_codec, ready, duration_seconds,
         display_width_px, display_height_px, created_at, tags, metadata, external_id)
       SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 50)::text, 12, '0'))::uuid, repeat('a', 64), 'clip.mp4', gen_random_uuid(),
         'Clip ' || i, 'clip ' || i || chr(10) || 'clip.mp4', 1000 + (i * 7919) % 100000, CASE WHEN i % 3 = 0 THEN 'vp9' ELSE 'h264' END, i % 40 <> 7,
         CASE WHEN i % 10 = 0 THEN NULL ELSE 1 + (i * 4729) % 600 END, 100 + i % 3, 101, now() - i * interval '1 second', ARRAY['tag' || i % 100],
         jsonb_build_object('project', 'p' || i % 100), 'id-' || i
       FROM generate_series(1, 100000) AS i`,
    );
    await database.source.query('VACUUM ANALYZE video.video');
  }, 120_000);

  const { sort } = videoList.request.shape;
  const sorts = sort.unwrap() as unknown as z.ZodEnum;

  it.each<z.input<typeof listVideos.request>>([
    ...sorts.options.map((name) => ({ sort: String(name) })),
    ...[
      { durationSecondsMin: 100, durationSecondsMax: 110 },
      { sizeBytesMin: 2_000, sizeBytesMax: 2_500 },
    ],
    ...[{ videoCodec: 'vp9' }, { q: 'clip 777' }, { sort: 'sizeBytes', videoCodec: 'h264', durationSecondsMin: 100 }],
    ...(['landscape', 'portrait', 'square'] as const).map((orientation) => ({ orientation })),
    ...(['ready', 'processing', 'failed'] as const).map((state) => ({ state })),
    ...[{ tag: ['tag7'] }, { metadata: { project: 'p7' } }, { externalId: 'id-7' }],
  ])('reads an index of the owner: %j', async (request) => {
    const { nextCursor } = await list({ ...request, limit: 5 });
    const plans = await queryPlans(database.source, () => list({ ...request, limit: 5, ...(nextCursor ? { cursor: nextCursor } : {}) }));
    expect(plans).toMatch(/Index Cond: .*owner_id = /);
    expect(plans).not.toMatch(/Seq Scan on video/);
  });

  it.each(sorts.options.map(String))('sorts by %s in the order of an index', async (name) => {
    expect(await queryPlans(database.source, () => list({ sort: name, limit: 5 }))).not.toMatch(/Sort Key/);
  });
});
