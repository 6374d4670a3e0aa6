/** Captions on a real PostgreSQL, a blob store and a worker thread: what is kept, what meets at the same time, and lists over 100,000 captions. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { Compute } from '#compute';
import { captionsAtMost, createVideoCaption, Failure, listVideoCaptions } from '#contracts';
import { Database, jobsMigrations, Log, openCall, requireSubject, runInCall, usage, usageMigrations } from '#platform';
import { type BlobStore, blobsMigrations, openFsBlobStore, queryRows, withSecondConnection } from '#storage';
import { queryPlans, type TestDatabase, testDatabase } from '#testing';
import { CreateVideoClips1797300100000 } from '../clips/clip.migration.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { Source, SourceStore, type Verdict } from '../videos/source.store.ts';
import { CreateVideos1795600400000 } from '../videos/video.migration.ts';
import type { VideoService } from '../videos/video.service.ts';
import { VideoRow, VideoStore } from '../videos/video.store.ts';
import { CreateVideoCaptions1797300000000 } from './caption.migration.ts';
import { CaptionService } from './caption.service.ts';
import { CaptionRow, CaptionStore, lockCaptions } from './caption.store.ts';
import { CaptionFileStore } from './caption-files.service.ts';
import { keepEmbedded } from './embedded-caption.store.ts';

const info = { container: 'mp4' } as VideoInfo;
const verdict: Verdict = { durationSeconds: 3, frameCount: 75, warnings: [], posterSeconds: 1 };
let testing: TestDatabase;
let folder: string;
let database: Database;
let blobs: BlobStore;
let compute: Compute;
let files: CaptionFileStore;
let store: CaptionStore;
let captions: CaptionService;
let videos: VideoStore;
const as = <T>(subject: string, call: () => Promise<T>) => runInCall({ ...openCall({ deadlineMs: 60_000 }), subject }, call);
const rows = <Row>(sql: string, parameters: unknown[] = []) => queryRows<Row>(database.source, sql, parameters);

beforeAll(async () => {
  testing = await testDatabase('captions');
  folder = await mkdtemp(join(tmpdir(), 'rafaga-captions-'));
  const steps = [CreateVideos1795600400000, CreateVideoCaptions1797300000000, CreateVideoClips1797300100000];
  const options = {
    ...{ url: testing.url, schema: 'video', applicationName: 'video', poolSize: 6, entities: [Source, VideoRow, CaptionRow] },
    migrations: [blobsMigrations, usageMigrations, { schema: 'video', steps }, jobsMigrations],
    timeouts: { statementMs: 120_000 }, // 100,000 rows take longer on a busy machine
  };
  database = new Database(() => options, Log.open({ service: 'video', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
  blobs = await openFsBlobStore(folder);
  compute = new Compute({ threads: 1 });
  files = new CaptionFileStore(compute, blobs);
  store = new CaptionStore(database);
  videos = new VideoStore(database);
  const find = async (id: string) => {
    const row = await videos.find(id, requireSubject());
    if (!row) throw new Failure('video-not-found', 'There is no such video.');
    return row;
  };
  captions = new CaptionService(database, store, files, { find } as unknown as VideoService);
}, 60_000);
afterAll(async () => {
  await compute?.close({ drainMs: 0 });
  await database?.close();
  await testing?.drop();
  await rm(folder, { recursive: true, force: true });
});

const sources = Array.from({ length: 8 }, (_, at) => String(at).repeat(64));
const newSource = () => sources.pop()!;

/** A video of 3 s. */
async function addVideo(sha256 = newSource()) {
  const [ownerId, videoId] = [randomUUID(), randomUUID()];
  await database.transaction(async (tx) => {
    const isInspected = await SourceStore.remember(tx, { sha256, sizeBytes: 1, info });
    await videos.add(tx, {
      ...{ id: videoId, ownerId, title: 'x', sha256, fileName: 'x.mp4', jobId: randomUUID(), sizeBytes: 1, durationSeconds: 3 },
      ...{ videoCodec: 'h264', audioCodec: null, displayWidthPx: 16, displayHeightPx: 9 },
    });
    if (isInspected) await SourceStore.fillVideos(tx, sha256);
  });
  return { ownerId, videoId };
}
type Owned = Awaited<ReturnType<typeof addVideo>>;

const srt = '1\n00:00:01,000 --> 00:00:02,000\n¿Qué?\n\n2\n00:00:05,000 --> 00:00:06,000\n<blink>Fin</blink>\n';

async function create(
  { ownerId, videoId }: Owned,
  said: Partial<z.input<typeof createVideoCaption.request>> = {},
  file: string | Buffer = srt,
) {
  const { sha256 } = await blobs.write(Readable.from([Buffer.from(file)]), { maxBytes: 1 << 26 });
  const request = createVideoCaption.request.parse({ videoId, blobSha256: sha256, language: 'es', ...said });
  return as(ownerId, () => captions.create(request));
}
const textOf = async (sha256: string) => Buffer.concat(await (await blobs.openRead(sha256)).stream.toArray()).toString();
const storageOf = async (ownerId: string) =>
  Number((await rows<{ sum: string }>('SELECT coalesce(sum(amount), 0) AS sum FROM usage.daily WHERE owner_id = $1', [ownerId]))[0]!.sum);
const held = async (sha256: string) =>
  (await rows<{ holder: string }>('SELECT holder FROM blobs.reference WHERE sha256 = $1', [sha256])).length;
const defaults = ({ videoId }: Owned) => rows<{ id: string }>('SELECT id FROM video.caption WHERE video_id = $1 AND is_default', [videoId]);

describe('captions in an export', () => {
  it('are those of all videos of their owner, page by page, each with its WebVTT file', async () => {
    const video = await addVideo();
    for (const language of ['es', 'en']) await create(video, { language }, srt.replace('Qué', 'Cómo'));
    const page = (cursor?: string) => as(video.ownerId, () => captions.exportPage(cursor, 1));
    const first = await page();
    const second = await page(first.nextCursor!);
    const items = [...first.items, ...second.items] as { fileName: string; sha256: string }[];
    expect(items).toMatchObject([
      { kind: 'video-caption', videoId: video.videoId, language: 'es', fileName: 'es.vtt' },
      { language: 'en', fileName: 'en.vtt' },
    ]);
    expect(second.nextCursor).toBeNull();
    expect(items.some((item) => 'revision' in item)).toBe(false);
    expect(await textOf(items[0]!.sha256)).toMatch(/^WEBVTT[\s\S]*¿Cómo\?/);
    expect((await as(randomUUID(), () => captions.exportPage(undefined, 10))).items).toEqual([]);
  });
});

describe('a caption', () => {
  it('is kept as WebVTT and SubRip, counted, and gone with its bytes when it is deleted', async () => {
    const video = await addVideo();
    const caption = await create(video, { language: 'ES-mx', tags: ['web'] }, Buffer.from(srt, 'latin1'));
    expect(caption).toMatchObject({
      ...{
        kind: 'video-caption',
        state: 'ready',
        videoId: video.videoId,
        title: 'es-MX',
        language: 'es-MX',
        role: 'subtitles',
        isDefault: false,
      },
      ...{ format: 'subrip', cueCount: 2, tags: ['web'], warnings: ['encoding-guessed', 'cues-beyond-end', 'markup-removed'] },
    });
    const key = { videoId: video.videoId, captionId: caption.id };
    const vtt = await as(video.ownerId, () => captions.locate({ ...key, format: 'vtt' }));
    const subRip = await as(video.ownerId, () => captions.locate({ ...key, format: 'srt' }));
    expect([vtt.fileName, subRip.fileName, vtt.sizeBytes + subRip.sizeBytes]).toEqual(['x.es-MX.vtt', 'x.es-MX.srt', caption.sizeBytes]);
    expect(await textOf(vtt.sha256)).toMatch(
      /^WEBVTT\n.*\n\n00:00:01\.000 --> 00:00:02\.000\n¿Qué\?\n\n00:00:05\.000 --> 00:00:06\.000\nFin\n$/,
    );
    expect(await textOf(subRip.sha256)).toContain('2\r\n00:00:05,000 --> 00:00:06,000\r\nFin');
    expect([await storageOf(video.ownerId), await held(vtt.sha256)]).toEqual([caption.sizeBytes, 1]);
    await as(video.ownerId, () => captions.remove(key));
    expect([await storageOf(video.ownerId), await held(vtt.sha256), await held(subRip.sha256)]).toEqual([0, 0, 0]);
    await expect(as(video.ownerId, () => captions.remove(key))).rejects.toMatchObject({ code: 'caption-not-found' });
  });

  it.each([
    ['WEBVTT\n\n00:02.000 --> 00:01.000\nx\n', 'Line 3: The cue ends before it begins.'],
    [Buffer.from([0, 1, 2, 3]), 'Line 1: The file is no text in UTF-8, UTF-16 with a byte order mark, or Windows-1252.'],
  ])('that cannot be read is refused with its line: %j', async (file, detail) => {
    const video = await addVideo('f'.repeat(64));
    await expect(create(video, {}, file)).rejects.toMatchObject({
      code: 'caption-invalid',
      errors: [{ pointer: '/body', code: 'line-invalid', detail }],
    });
    expect(await as(video.ownerId, () => captions.list(video.videoId, { limit: 5, sort: '-createdAt' }))).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it('is not read after the deadline of the call', async () => {
    const reading = files.store({ bytes: Buffer.from(srt), durationSeconds: 3 }, { deadlineAtMs: Date.now() - 1 });
    await expect(reading).rejects.toMatchObject({ code: 'deadline-exceeded' });
  });

  it('is not there for another owner', async () => {
    const video = await addVideo();
    const { id: captionId } = await create(video);
    const key = { videoId: video.videoId, captionId };
    const eva = randomUUID();
    const calls = [
      () => create({ ...video, ownerId: eva }),
      () => captions.list(video.videoId, { limit: 5, sort: '-createdAt' }),
      () => captions.ofStream(video.videoId),
      () => captions.get(key),
      () => captions.update({ ...key, title: 'mine' }),
      () => captions.remove(key),
      () => captions.locate({ ...key, format: 'vtt' }),
    ];
    for (const call of calls)
      await expect(as(eva, async () => call())).rejects.toMatchObject({ code: expect.stringMatching(/-not-found$/) });
    expect((await as(video.ownerId, () => captions.get(key))).title).toBe('es');
  });

  it('changes for who has read it last', async () => {
    const video = await addVideo();
    const { id: captionId, revision } = await create(video);
    const key = { videoId: video.videoId, captionId };
    const change = { ...key, ifRevision: revision, language: 'pt-BR', role: 'captions', isDefault: true, title: 'Português' } as const;
    expect(await as(video.ownerId, () => captions.update(change))).toMatchObject({
      language: 'pt-BR',
      role: 'captions',
      isDefault: true,
      title: 'Português',
    });
    await expect(as(video.ownerId, () => captions.update(change))).rejects.toMatchObject({ code: 'precondition-failed' });
  });
});

describe('captions of one video that come at the same time', () => {
  it('have one default among them', async () => {
    const video = await addVideo();
    const made = await Promise.all(['en', 'es', 'pt', 'fr'].map((language) => create(video, { language, isDefault: true })));
    expect(await defaults(video)).toHaveLength(1);
    const key = (at: number) => ({ videoId: video.videoId, captionId: made[at]!.id });
    await Promise.all([0, 1, 2].map((at) => as(video.ownerId, () => captions.update({ ...key(at), isDefault: true }))));
    expect(await defaults(video)).toHaveLength(1);
    const { captions: shown } = await as(video.ownerId, () => captions.ofStream(video.videoId));
    expect(shown.map(({ isDefault }) => isDefault)).toEqual([true, false, false, false]);
  });

  it('are deleted after the change that is under way', async () => {
    const video = await addVideo();
    const { id: captionId } = await create(video);
    let isGone = false;
    const remove = async () => {
      await as(video.ownerId, () => captions.remove({ videoId: video.videoId, captionId }));
      isGone = true;
    };
    const removing = await database.transaction(async (tx) => {
      await lockCaptions(tx, video);
      const started = withSecondConnection(remove);
      await sleep(200);
      expect(isGone).toBe(false);
      return { started };
    });
    await removing.started;
    expect(isGone).toBe(true);
  });

  it(`are never more than ${captionsAtMost}`, async () => {
    const video = await addVideo();
    const { id } = await create(video);
    await rows(
      `INSERT INTO video.caption SELECT gen_random_uuid(), owner_id, title, tags, metadata, NULL, search_text, 1, now(), now(), video_id, format, 0,
         language, role, false, cue_count, warnings, vtt_sha256, vtt_size_bytes, srt_sha256, srt_size_bytes
       FROM video.caption, generate_series(3, $2) WHERE id = $1`,
      [id, captionsAtMost],
    );
    const ends = await Promise.allSettled([create(video), create(video)]);
    const codes = ends.map((end) => (end.status === 'rejected' ? (end.reason as Failure).code : 'created'));
    expect(codes.sort()).toEqual(['created', 'too-many-captions']);
  });
});

describe('captions of a video file', () => {
  it('become those of each of its videos when it is ready, and let go of their bytes with the last one', async () => {
    const sha256 = newSource();
    const first = await addVideo(sha256);
    await create(first, { isDefault: true });
    const bytes = Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n');
    const { format: _, ...stored } = await files.store({ bytes, durationSeconds: 3 }, {});
    const embedded = { ...stored, streamIndex: 2, title: 'English (SDH)', language: 'en', role: 'captions', isDefault: true } as const;
    await database.transaction(async (tx) => {
      await SourceStore.lock(tx, sha256);
      await keepEmbedded(tx, sha256, [embedded]);
      await SourceStore.save(tx, sha256, verdict);
    });
    const second = await addVideo(sha256);
    const list = async ({ ownerId, videoId }: Owned) =>
      (await as(ownerId, () => captions.list(videoId, { limit: 5, sort: 'createdAt' }))).items.map(({ title, format, isDefault }) => [
        title,
        format,
        isDefault,
      ]);
    expect([await list(first), await list(second)]).toEqual([
      [
        ['es', 'subrip', true],
        ['English (SDH)', 'embedded', false],
      ],
      [['English (SDH)', 'embedded', true]],
    ]);
    expect([await storageOf(second.ownerId), await held(stored.vttSha256)]).toEqual([0, 3]);
    for (const { ownerId, videoId } of [first, second])
      await as(ownerId, () =>
        database.transaction(async (tx) => {
          await videos.remove(tx, { id: videoId, ownerId });
          await usage.record(tx, ownerId, 'storageBytes', -(await captions.removeAll(tx, videoId)).bytes);
          await SourceStore.forgetUnused(tx, sha256);
        }),
      );
    expect([await held(stored.vttSha256), await held(stored.srtSha256), await storageOf(first.ownerId)]).toEqual([0, 0, 0]);
  });
});

describe('a list of the captions of a video, among 100,000', () => {
  const [ownerId, videoId] = ['00000000-0000-4000-8000-000000000007', '00000000-0000-4000-9000-000000000007'];
  const { videoId: _, ...filters } = listVideoCaptions.request.shape;
  const list = (request: Omit<z.input<typeof listVideoCaptions.request>, 'videoId'>) => {
    const { videoId: of, ...parsed } = listVideoCaptions.request.parse({ ...request, videoId });
    return store.list({ videoId: of, ownerId }, parsed);
  };

  beforeAll(async () => {
    await rows(
      `INSERT INTO video.caption (id, owner_id, title, search_text, video_id, language, role, is_default, format, cue_count, warnings, counted_bytes,
         vtt_sha256, vtt_size_bytes, srt_sha256, srt_size_bytes, created_at, tags, metadata, external_id)
       SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 50)::text, 12, '0'))::uuid, 'c', 'c',
         ('00000000-0000-4000-9000-' || lpad((i % 2500)::text, 12, '0'))::uuid, (ARRAY['en','es'])[1 + i % 2], 'subtitles', false, 'webvtt', 1, '{}', 1,
         'a', 1, 'b', 1, now() - i * interval '1 second', ARRAY['tag' || i % 10], jsonb_build_object('project', 'p' || i % 10), 'id-' || i
       FROM generate_series(1, 100000) AS i`,
    );
    await database.source.query('VACUUM ANALYZE video.caption');
  }, 120_000);

  it.each<Parameters<typeof list>[0]>([
    ...(filters.sort.unwrap() as unknown as z.ZodEnum).options.map((sort) => ({ sort: String(sort) })),
    ...[{ language: 'es' }, { role: 'subtitles' as const }, { tag: ['tag7'] }, { metadata: { project: 'p7' } }, { externalId: 'id-7' }],
  ])('reads an index of the owner: %j', async (request) => {
    const { nextCursor } = await list({ ...request, limit: 5 });
    const plans = await queryPlans(database.source, () => list({ ...request, limit: 5, ...(nextCursor ? { cursor: nextCursor } : {}) }));
    expect(plans).toMatch(/Index Cond: .*owner_id = /);
    expect(plans).not.toMatch(/Seq Scan on caption/);
  });
});
