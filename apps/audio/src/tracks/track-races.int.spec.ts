/** What meets at tracks at the same time: a second connection holds one of the two back, and lets it go on once it waits. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, JobStore, jobsMigrations, Log, openCall, runInCall, usageMigrations } from '#platform';
import { blobsMigrations, queryRows } from '#storage';
import { Blocker, type TestDatabase, testDatabase } from '#testing';
import { audioMigrations } from '../audio.migrations.ts';
import type { AudioCache } from '../audio-cache.ts';
import type { RecordingService } from '../recordings/recording.service.ts';
import { Recording, RecordingStore } from '../recordings/recording.store.ts';
import { FeatureStore } from '../similarity/features.store.ts';
import { TrackStreamStore } from '../streams/track-stream.store.ts';
import { TrackService } from './track.service.ts';
import { TrackRow, TrackStore } from './track.store.ts';

const media = { container: 'flac', codec: 'flac', durationSeconds: 181, tags: {} };

let testing: TestDatabase;
let database: Database;
let jobs: JobStore;
let tracks: TrackService;
beforeAll(async () => {
  testing = await testDatabase('track_races');
  const postgres = {
    ...{ url: testing.url, schema: 'audio', applicationName: 'audio', poolSize: 6, entities: [Recording, TrackRow] },
    migrations: [blobsMigrations, usageMigrations, jobsMigrations, audioMigrations],
  };
  database = new Database(() => postgres, Log.open({ service: 'audio', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
  jobs = new JobStore(database, () => undefined);
  const cache = { wrap: (_: string, __: string, load: () => unknown) => load(), delete: async () => undefined } as unknown as AudioCache;
  const identify = async (sha256: string) => ({ sha256, sizeBytes: 1_000, media, analysis: null });
  tracks = new TrackService(database, new TrackStore(database), { identify } as unknown as RecordingService, jobs, cache);
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

async function addTrack(sha256 = newSha256(), own: { readonly id?: string } = {}) {
  const ownerId = randomUUID();
  const { id } = await as(ownerId, () => tracks.create({ blobSha256: sha256, sizeBytes: 1_000, fileName: 'a.flac', ...own }));
  const [{ jobId } = { jobId: '' }] = await rows<{ jobId: string }>('SELECT job_id AS "jobId" FROM audio.track WHERE id = $1', [id]);
  return { id, ownerId, sha256, jobId };
}

describe('a deletion of a track that is refused', () => {
  it('because its owner has changed the track meanwhile leaves its job', async () => {
    const { id, ownerId, jobId } = await addTrack();
    await using change = await Blocker.open(database.source);
    await change.query('UPDATE audio.track SET revision = revision + 1 WHERE id = $1', [id]);
    const removed = Promise.allSettled([as(ownerId, () => tracks.remove(id, 1))]);
    await change.blocks();
    await change.commit();
    expect(await removed).toMatchObject([{ status: 'rejected', reason: { code: 'precondition-failed' } }]);
    expect(await jobs.get(jobId, ownerId)).toMatchObject({ state: 'queued' });
    await as(ownerId, () => tracks.remove(id));
    expect(await jobs.get(jobId, ownerId)).toMatchObject({ state: 'cancelled' });
  });
});

describe('a fingerprint', () => {
  it('of a recording whose last track is deleted meanwhile is not kept', async () => {
    const { id, sha256 } = await addTrack();
    await using deletion = await Blocker.open(database.source);
    await deletion.query('DELETE FROM audio.track WHERE id = $1', [id]);
    await deletion.query('DELETE FROM audio.recording WHERE sha256 = $1', [sha256]);
    const saved = new FeatureStore(database).save(sha256, { fingerprint: Uint32Array.of(1, 2, 3) });
    await deletion.blocks();
    await deletion.commit();
    expect([await saved, await rows('SELECT 1 FROM audio.features WHERE sha256 = $1', [sha256])]).toEqual([undefined, []]);
  });
});

describe('a recording that is known', () => {
  it('is remembered without a lock that waits for whoever refers to it', async () => {
    const { sha256 } = await addTrack();
    await using other = await Blocker.open(database.source);
    await database.transaction(async (tx) => {
      await RecordingStore.remember(tx, { sha256, sizeBytes: 1_000, media: media as never });
      await other.query('SELECT 1 FROM audio.recording WHERE sha256 = $1 FOR KEY SHARE NOWAIT', [sha256]);
    });
  });
});

describe('tracks with the same bytes', () => {
  it('are locked by the end of their analysis in the order in which playlists lock them', async () => {
    const sha256 = newSha256();
    const [first, last] = [randomUUID(), randomUUID()].sort() as [string, string];
    for (const id of [last, first]) await addTrack(sha256, { id }); // rows are found in the order in which they were written
    await rows(`INSERT INTO audio.playlist (id, owner_id, title, search_text, duration_seconds) VALUES ($1, $1, '', '', 362)`, [first]);
    await rows('INSERT INTO audio.playlist_item (playlist_id, track_id, rank) SELECT $1, id, 1 FROM audio.track WHERE sha256 = $2', [
      first,
      sha256,
    ]);
    await using playlist = await Blocker.open(database.source);
    await playlist.query('SELECT 1 FROM audio.track WHERE id = $1 FOR SHARE', [first]);
    const found = { analysis: { durationSeconds: 180, bpm: 120, key: 'C', mode: 'major', loudnessLufs: -14 }, waveform: {} } as never;
    const saved = database.transaction((tx) => RecordingStore.save(tx, sha256, found));
    await playlist.blocks();
    await playlist.query('SELECT 1 FROM audio.track WHERE id = $1 FOR SHARE NOWAIT', [last]);
    await playlist.commit();
    await saved;
    expect(await rows('SELECT bpm FROM audio.track WHERE sha256 = $1', [sha256])).toEqual([{ bpm: 120 }, { bpm: 120 }]);
    expect(await rows('SELECT duration_seconds AS seconds FROM audio.playlist WHERE id = $1', [first])).toEqual([{ seconds: 360 }]);
  });
});

describe('a stream', () => {
  it('that is begun anew while two deletions of the one before meet stays', async () => {
    const { id: trackId, ownerId, sha256 } = await addTrack();
    const refer = `WITH begun AS (INSERT INTO audio.stream (source_sha256, version) VALUES ($1, 1) RETURNING id)
      INSERT INTO audio.track_stream (track_id, owner_id, stream_id, job_id) SELECT $2, $3, id, $2 FROM begun`;
    await rows(refer, [sha256, trackId, ownerId]);
    await using other = await Blocker.open(database.source);
    await other.query('SELECT 1 FROM audio.stream WHERE source_sha256 = $1 FOR UPDATE', [sha256]);
    const removed = database.transaction((tx) => TrackStreamStore.remove(tx, { trackId, ownerId }));
    await other.blocks();
    await other.query('DELETE FROM audio.track_stream WHERE track_id = $1', [trackId]);
    await other.query('DELETE FROM audio.stream WHERE source_sha256 = $1', [sha256]);
    await other.query(refer, [sha256, trackId, ownerId]);
    await other.commit();
    expect([await removed, await rows('SELECT 1 AS there FROM audio.track_stream WHERE track_id = $1', [trackId])]).toEqual([
      undefined,
      [{ there: 1 }],
    ]);
    await as(ownerId, () => tracks.remove(trackId));
    expect(await rows('SELECT 1 FROM audio.stream WHERE source_sha256 = $1', [sha256])).toEqual([]);
  });
});
