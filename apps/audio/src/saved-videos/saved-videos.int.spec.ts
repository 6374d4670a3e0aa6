/** Saved videos on a real PostgreSQL and Redis: each once for an owner, lists over 100,000 of them, reads of two copies of the service. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import type { EntityManager } from 'typeorm';
import type * as z from 'zod';
import { LocalChannel, TieredCache } from '#cache';
import { listSavedVideos } from '#contracts';
import { Database, type JobStore, jobsMigrations, Log, openCall, runInCall, usageMigrations } from '#platform';
import { blobsMigrations, openRedis, type RedisConnection } from '#storage';
import { fillTables, queryPlans, type TestDatabase, testDatabase, testRedisUrl } from '#testing';
import { audioMigrations } from '../audio.migrations.ts';
import type { AudioCache } from '../audio-cache.ts';
import { ProviderProblem } from '../provider-search/provider.ts';
import type { VideoDetailsService } from '../provider-search/video-details.service.ts';
import { DescribeVideoJob } from './describe-video.job.ts';
import { SavedVideoService } from './saved-video.service.ts';
import { SavedVideoRow, SavedVideoStore } from './saved-video.store.ts';

const ana = '00000000-0000-4000-8000-000000000007';
const bruno = '00000000-0000-4000-8000-000000000008';
let testing: TestDatabase;
let database: Database;
let store: SavedVideoStore;
let redis: RedisConnection;
const caches: AudioCache[] = [];
const channel = new LocalChannel();

beforeAll(async () => {
  testing = await testDatabase('saved_videos');
  const options = { url: testing.url, schema: 'audio', applicationName: 'audio', poolSize: 6, entities: [SavedVideoRow] };
  const log = Log.open({ service: 'audio', instance: 'test', level: 'silent' });
  database = new Database(() => ({ ...options, migrations: [blobsMigrations, usageMigrations, jobsMigrations, audioMigrations] }), log);
  database.onModuleInit();
  await database.whenOpen();
  store = new SavedVideoStore(database);
  redis = openRedis(await testRedisUrl(), { role: 'cache', commandTimeoutMs: 10_000 });
  await once(redis.client, 'ready');
}, 120_000);
afterAll(async () => {
  for (const cache of caches) await cache.close();
  await redis?.close();
  await database?.close();
  await testing?.drop();
});

/** One copy of the service, with its own memory. */
function copy(isConfigured = false): SavedVideoService {
  const options = { service: 'savedvideos', namespaces: { 'saved-video': {} }, redis: redis.client, channel, registry: new Registry() };
  const cache = new TieredCache(options) as unknown as AudioCache;
  caches.push(cache);
  return new SavedVideoService(store, jobs as unknown as JobStore, { isConfigured } as VideoDetailsService, cache);
}
/** Of jobs that the specs run by themselves. */
const jobs = { enqueue: async () => ({ id: randomUUID() }), findMany: async () => new Map(), cancelIfOpen: async () => undefined };
const as = <T>(subject: string, work: () => Promise<T>) => runInCall({ ...openCall({ deadlineMs: 60_000 }), subject }, work);

describe('a saved video', () => {
  it('is there once for an owner, whatever form its links have, also when two calls save it at the same time', async () => {
    const service = copy();
    const links = ['https://youtu.be/aaaaaaaaaaa', 'https://www.youtube.com/watch?v=aaaaaaaaaaa', 'youtube.com/shorts/aaaaaaaaaaa'];
    const saved = await Promise.all(links.map((url) => as(ana, () => service.create({ url }))));
    expect(saved.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(saved.map(({ savedVideo }) => savedVideo.id)).size).toBe(1);
    expect(saved[0]!.savedVideo).toMatchObject({
      title: 'YouTube video aaaaaaaaaaa',
      watchUrl: 'https://www.youtube.com/watch?v=aaaaaaaaaaa',
    });
    expect(await as(bruno, () => service.create({ url: links[0]! }))).toMatchObject({ isNew: true });
  });

  it('is somebody else’s for nobody', async () => {
    const service = copy();
    const { savedVideo } = await as(ana, () => service.create({ url: 'https://youtu.be/bbbbbbbbbbb' }));
    const notFound = { code: 'saved-video-not-found' };
    await expect(as(bruno, () => service.get(savedVideo.id))).rejects.toMatchObject(notFound);
    await expect(as(bruno, () => service.update({ savedVideoId: savedVideo.id, title: 'x' }))).rejects.toMatchObject(notFound);
    await expect(as(bruno, () => service.remove(savedVideo.id))).rejects.toMatchObject(notFound);
  });

  it('is read from memory, and anew in every copy once one has changed it', async () => {
    const [one, other] = [copy(), copy()];
    const { savedVideo } = await as(ana, () => one.create({ url: 'https://youtu.be/ccccccccccc' }));
    const { id, revision } = savedVideo;
    const titleIn = async (service: SavedVideoService) => (await as(ana, () => service.get(id))).title;
    expect([await titleIn(one), await titleIn(other)]).toEqual(['YouTube video ccccccccccc', 'YouTube video ccccccccccc']);
    await as(ana, () => one.update({ savedVideoId: id, title: 'Changed', ifRevision: revision }));
    expect([await titleIn(one), await titleIn(other)]).toEqual(['Changed', 'Changed']);
    const stale = as(ana, () => other.update({ savedVideoId: id, title: 'Late', ifRevision: revision }));
    await expect(stale).rejects.toMatchObject({ code: 'precondition-failed' });
    await as(ana, () => one.remove(id));
    for (const service of [one, other])
      await expect(as(ana, () => service.get(id))).rejects.toMatchObject({ code: 'saved-video-not-found' });
  });
});

describe('the job that describes a saved video', () => {
  const described = { title: 'Jóga', channel: 'Björk', durationSeconds: 305 };
  let shared: SavedVideoService | undefined;
  const service = () => (shared ??= copy(true));
  type Answer = typeof described | undefined | Error;

  /** Runs the job with an answer of YouTube, and commits what it writes. @param meanwhile runs before the commit */
  async function run(savedVideoId: string, answer: Answer, meanwhile: () => Promise<unknown> = async () => undefined) {
    const find = async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const job = new DescribeVideoJob(store, { find } as unknown as VideoDetailsService);
    const complete = (output: unknown, commit: (tx: EntityManager) => Promise<unknown>) => ({ output, commit });
    const context = {
      ownerId: ana,
      signal: new AbortController().signal,
      progress: () => undefined,
      complete,
      defer: (why: unknown) => why,
    };
    const ended = (await job.run({ savedVideoId }, context as never)) as unknown as ReturnType<typeof complete>;
    await meanwhile();
    if (ended.commit) await database.transaction(ended.commit);
    return ended.output ?? ended;
  }
  const save = async (url: string, title?: string) =>
    (await as(ana, () => service().create({ url, ...(title ? { title } : {}) }))).savedVideo.id;
  const read = (id: string) => as(ana, () => service().get(id));

  it('writes title, channel and duration, and the title is found', async () => {
    const id = await save('https://youtu.be/ddddddddddd');
    expect(await run(id, described)).toEqual({ isFound: true });
    expect(await read(id)).toMatchObject({ ...described, state: 'ready' });
    const page = await as(ana, () => service().list(listSavedVideos.request.parse({ q: 'joga' })));
    expect(page.items.map((video) => video.id)).toEqual([id]);
  });

  it('leaves a title that its owner gave, also while YouTube was asked', async () => {
    const [named, renamed] = [await save('https://youtu.be/eeeeeeeeeee', 'Mine'), await save('https://youtu.be/fffffffffff')];
    await run(named, described);
    await run(renamed, described, () => as(ana, () => service().update({ savedVideoId: renamed, title: 'Mine now' })));
    expect([await read(named), await read(renamed)]).toMatchObject([
      { title: 'Mine', channel: 'Björk' },
      { title: 'Mine now', channel: 'Björk' },
    ]);
  });

  it('leaves a video as it is that YouTube does not know, waits for the quota, and tries again after a broken answer', async () => {
    const id = await save('https://youtu.be/ggggggggggg');
    expect(await run(id, undefined)).toEqual({ isFound: false });
    expect(await read(id)).toMatchObject({ title: 'YouTube video ggggggggggg', channel: null, durationSeconds: null });
    expect(await run(id, new ProviderProblem('quota-exceeded', 'Used up.'))).toMatchObject({ phase: 'waiting' });
    await expect(run(id, new ProviderProblem('failed', 'No JSON.'))).rejects.toMatchObject({ code: 'remote-unreachable' });
    await as(ana, () => service().remove(id));
    await expect(run(id, described)).rejects.toMatchObject({ code: 'saved-video-not-found' });
  });
});

describe('a list over 100,000 saved videos', () => {
  beforeAll(async () => {
    await database.source.query('ALTER TABLE audio.saved_video DISABLE TRIGGER announce_insert');
    await fillTables(
      database.source,
      `INSERT INTO audio.saved_video (id, owner_id, title, search_text, created_at, updated_at, tags, external_id, youtube_id)
       SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 50)::text, 12, '0'))::uuid, 'Video ' || i, 'video ' || i,
         now() - i * interval '1 second', now() - i * interval '1 second', ARRAY['tag' || i % 100], 'id-' || i, lpad(i::text, 11, '0')
       FROM generate_series(1, 100000) AS i`,
    );
    await database.source.query('VACUUM ANALYZE audio.saved_video');
  }, 120_000);

  it.each<z.input<typeof listSavedVideos.request>>([
    ...(['createdAt', '-createdAt', 'title', '-title'] as const).map((sort) => ({ sort })),
    ...[{ q: 'video 77' }, { tag: ['tag7'] }, { externalId: 'id-7' }, { youTubeId: '00000000057' }],
  ])('reads an index of the owner: %j', async (request) => {
    const plans = await queryPlans(database.source, () => store.list(ana, listSavedVideos.request.parse({ ...request, limit: 5 })));
    expect(plans).toMatch(/Index Cond: .*owner_id = /);
    expect(plans).not.toMatch(/Seq Scan on saved_video/);
  });
});
