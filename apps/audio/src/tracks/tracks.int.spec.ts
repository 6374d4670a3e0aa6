/** Tracks on a real PostgreSQL: what becomes of existing rows, and lists over 100,000 tracks. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { type CamelotCode, type Failure, listTracks, type TrackAnalysis, type TrackCorrections, trackList } from '#contracts';
import { Database, jobsMigrations, Log, usageMigrations } from '#platform';
import { blobsMigrations, queryRows } from '#storage';
import { fillTables, queryPlans, type TestDatabase, testDatabase } from '#testing';
import { audioMigrations } from '../audio.migrations.ts';
import { Recording, RecordingStore } from '../recordings/recording.store.ts';
import { TrackRow, TrackStore } from './track.store.ts';

const analysis = (bpm: number) => ({ bpm, key: 'F#', mode: 'minor', loudnessLufs: -14.256, durationSeconds: 180.12345 }) as TrackAnalysis;
const media = { container: 'flac', codec: 'flac', durationSeconds: 181, tags: { title: 'Jóga', artist: 'Björk', album: 'Homogenic' } };
const ownerId = '00000000-0000-4000-8000-000000000007';
const [old, young] = [randomUUID(), randomUUID()];

let testing: TestDatabase;
let database: Database;
let store: TrackStore;
const list = (request: z.input<typeof listTracks.request>, owner = ownerId) => store.list(owner, listTracks.request.parse(request));

beforeAll(async () => {
  testing = await testDatabase('tracks');
  const log = Log.open({ service: 'audio', instance: 'test', level: 'silent' });
  const before = { ...audioMigrations, steps: audioMigrations.steps.slice(0, 2) };
  const options = (steps: typeof audioMigrations) => ({
    ...{ url: testing.url, schema: 'audio', applicationName: 'audio', poolSize: 4, entities: [Recording, TrackRow] },
    migrations: [blobsMigrations, usageMigrations, jobsMigrations, steps],
  });
  const open = async (steps: typeof audioMigrations) => {
    const opened = new Database(() => options(steps), log);
    opened.onModuleInit();
    await opened.whenOpen();
    return opened;
  };
  const earlier = await open(before);
  await queryRows(
    earlier.source,
    'INSERT INTO audio.recording (sha256, size_bytes, media, engine_version, analysis) VALUES ($1, 1, $3, 1, $4), ($2, 1, $5, NULL, NULL)',
    ['a'.repeat(64), 'b'.repeat(64), media, analysis(121.98432), { ...media, tags: {} }],
  );
  for (const [id, sha256] of [
    [old, 'a'.repeat(64)],
    [young, 'b'.repeat(64)],
  ])
    await queryRows(
      earlier.source,
      `INSERT INTO audio.track (id, owner_id, sha256, file_name, job_id) VALUES ($1, $2, $3, 'My song.v2.flac', gen_random_uuid())`,
      [id, ownerId, sha256],
    );
  await earlier.close();
  database = await open(audioMigrations);
  store = new TrackStore(database);
}, 60_000);
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

describe('tracks from before they were resources', () => {
  it('have a title, the values of their analysis, and are found by text', async () => {
    const ready = { title: 'Jóga', ready: true, bpm: 121.98, key: 'F#', mode: 'minor', loudnessLufs: -14.26, durationSeconds: 180.123 };
    expect(await store.find(old, ownerId)).toMatchObject(ready);
    expect(await store.find(young, ownerId)).toMatchObject({
      title: 'My song.v2',
      ready: false,
      bpm: null,
      durationSeconds: 181,
      revision: 1,
    });
    expect((await list({ q: 'bjork joga' })).items.map(({ id }) => id)).toEqual([old]);
    expect((await list({ q: 'SONG', state: 'failed' })).items.map(({ id }) => id)).toEqual([young]);
  });
});

describe('a list of tracks', () => {
  it('loads analyses only where they are asked for', async () => {
    expect((await list({ q: 'joga' })).items[0]?.recording.analysis).toBeUndefined();
    expect((await list({ q: 'joga', fields: ['analysis'] })).items[0]?.recording.analysis).toMatchObject({ key: 'F#' });
  });

  it('finds tracks that mix with a Camelot code', async () => {
    const found = async (harmonicWith: CamelotCode) => (await list({ harmonicWith })).items.map(({ id }) => id);
    const mixing = await Promise.all((['11A', '12A', '10A', '11B', '9A', '12B'] as const).map(found)); // the track is in F# minor: 11A
    expect(mixing).toEqual([[old], [old], [old], [old], [], []]);
  });
});

describe('a track that is added while its recording is analysed', () => {
  it('is ready, whichever of the two is first', async () => {
    for (let round = 0; round < 10; round++) {
      const [sha256, id] = [round.toString(16).padStart(64, 'c'), randomUUID()];
      await database.transaction((tx) => RecordingStore.remember(tx, { sha256, sizeBytes: 1, media: media as never }));
      const save = (tx: Parameters<typeof RecordingStore.save>[0]) =>
        RecordingStore.save(tx, sha256, { analysis: analysis(120), waveform: {} as never });
      const add = async (tx: Parameters<typeof RecordingStore.save>[0]) => {
        const isAnalyzed = await RecordingStore.remember(tx, { sha256, sizeBytes: 1, media: media as never });
        await store.add(tx, { id, ownerId: randomUUID(), title: 'x', sha256, fileName: 'x', jobId: randomUUID(), codec: 'flac' }, []);
        if (isAnalyzed) await RecordingStore.fillTracks(tx, sha256);
      };
      await Promise.all([database.transaction(save), database.transaction(add)]);
      expect(await queryRows(database.source, 'SELECT ready, bpm FROM audio.track WHERE id = $1', [id])).toEqual([
        { ready: true, bpm: 120 },
      ]);
    }
  });
});

describe('corrections by hand', () => {
  const none: TrackCorrections = { bpm: null, bpmMin: null, bpmMax: null, key: null, mode: null, beatGrid: null };
  const owner = randomUUID();

  async function addTrack(sha256: string): Promise<TrackRow> {
    const id = randomUUID();
    await database.transaction(async (tx) => {
      await RecordingStore.remember(tx, { sha256, sizeBytes: 1, media: media as never });
      await store.add(tx, { id, ownerId: owner, title: 'x', sha256, fileName: 'x', jobId: randomUUID(), codec: 'flac' }, []);
    });
    return read(id);
  }
  const read = async (id: string) => (await store.find(id, owner))!;
  const analyse = (sha256: string, bpm: number) =>
    database.transaction((tx) => RecordingStore.save(tx, sha256, { analysis: analysis(bpm), waveform: {} as never }));

  it('hold for values, filters and sorts, before and after the analysis, and can be taken back', async () => {
    const track = await addTrack('d'.repeat(64));
    expect(await store.correct(track, { ...none, bpm: 170, key: 'C', mode: 'major' }, 1)).toBe(true);
    expect(await read(track.id)).toMatchObject({ bpm: 170, key: 'C', mode: 'major', revision: 2, ready: false });
    await analyse(track.sha256, 85);
    expect(await read(track.id)).toMatchObject({ bpm: 170, key: 'C', mode: 'major', revision: 2, ready: true });
    const found = async (request: z.input<typeof listTracks.request>) => (await list(request, owner)).items.length;
    expect([await found({ bpmMin: 169, key: 'C' }), await found({ bpmMax: 100 })]).toEqual([1, 0]);
    await expect(store.correct(track, null, 1)).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(await store.correct(track, null, 2)).toBe(true);
    expect(await read(track.id)).toMatchObject({ bpm: 85, key: 'F#', mode: 'minor', corrections: null, revision: 3 });
    await store.correct(track, { ...none, bpmMin: 150, bpmMax: 200 }, undefined);
    expect(await read(track.id)).toMatchObject({ bpm: 170, key: 'F#' });
  });

  it('hold whichever of analysis and correction is first, and of two based on one revision one is refused', async () => {
    for (let round = 0; round < 5; round++) {
      const track = await addTrack(round.toString(16).padStart(64, 'e'));
      const corrected = [171, 172].map((bpm) => store.correct(track, { ...none, bpm }, 1).catch((error: Failure) => error.code));
      const [first, second] = await Promise.all([...corrected, analyse(track.sha256, 85)]);
      expect([first, second]).toEqual(first === true ? [true, 'precondition-failed'] : ['precondition-failed', true]);
      expect(await read(track.id)).toMatchObject({ bpm: first === true ? 171 : 172, key: 'F#', ready: true });
    }
  });

  it("are nobody else's to make", async () => {
    const track = Object.assign(await addTrack('9'.repeat(64)), { ownerId: randomUUID() });
    expect(await store.correct(track, { ...none, bpm: 100 }, undefined)).toBe(false);
  });
});

describe('a range of tempi', () => {
  it('also holds an octave lower and higher where it is asked for', async () => {
    const owner = randomUUID();
    await database.source.query(
      `INSERT INTO audio.track (id, owner_id, sha256, file_name, job_id, title, search_text, codec, bpm)
       SELECT gen_random_uuid(), $1, repeat('a', 64), 'x', gen_random_uuid(), 'x', 'x', 'flac', bpm FROM unnest(ARRAY[60, 85, 87.5, 120, 174, 348]) AS bpm`,
      [owner],
    );
    const tempi = async (request: z.input<typeof listTracks.request>) =>
      (await list({ ...request, sort: 'bpm' }, owner)).items.map(({ bpm }) => bpm);
    expect(await tempi({ bpmMin: 170, bpmMax: 176 })).toEqual([174]);
    expect(await tempi({ bpmMin: 170, bpmMax: 176, bpmOctaves: true })).toEqual([85, 87.5, 174, 348]);
    expect(await tempi({ bpmMin: 170, bpmOctaves: true })).toEqual([85, 87.5, 120, 174, 348]);
  });
});

describe('a list over 100,000 tracks of 50 owners', () => {
  beforeAll(async () => {
    await fillTables(
      database.source,
      `INSERT INTO audio.track (id, owner_id, sha256, file_name, job_id, title, search_text, codec, ready, duration_seconds, bpm, key, mode,
         loudness_lufs, created_at, tags, metadata, external_id)
       SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 50)::text, 12, '0'))::uuid, repeat('a', 64), 'file.wav', gen_random_uuid(),
         'Song ' || i, 'song ' || i || chr(10) || 'file.wav', CASE WHEN i % 3 = 0 THEN 'mp3' ELSE 'flac' END, i % 40 <> 7, 60 + (i * 7919) % 600,
         CASE WHEN i % 10 = 0 THEN NULL ELSE 60 + (i * 4729) % 12000 / 100.0 END, (ARRAY['C','D','E','F#'])[1 + i % 4], 'minor', -(i % 300) / 10.0,
         now() - i * interval '1 second', ARRAY['tag' || i % 100], jsonb_build_object('project', 'p' || i % 100), 'id-' || i
       FROM generate_series(1, 100000) AS i`,
    );
    await database.source.query('VACUUM ANALYZE audio.track');
  }, 120_000);

  const { sort } = trackList.request.shape;
  const sorts = sort.unwrap() as unknown as z.ZodEnum;

  it.each<z.input<typeof listTracks.request>>([
    ...sorts.options.map((name) => ({ sort: String(name) })),
    ...[
      { bpmMin: 120, bpmMax: 121 },
      { bpmMin: 170, bpmMax: 171, bpmOctaves: true },
      { durationSecondsMin: 100, durationSecondsMax: 110 },
      { loudnessLufsMin: -9, loudnessLufsMax: -8 },
    ],
    ...[
      { key: 'F#' as const },
      { mode: 'minor' as const },
      { harmonicWith: '11A' as const },
      { codec: 'mp3' },
      { q: 'song 777' },
      { sort: 'bpm', key: 'C' as const, bpmMin: 100 },
    ],
    ...(['ready', 'processing', 'failed'] as const).map((state) => ({ state })),
    ...[{ tag: ['tag7'] }, { metadata: { project: 'p7' } }, { externalId: 'id-7' }],
  ])('reads an index of the owner: %j', async (request) => {
    const { nextCursor } = await list({ ...request, limit: 5 });
    const plans = await queryPlans(database.source, () => list({ ...request, limit: 5, ...(nextCursor ? { cursor: nextCursor } : {}) }));
    expect(plans).toMatch(/Index Cond: .*owner_id = /);
    expect(plans).not.toMatch(/Seq Scan on track/);
  });

  it.each(sorts.options.map(String))('sorts by %s in the order of an index', async (name) => {
    expect(await queryPlans(database.source, () => list({ sort: name, limit: 5 }))).not.toMatch(/Sort Key/);
  });
});
