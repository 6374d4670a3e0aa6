/** Look-ups over 100,000 tracks of 20,000 recordings on a real PostgreSQL: copies by common items, similar tracks by tempo, of one owner only. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, jobsMigrations, Log, usageMigrations } from '#platform';
import { blobsMigrations, queryRows } from '#storage';
import { queryPlans, type TestDatabase, testDatabase } from '#testing';
import { audioMigrations } from '../audio.migrations.ts';
import { Recording } from '../recordings/recording.store.ts';
import { TrackRow } from '../tracks/track.store.ts';
import { FeatureStore } from './features.store.ts';
import { hashesOf } from './fingerprint.ts';

let testing: TestDatabase;
let database: Database;
let store: FeatureStore;
const ana = '00000000-0000-4000-8000-000000000007';
const fingerprint = Uint32Array.from({ length: 400 }, (_, at) => Math.imul((at + 1) * 7_919, 40_503) ^ Math.imul(at + 17, 2_246_822_519));

beforeAll(async () => {
  testing = await testDatabase('features');
  const options = { url: testing.url, schema: 'audio', applicationName: 'audio', poolSize: 4, entities: [Recording, TrackRow] };
  const migrations = [blobsMigrations, usageMigrations, jobsMigrations, audioMigrations];
  database = new Database(() => ({ ...options, migrations }), Log.open({ service: 'audio', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
  store = new FeatureStore(database);
  const run = (sql: string) => database.source.query(sql);
  await run(
    `INSERT INTO audio.recording (sha256, size_bytes, media) SELECT lpad(to_hex(i), 64, '0'), 1, '{}' FROM generate_series(0, 19999) AS i`,
  );
  await run(`INSERT INTO audio.features (sha256, hashes, timbre)
    SELECT lpad(to_hex(i), 64, '0'), ARRAY[hashint4(i), hashint4(-i), hashint4(i + 200000)], ARRAY[i % 7, i % 5]::real[] FROM generate_series(0, 19999) AS i`);
  for (const part of [0, 1, 2, 3, 4, 5, 6, 7])
    await run(`
    INSERT INTO audio.track (id, owner_id, sha256, file_name, job_id, title, search_text, codec, ready, bpm, key, mode)
    SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 20)::text, 12, '0'))::uuid, lpad(to_hex(i % 20000), 64, '0'), 'x', gen_random_uuid(), 'x', 'x',
      'flac', true, CASE WHEN i % 7 = 3 THEN NULL ELSE 60 + (i * 4729) % 12000 / 100.0 END, 'A', 'minor' FROM generate_series(1 + ${part} * 12500, 12500 + ${part} * 12500) AS i`);
  for (const table of ['track', 'features', 'recording']) await run(`VACUUM ANALYZE audio.${table}`);
}, 180_000);
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

/** A track of each owner that has the fingerprint. */
async function addCopy(ownerId: string, digit: string): Promise<{ trackId: string; sha256: string }> {
  const [trackId, sha256] = [randomUUID(), digit.repeat(64)];
  await queryRows(database.source, `INSERT INTO audio.recording (sha256, size_bytes, media) VALUES ($1, 1, '{}') ON CONFLICT DO NOTHING`, [
    sha256,
  ]);
  await store.save(sha256, { fingerprint });
  await queryRows(
    database.source,
    `INSERT INTO audio.track (id, owner_id, sha256, file_name, job_id, title, search_text, codec, ready) VALUES ($1, $2, $3, 'x', $1, 'x', 'x', 'flac', true)`,
    [trackId, ownerId, sha256],
  );
  return { trackId, sha256 };
}

describe('copies among 100,000 tracks', () => {
  it('are the tracks of the owner with items in common or the same bytes, by an index', async () => {
    const own = await addCopy(ana, 'a');
    const [copy, same] = [await addCopy(ana, 'b'), await addCopy(ana, 'a')];
    await addCopy(randomUUID(), 'b');
    const find = () => store.copyCandidates(ana, own, fingerprint);
    expect((await find()).map(({ trackId }) => trackId)).toEqual([same.trackId, copy.trackId]);
    expect((await find())[1]?.fingerprint).toEqual(fingerprint);
    expect(hashesOf(fingerprint).length).toBeGreaterThan(20);
    const plans = await queryPlans(database.source, find);
    expect(plans).toMatch(/features_hashes/);
    expect(plans).not.toMatch(/Seq Scan on (track|features)/);
  });

  it('keep what was known when only one feature is new', async () => {
    const { sha256 } = await addCopy(ana, 'c');
    await store.save(sha256, { timbre: [1, 2] });
    expect(await store.find(sha256)).toEqual({ fingerprint, timbre: [1, 2] });
  });
});

describe('similar tracks among 100,000', () => {
  it.each([[120], [null]])('are next to a tempo of %p, by an index of the owner', async (bpm) => {
    const find = () => store.similarCandidates(ana, randomUUID(), bpm);
    const found = await find();
    expect(found.length).toBeGreaterThan(300);
    expect(found.length).toBeLessThanOrEqual(1_200);
    expect(found.every((each) => (bpm === null) === (each.bpm === null))).toBe(true);
    if (bpm !== null) expect(Math.min(...found.map((each) => Math.abs(each.bpm! - bpm)))).toBeLessThan(0.5);
    expect(found[0]?.timbre).toHaveLength(2);
    expect(await queryPlans(database.source, find)).not.toMatch(/Seq Scan on (track|features)/);
  });
});
