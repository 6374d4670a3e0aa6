/** Playlists on a real PostgreSQL: editors at the same time, deleted tracks, gaps that are used up, lists over 100,000 playlists. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { listPlaylists } from '#contracts';
import { Database, jobsMigrations, Log, usageMigrations } from '#platform';
import { blobsMigrations, queryRows } from '#storage';
import { fillTables, queryPlans, type TestDatabase, testDatabase } from '#testing';
import { audioMigrations } from '../audio.migrations.ts';
import { PlaylistRow, PlaylistStore } from './playlist.store.ts';
import { PlaylistItemStore } from './playlist-item.store.ts';
import { addToDurations, recountPlaylists, removeFromPlaylists } from './playlist-track.store.ts';

const ownerId = '00000000-0000-4000-8000-000000000007';
let testing: TestDatabase;
let database: Database;
let playlists: PlaylistStore;
let items: PlaylistItemStore;

beforeAll(async () => {
  testing = await testDatabase('playlists');
  const options = { url: testing.url, schema: 'audio', applicationName: 'audio', poolSize: 4, entities: [PlaylistRow] };
  const log = Log.open({ service: 'audio', instance: 'test', level: 'silent' });
  database = new Database(() => ({ ...options, migrations: [blobsMigrations, usageMigrations, jobsMigrations, audioMigrations] }), log);
  database.onModuleInit();
  await database.whenOpen();
  playlists = new PlaylistStore(database);
  items = new PlaylistItemStore(database);
  await queryRows(database.source, "INSERT INTO audio.recording (sha256, size_bytes, media) VALUES (repeat('a', 64), 1, '{}')");
}, 60_000);
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

async function newTrack(): Promise<string> {
  const id = randomUUID();
  await queryRows(
    database.source,
    `INSERT INTO audio.track (id, owner_id, sha256, file_name, job_id, title, search_text, codec, duration_seconds)
     VALUES ($1, $2, repeat('a', 64), 'x', gen_random_uuid(), 'x', 'x', 'flac', 10)`,
    [id, ownerId],
  );
  return id;
}

async function newPlaylist(): Promise<string> {
  const id = randomUUID();
  await database.transaction((tx) => playlists.add(tx, { id, ownerId, title: 'x' }));
  return id;
}

const add = (playlist: string, trackIds: readonly string[], position?: number) =>
  database.transaction(async (tx) => {
    await items.holdTracks(tx, ownerId, trackIds);
    const { itemCount } = (await items.lock(tx, { id: playlist, ownerId }))!;
    const ids = await items.insert(tx, playlist, trackIds, position ?? itemCount);
    await recountPlaylists(tx, [playlist]);
    return ids;
  });
const move = (playlist: string, item: string, position: number) =>
  database.transaction(async (tx) => {
    await items.lock(tx, { id: playlist, ownerId });
    await items.move(tx, playlist, item, position);
    await recountPlaylists(tx, [playlist]);
  });
const removeTrack = (id: string) =>
  database.transaction(async (tx) => {
    await removeFromPlaylists(tx, id);
    await queryRows(tx, 'DELETE FROM audio.track WHERE id = $1', [id]);
  });
const order = async (playlist: string) => (await items.page(playlist, { limit: 500 })).items;
const idsOf = async (playlist: string) => (await order(playlist)).map(({ id }) => id);

describe('the items of a playlist', () => {
  it('stand where they were put, and move, with positions without gaps', async () => {
    const [playlist, track] = [await newPlaylist(), await newTrack()];
    const [a, b, c] = await add(playlist, [track, track, track]);
    const [d] = await add(playlist, [track], 1);
    expect(await idsOf(playlist)).toEqual([a, d, b, c]);
    await move(playlist, a!, 3);
    await move(playlist, c!, 0);
    expect((await order(playlist)).map(({ id, position }) => [id, position])).toEqual([c, d, b, a].map((id, at) => [id, at]));
  });

  it('keep their order where the gap between two is used up a hundred times', async () => {
    const [playlist, track] = [await newPlaylist(), await newTrack()];
    const expected = await add(playlist, [track, track]);
    for (let round = 0; round < 100; round++) expected.splice(1, 0, ...(await add(playlist, [track], 1)));
    expect(await idsOf(playlist)).toEqual(expected);
  });

  it('are read page by page, each once, also where the last item of a page has moved', async () => {
    const [playlist, track] = [await newPlaylist(), await newTrack()];
    const ids = await add(
      playlist,
      Array.from({ length: 5 }, () => track),
    );
    const first = await items.page(playlist, { limit: 2 });
    await add(playlist, [track], 0);
    const rest = await items.page(playlist, { limit: 10, cursor: first.nextCursor! });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
  });
});

describe('the items with a track', () => {
  it.each([0, 1, 8, 9, 30])('are found at their places, %d of them', async (count) => {
    const [playlist, track, other] = [await newPlaylist(), await newTrack(), await newTrack()];
    await add(
      playlist,
      Array.from({ length: 40 }, () => other),
    );
    for (let at = 0; at < count; at++) await add(playlist, [track], (at * 7) % 40);
    const expected = (await order(playlist)).filter(({ trackId }) => trackId === track);
    expect(expected).toHaveLength(count);
    expect((await items.page(playlist, { limit: 100, trackId: track })).items).toEqual(expected);
    const pages = [await items.page(playlist, { limit: 5, trackId: track })];
    for (let next = pages[0]!.nextCursor; next !== null; next = pages.at(-1)!.nextCursor)
      pages.push(await items.page(playlist, { limit: 5, trackId: track, cursor: next }));
    expect(pages.flatMap((page) => page.items)).toEqual(expected);
  });

  it('are looked up by an index, without numbering all items', async () => {
    const [playlist, track, other] = [await newPlaylist(), await newTrack(), await newTrack()];
    await add(playlist, [...Array.from({ length: 2_000 }, () => other), track]);
    await database.source.query('VACUUM ANALYZE audio.playlist_item');
    const plans = await queryPlans(database.source, () => items.page(playlist, { limit: 100, trackId: track }));
    expect(plans).toMatch(/playlist_item_track/);
    expect(plans).not.toMatch(/WindowAgg/);
  });
});

describe('editors at the same time', () => {
  it('lose no addition and no move', async () => {
    const [playlist, track] = [await newPlaylist(), await newTrack()];
    const start = await add(
      playlist,
      Array.from({ length: 4 }, () => track),
    );
    const edits = Array.from({ length: 12 }, (_, at) => [add(playlist, [track], at % 3), move(playlist, start[at % 4]!, at % 4)]);
    await Promise.all(edits.flat());
    const after = await order(playlist);
    expect(after.map(({ position }) => position)).toEqual(Array.from({ length: 16 }, (_, at) => at));
    expect(new Set(after.map(({ id }) => id)).size).toBe(16);
    expect(await playlists.find({ id: playlist, ownerId })).toMatchObject({ itemCount: 16, durationSeconds: 160, revision: 26 });
  });

  it('and deletions of tracks do not wait for each other, and leave no item of a deleted track', async () => {
    const lists = [await newPlaylist(), await newPlaylist()];
    for (let round = 0; round < 10; round++) {
      const [kept, deleted] = [await newTrack(), await newTrack()];
      const adding = lists.map((playlist) => add(playlist, [kept, deleted]).catch(() => undefined)); // refused where the track is gone
      await Promise.all([...adding, removeTrack(deleted)]);
      for (const playlist of lists) {
        const found = await order(playlist);
        expect(found.filter(({ trackId }) => trackId === deleted)).toEqual([]);
        expect(await playlists.find({ id: playlist, ownerId })).toMatchObject({
          itemCount: found.length,
          durationSeconds: 10 * found.length,
        });
      }
    }
  });
});

describe('a track whose duration becomes known', () => {
  it('changes the duration of its playlists and not their revision', async () => {
    const [playlist, track] = [await newPlaylist(), await newTrack()];
    await add(playlist, [track, track]);
    await database.transaction((tx) => addToDurations(tx, [{ trackId: track, seconds: 2.5 }]));
    expect(await playlists.find({ id: playlist, ownerId })).toMatchObject({ durationSeconds: 25, revision: 2 });
  });

  it('has no other item of its playlists read', async () => {
    const [playlist, track, other] = [await newPlaylist(), await newTrack(), await newTrack()];
    await add(playlist, [track, other]);
    await queryRows(database.source, 'UPDATE audio.track SET duration_seconds = 1000 WHERE id = $1', [other]); // a recount would find it
    await database.transaction((tx) => addToDurations(tx, [{ trackId: track, seconds: -1 }]));
    expect(await playlists.find({ id: playlist, ownerId })).toMatchObject({ durationSeconds: 19 });
  });
});

describe('a list over 100,000 playlists of 50 owners', () => {
  let track: string;
  beforeAll(async () => {
    track = await newTrack();
    await fillTables(
      database.source,
      `INSERT INTO audio.playlist (id, owner_id, title, search_text, item_count, created_at, updated_at, tags, external_id)
       SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 50)::text, 12, '0'))::uuid, 'List ' || i, 'list ' || i, i % 500,
         now() - i * interval '1 second', now() - i * interval '1 second', ARRAY['tag' || i % 100], 'id-' || i FROM generate_series(1, 100000) AS i`,
    );
    await database.source.query(
      `INSERT INTO audio.playlist_item (playlist_id, track_id, rank) SELECT id, $1, 1 FROM audio.playlist WHERE owner_id = $2 ORDER BY id LIMIT 50`,
      [track, ownerId],
    );
    await database.source.query('VACUUM ANALYZE audio.playlist, audio.playlist_item');
  }, 120_000);

  const list = (request: z.input<typeof listPlaylists.request>) => playlists.list(ownerId, listPlaylists.request.parse(request));

  it.each<z.input<typeof listPlaylists.request>>([
    ...(['createdAt', '-createdAt', 'updatedAt', '-updatedAt', 'title', '-title'] as const).map((sort) => ({ sort })),
    ...[{ itemCountMin: 490 }, { q: 'list 77' }, { tag: ['tag7'] }, { externalId: 'id-7' }],
  ])('reads an index of the owner: %j', async (request) => {
    const plans = await queryPlans(database.source, () => list({ ...request, limit: 5 }));
    expect(plans).toMatch(/Index Cond: .*owner_id = /);
    expect(plans).not.toMatch(/Seq Scan on playlist/);
  });

  it('finds the playlists of a track by an index', async () => {
    const plans = await queryPlans(database.source, () => list({ trackId: track, limit: 100 }));
    expect(plans).not.toMatch(/Seq Scan on playlist /);
    expect((await list({ trackId: track, limit: 100 })).items).toHaveLength(50);
  });
});
