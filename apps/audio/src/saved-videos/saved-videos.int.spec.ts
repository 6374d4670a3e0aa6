/** Saved videos on a real PostgreSQL and Redis: each once for an owner, lists over 100,000 of them, reads of two copies of the service. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import type * as z from 'zod';
import { LocalChannel, TieredCache } from '#cache';
import { listSavedVideos } from '#contracts';
import { Database, type JobStore, jobsMigrations, Log, openCall, runInCall, usageMigrations } from '#platform';
import { blobsMigrations, openRedis, type RedisConnection } from '#storage';
import { queryPlans, type TestDatabase, testDatabase, testRedisUrl } from '#testing';
import { audioMigrations } from '../audio.migrations.ts';
import type { AudioCache } from '../audio-cache.ts';
import type { VideoDetailsService } from '../provider-search/video-details.service.ts';
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
function copy(): SavedVideoService {
  const options = { service: 'savedvideos', namespaces: { 'saved-video': {} }, redis: redis.client, channel, registry: new Registry() };
  const cache = new TieredCache(options) as unknown as AudioCache;
  caches.push(cache);
  return new SavedVideoService(store, {} as JobStore, { isConfigured: false } as VideoDetailsService, cache);
}
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

describe('a list over 100,000 saved videos', () => {
  beforeAll(async () => {
    await database.source.query(
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
