/** Lists of renditions over 100,000 rows, on a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { listVideoRenditions } from '#contracts';
import { Database, jobsMigrations, Log, usageMigrations } from '#platform';
import { blobsMigrations } from '#storage';
import { fillTables, queryPlans, type TestDatabase, testDatabase } from '#testing';
import { AnnounceVideoRenditions1797900000000 } from './announce-renditions.migration.ts';
import { CreateVideoRenditions1795600500000 } from './rendition.migration.ts';
import { RenditionRow, RenditionStore } from './rendition.store.ts';

const [ownerId, videoId] = ['00000000-0000-4000-8000-000000000007', '00000000-0000-4000-9000-000000000007'];
let testing: TestDatabase;
let database: Database;
let store: RenditionStore;
const { videoId: _, ...filters } = listVideoRenditions.request.shape;
const list = (request: Omit<z.input<typeof listVideoRenditions.request>, 'videoId'>) => {
  const { videoId: of, ...parsed } = listVideoRenditions.request.parse({ ...request, videoId });
  return store.list({ videoId: of, ownerId }, parsed);
};

beforeAll(async () => {
  testing = await testDatabase('rendition-list');
  const steps = [CreateVideoRenditions1795600500000, AnnounceVideoRenditions1797900000000];
  const migrations = [blobsMigrations, usageMigrations, jobsMigrations, { schema: 'video', steps }];
  const timeouts = { statementMs: 120_000 }; // 100,000 rows take longer on a busy machine
  const postgres = {
    url: testing.url,
    schema: 'video',
    applicationName: 'video',
    poolSize: 2,
    entities: [RenditionRow],
    migrations,
    timeouts,
  };
  database = new Database(() => postgres, Log.open({ service: 'video', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
  store = new RenditionStore(database);
  // 50 owners with 50 videos each; presets have versions, so that there are many of a video
  await database.source.query(`
    INSERT INTO video.encoding (id, source_sha256, preset, preset_version, is_complete, peak_bit_rate)
    SELECT ('00000000-0000-4000-a000-' || lpad(i::text, 12, '0'))::uuid, lpad(to_hex(i), 64, '0'), 'web-240p', 1, i % 4 > 0, CASE WHEN i % 4 > 0 THEN 1 END FROM generate_series(1, 100) AS i`);
  await database.source.query('ALTER TABLE video.rendition DISABLE TRIGGER USER'); // nobody is told of them
  await fillTables(
    database.source,
    `
    INSERT INTO video.rendition (id, owner_id, title, search_text, video_id, preset, preset_version, encoding_id, job_id, created_at, tags, metadata,
      external_id, ready)
    SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 50)::text, 12, '0'))::uuid, 'r', 'r',
      ('00000000-0000-4000-9000-' || lpad((i % 2500)::text, 12, '0'))::uuid, (ARRAY['web-240p','web-720p'])[1 + i % 2], i,
      ('00000000-0000-4000-a000-' || lpad((1 + (i / 2500) % 100)::text, 12, '0'))::uuid, gen_random_uuid(), now() - i * interval '1 second',
      ARRAY['tag' || i % 10], jsonb_build_object('project', 'p' || i % 10), 'id-' || i,
      (1 + (i / 2500) % 100) % 4 > 0
    FROM generate_series(1, 100000) AS i`,
  );
  await database.source.query('VACUUM ANALYZE video.rendition, video.encoding');
}, 120_000);
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

describe('a list of the renditions of a video, among 100,000', () => {
  it.each<Parameters<typeof list>[0]>([
    ...(filters.sort.unwrap() as unknown as z.ZodEnum).options.map((sort) => ({ sort: String(sort) })),
    { preset: 'web-720p' },
    { preset: 'web-720p@1' },
    ...(['ready', 'processing', 'failed'] as const).map((state) => ({ state })),
    ...[{ tag: ['tag7'] }, { metadata: { project: 'p7' } }, { externalId: 'id-7' }],
  ])('reads an index of the owner: %j', async (request) => {
    const { nextCursor } = await list({ ...request, limit: 5 });
    const plans = await queryPlans(database.source, () => list({ ...request, limit: 5, ...(nextCursor ? { cursor: nextCursor } : {}) }));
    expect(plans).toMatch(/Index Cond: .*owner_id = /);
    expect(plans).not.toMatch(/Seq Scan on rendition/);
  });

  it('gives its own alone, page by page', async () => {
    const { items, nextCursor } = await list({ limit: 30 });
    const rest = await list({ limit: 30, ...(nextCursor ? { cursor: nextCursor } : {}) });
    const all = [...items, ...rest.items];
    expect([new Set(all.map(({ id }) => id)).size, rest.nextCursor]).toEqual([40, null]);
    expect(all.every((row) => row.videoId === videoId && row.ownerId === ownerId)).toBe(true);
  });

  it('knows which are ready, and which have lost their job before', async () => {
    const [ready, failed] = [await list({ state: 'ready', limit: 100 }), await list({ state: 'failed', limit: 100 })];
    expect([ready.items.length, failed.items.length]).toEqual([30, 10]);
  });
});
