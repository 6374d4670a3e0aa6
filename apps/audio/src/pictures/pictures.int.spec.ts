/** Pictures of recordings on a real PostgreSQL: kept once, bounded, let go of with the recording. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, jobsMigrations, Log, usageMigrations } from '#platform';
import { blobsMigrations, queryRows } from '#storage';
import { type TestDatabase, testDatabase } from '#testing';
import { audioMigrations } from '../audio.migrations.ts';
import { Recording, RecordingStore } from '../recordings/recording.store.ts';
import { TrackRow } from '../tracks/track.store.ts';
import { PictureStore, picturesAtMost } from './picture.store.ts';

let testing: TestDatabase;
let database: Database;
let store: PictureStore;

beforeAll(async () => {
  testing = await testDatabase('pictures');
  const options = { url: testing.url, schema: 'audio', applicationName: 'audio', poolSize: 4, entities: [Recording, TrackRow] };
  const migrations = [blobsMigrations, usageMigrations, jobsMigrations, audioMigrations];
  database = new Database(() => ({ ...options, migrations }), Log.open({ service: 'audio', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
  store = new PictureStore(database);
}, 60_000);
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

const hex = (digit: string) => digit.repeat(64);
const picture = (name: string, sha256: string) => ({ name, sha256, sizeBytes: 10, contentType: 'image/png' });
const remember = (sha256: string) =>
  database.transaction((tx) => RecordingStore.remember(tx, { sha256, sizeBytes: 1, media: { codec: 'flac', tags: {} } as never }));
const forget = (sha256: string) => database.transaction((tx) => RecordingStore.forgetUnused(tx, sha256));
const held = async (sha256: string) =>
  (await queryRows(database.source, 'SELECT 1 FROM blobs.reference WHERE sha256 = $1', [sha256])).length;

describe('pictures of a recording', () => {
  it('hold their bytes, also those of another recording with the same cover, until it is forgotten', async () => {
    await Promise.all([remember(hex('a')), remember(hex('b'))]);
    for (const source of [hex('a'), hex('b')]) expect(await store.add(source, picture('cover', hex('1')))).toBe(true);
    expect([await held(hex('1')), await store.find(hex('a'), 'cover')]).toEqual([2, picture('cover', hex('1'))]);
    await forget(hex('a'));
    expect([await held(hex('1')), await store.find(hex('a'), 'cover')]).toEqual([1, undefined]);
    await forget(hex('b'));
    expect([await held(hex('1')), await held(hex('b'))]).toEqual([0, 0]);
  });

  it('stay while a track holds the recording, and are not kept after it', async () => {
    await remember(hex('c'));
    await queryRows(
      database.source,
      `INSERT INTO audio.track (id, owner_id, sha256, file_name, job_id, title, search_text, codec) VALUES ($1, $1, $2, 'x', $1, 'x', 'x', 'flac')`,
      [randomUUID(), hex('c')],
    );
    await store.add(hex('c'), picture('cover', hex('2')));
    await forget(hex('c'));
    expect(await held(hex('2'))).toBe(1);
    expect(await store.add(hex('d'), picture('cover', hex('3')))).toBe(false);
    expect(await held(hex('3'))).toBe(0);
  });

  it(`are ${picturesAtMost} at most; those that go let their bytes go`, async () => {
    await remember(hex('e'));
    const names = Array.from({ length: picturesAtMost + 3 }, (_, at) => at.toString(16).padStart(64, '4'));
    for (const sha256 of names) await store.add(hex('e'), picture(`spectrogram ${sha256}`, sha256));
    expect(await Promise.all(names.map(held))).toEqual([0, 0, 0, ...names.slice(3).map(() => 1)]);
  });

  it('are one where two are made at the same time, and none where the recording is forgotten meanwhile', async () => {
    await remember(hex('f'));
    await Promise.all(['5', '6'].map((digit) => store.add(hex('f'), picture('cover', hex(digit)))));
    const kept = await store.find(hex('f'), 'cover');
    expect([await held(hex('5')), await held(hex('6'))]).toEqual(kept?.sha256 === hex('5') ? [1, 0] : [0, 1]);
    const [isThere] = await Promise.all([store.add(hex('f'), picture('spectrogram 1x1', hex('7'))), forget(hex('f'))]);
    expect([typeof isThere, await held(hex('7')), await held(kept!.sha256)]).toEqual(['boolean', 0, 0]);
  });
});
