/** Which tracks of an owner the entries of a file are, on a real PostgreSQL with a library of 20,000. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importPlaylist } from '#contracts';
import { Database, jobsMigrations, Log, openCall, runInCall, usageMigrations } from '#platform';
import { type BlobStore, blobsMigrations, openFsBlobStore, queryRows, searchText } from '#storage';
import { fillTables, queryPlans, type TestDatabase, testDatabase } from '#testing';
import { audioMigrations } from '../audio.migrations.ts';
import { EntryMatcher } from './entry-matcher.service.ts';
import type { PlaylistEntry } from './files/playlist-entry.ts';
import { PlaylistService } from './playlist.service.ts';
import { PlaylistRow, PlaylistStore } from './playlist.store.ts';
import { PlaylistFileService } from './playlist-files.service.ts';
import { PlaylistItemStore } from './playlist-item.store.ts';

const ownerId = '00000000-0000-4000-8000-000000000007';
const stranger = '00000000-0000-4000-8000-000000000008';
let testing: TestDatabase;
let database: Database;
let matcher: EntryMatcher;
let files: PlaylistFileService;
let playlists: PlaylistService;
let folder: string;
let blobs: BlobStore;

beforeAll(async () => {
  testing = await testDatabase('playlist_files');
  const options = { url: testing.url, schema: 'audio', applicationName: 'audio', poolSize: 4, entities: [PlaylistRow] };
  const log = Log.open({ service: 'audio', instance: 'test', level: 'silent' });
  database = new Database(() => ({ ...options, migrations: [blobsMigrations, usageMigrations, jobsMigrations, audioMigrations] }), log);
  database.onModuleInit();
  await database.whenOpen();
  matcher = new EntryMatcher(database);
  playlists = new PlaylistService(database, new PlaylistStore(database), new PlaylistItemStore(database));
  folder = await mkdtemp(join(tmpdir(), 'rafaga-playlists-'));
  blobs = await openFsBlobStore(folder);
  files = new PlaylistFileService(playlists, matcher, blobs);
}, 60_000);
afterAll(async () => {
  await database?.close();
  await testing?.drop();
  if (folder) await rm(folder, { recursive: true });
});

interface NewTrack {
  readonly title: string;
  readonly artist?: string;
  readonly fileName?: string;
  readonly externalId?: string;
  readonly durationSeconds?: number;
  readonly owner?: string;
}
async function newTrack({
  title,
  artist,
  fileName = 'x.flac',
  externalId,
  durationSeconds = 183.3,
  owner = ownerId,
}: NewTrack): Promise<string> {
  const [id, sha256] = [randomUUID(), createHash('sha256').update(randomUUID()).digest('hex')];
  const media = { tags: artist ? { artist } : {} };
  await queryRows(database.source, 'INSERT INTO audio.recording (sha256, size_bytes, media) VALUES ($1, 1, $2)', [sha256, media]);
  await queryRows(
    database.source,
    `INSERT INTO audio.track (id, owner_id, sha256, file_name, job_id, title, search_text, codec, duration_seconds, external_id)
     VALUES ($1, $2, $3, $4, gen_random_uuid(), $5, $6, 'flac', $7, $8)`,
    [id, owner, sha256, fileName, title, searchText(title, [artist ?? '', fileName]), durationSeconds, externalId ?? null],
  );
  return id;
}
const match = async (entry: Partial<PlaylistEntry>) => (await matcher.match(ownerId, [{ text: '', ...entry }]))[0];

describe('an entry is the track', () => {
  let sinnerman: string;
  let short: string;
  beforeAll(async () => {
    sinnerman = await newTrack({
      title: 'Sinnermán',
      artist: 'Nina Simone',
      fileName: '01 Track.flac',
      externalId: 'crm-1',
      durationSeconds: 622,
    });
    short = await newTrack({ title: 'Sinnerman', artist: 'Nina Simone', durationSeconds: 201 });
    await newTrack({ title: 'Sinnerman live', artist: 'Nina Simone' });
    await newTrack({ title: 'Summer', artist: 'Somebody' });
    await newTrack({ title: 'Theirs', artist: 'Nobody', externalId: 'theirs', fileName: 'theirs.flac', owner: stranger });
  });

  it('of the same id', async () => expect(await match({ trackId: sinnerman, title: 'other' })).toBe(sinnerman));
  it('of the same id of the owner', async () => expect(await match({ externalId: 'crm-1' })).toBe(sinnerman));
  it('of the same artist and title, case and diacritics aside, with the nearest duration', async () => {
    expect(await match({ artist: 'NINA SIMONE', title: 'sinnerman', durationSeconds: 620.5 })).toBe(sinnerman);
    expect(await match({ artist: 'Nina Simone', title: 'Sinnerman', durationSeconds: 200 })).toBe(short);
  });
  it('of the artist and title that the name of the file says', async () => {
    expect(await match({ fileName: 'Nina Simone - Sinnerman.mp3', durationSeconds: 622 })).toBe(sinnerman);
  });
  it('of the same name of the file', async () => expect(await match({ fileName: '01 Track.flac' })).toBe(sinnerman));
  it.each<Partial<PlaylistEntry>>([
    { title: 'Sinner' },
    { title: 'Sinnerman', durationSeconds: 400 },
    { title: 'Sinnerman', artist: 'Somebody else' },
    { title: '%' },
    {},
  ])('never of less: %j', async (entry) => expect(await match(entry)).toBeNull());
  it('of the same artist however many have its title', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 130; n++) ids.push(await newTrack({ title: 'Intro', artist: `Band ${n}` }));
    const found = await matcher.match(
      ownerId,
      ids.map((_, n) => ({ title: 'intro', artist: `band ${n}`, text: '' })),
    );
    expect(found).toEqual(ids);
  });
  it('of the same name of the file and the same externalId, blanks included', async () => {
    const id = await newTrack({ title: 'Blanks', fileName: 'two  blanks.flac', externalId: 'crm  2' });
    expect(await match({ fileName: 'two  blanks.flac' })).toBe(id);
    expect(await match({ externalId: 'crm  2' })).toBe(id);
    expect(await match({ fileName: 'two blanks.flac' })).toBeNull();
  });
  it('never of the name of another playlist', async () => {
    expect(await match({ fileName: 'Summer.mp3' })).not.toBeNull();
    expect(await match({ fileName: 'Summer.m3u8', title: 'Summer' })).toBeNull();
  });
  it('never of somebody else', async () => {
    const [{ id } = { id: '' }] = await queryRows<{ id: string }>(database.source, 'SELECT id FROM audio.track WHERE owner_id = $1', [
      stranger,
    ]);
    for (const entry of [{ trackId: id }, { externalId: 'theirs' }, { title: 'Theirs' }, { fileName: 'theirs.flac' }])
      expect(await match(entry)).toBeNull();
  });
});

describe('an owner of 1,000 playlists', () => {
  it('makes no more, also where two are made at the same time', async () => {
    const owner = randomUUID();
    await fillTables(
      database.source,
      `INSERT INTO audio.playlist (id, owner_id, title, search_text) SELECT gen_random_uuid(), $1, '', '' FROM generate_series(1, 999)`,
      [owner],
    );
    const create = () => runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: owner }, () => playlists.create({}));
    await expect(Promise.allSettled([create(), create()])).resolves.toEqual(
      expect.arrayContaining([
        expect.objectContaining({ status: 'fulfilled' }),
        { status: 'rejected', reason: expect.objectContaining({ code: 'too-many-playlists' }) },
      ]),
    );
  });
});

describe('in a library of 20,000', () => {
  beforeAll(async () => {
    await queryRows(database.source, "INSERT INTO audio.recording (sha256, size_bytes, media) VALUES (repeat('a', 64), 1, '{}')");
    await fillTables(
      database.source,
      `INSERT INTO audio.track (id, owner_id, sha256, file_name, job_id, title, search_text, codec, duration_seconds)
       SELECT gen_random_uuid(), '${ownerId}', repeat('a', 64), 'f' || n, gen_random_uuid(), 'song ' || n, 'song ' || n || E'\\n\\nf' || n, 'flac', 10
       FROM generate_series(1, 20000) n`,
    );
    await database.source.query('VACUUM ANALYZE audio.track, audio.recording');
  }, 120_000);

  it('a title is looked up in the index on titles', async () => {
    const plans = await queryPlans(database.source, () => match({ title: 'Song 777' }));
    expect(plans).toMatch(/Index Cond: .*owner_id = .*left"?\(search_text/s);
    expect(plans).not.toMatch(/Seq Scan on track/);
  });

  it('an import has the entries that were found in their order, and tells the others', async () => {
    const names = [3, 1, 2, 1].map((n) => `Song ${n}`);
    const report = await imported(
      `#EXTM3U\n#PLAYLIST:Mine\n${[...names, 'nowhere', 'other.m3u8'].map((name) => `#EXTINF:10,${name}\n${name}\n`).join('')}`,
    );
    expect(report).toMatchObject({ playlist: { title: 'Mine', itemCount: 4 }, matched: 4, unmatched: 2 });
    expect(report.unmatchedEntries).toEqual([
      { entry: 5, text: 'nowhere', reason: 'not-found' },
      { entry: 6, text: 'other.m3u8', reason: 'is-playlist' },
    ]);
    const page = await new PlaylistItemStore(database).page(report.playlist.id, { limit: 10 });
    expect(page.items.map(({ track }) => track.title)).toEqual(names.map((name) => name.toLowerCase()));
  });
  it('takes 10,000 entries and not one more, and writes nothing then', async () => {
    const lines = (count: number) => Array.from({ length: count }, (_, n) => `#EXTINF:10,song ${n + 1}\nx\n`).join('');
    expect(await imported(lines(10_000))).toMatchObject({ matched: 10_000, unmatched: 0 });
    const before = await countPlaylists();
    await expect(imported(lines(10_001))).rejects.toMatchObject({ code: 'playlist-full' });
    await expect(imported('nobody.mp3\n')).rejects.toMatchObject({ code: 'playlist-invalid', errors: [{ code: 'not-found' }] });
    await expect(imported('song 1\n', { externalId: 'twice' })).resolves.toBeDefined();
    await expect(imported('song 2\n', { externalId: 'twice' })).rejects.toMatchObject({ code: 'external-id-taken' });
    expect(await countPlaylists()).toBe(before + 1);
  }, 60_000);
  it('leaves out and lists a track that is deleted while it runs; where none is left, no playlist is made', async () => {
    const doomed = new Set([await newTrack({ title: 'Doomed' }), await newTrack({ title: 'Lost' })]);
    const match = matcher.match.bind(matcher);
    const deleting = async (owner: string, entries: readonly PlaylistEntry[]) => {
      const found = await match(owner, entries);
      await queryRows(database.source, 'DELETE FROM audio.track WHERE id = ANY($1)', [found.filter((id) => doomed.has(id ?? ''))]);
      return found;
    };
    Object.assign(matcher, { match: deleting });
    try {
      const report = await imported('#EXTINF:10,song 5\nx\n#EXTINF:-1,Doomed\ny\n');
      expect(report).toMatchObject({ matched: 1, unmatched: 1, unmatchedEntries: [{ entry: 2, text: 'Doomed', reason: 'not-found' }] });
      const before = await countPlaylists();
      await expect(imported('#EXTINF:-1,Lost\ny\n')).rejects.toMatchObject({ code: 'playlist-invalid' });
      expect(await countPlaylists()).toBe(before);
    } finally {
      Object.assign(matcher, { match });
    }
  });
});

async function countPlaylists(): Promise<number> {
  const [row] = await queryRows<{ count: number }>(database.source, 'SELECT count(*)::int AS count FROM audio.playlist');
  return row!.count;
}

async function imported(text: string, said = {}) {
  const { sha256: blobSha256 } = await blobs.write(Readable.from([Buffer.from(text)]), { maxBytes: 1 << 22 });
  return runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: ownerId }, () =>
    files.import(importPlaylist.request.parse({ blobSha256, ...said })),
  );
}
