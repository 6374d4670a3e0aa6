/** In which order renditions lock what they share: encodings first, the quota of their owner last. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ManagedServer, startNats, until } from '#testing';
import { x264 } from '../encoders/video-encoders.ts';
import { presets } from './presets.ts';
import { asOwner, openRenditions, type RenditionFixture } from './testing/rendition-fixture.ts';

let nats: ManagedServer;
let folder: string;
let fixture: RenditionFixture;
beforeAll(async () => {
  nats = await startNats();
  folder = await mkdtemp(join(tmpdir(), 'rafaga-rendition-locks-'));
  fixture = await openRenditions(nats.url, folder, { best: async () => x264, demote: async () => undefined });
}, 60_000);
afterAll(async () => {
  await fixture?.close();
  await nats?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe('a ladder', () => {
  it('locks the encodings of all its presets before it reserves', async () => {
    const path = join(folder, 'silent.mp4');
    const bytes = randomBytes(16);
    await writeFile(path, bytes);
    const { ownerId, videoId } = await fixture.own(path, { displayWidthPx: 640, displayHeightPx: 480, hasAudio: false });
    await fixture.rows(`INSERT INTO usage.quota (owner_id, meter, amount) VALUES ($1, 'videoMinutes', 0.5)`, [ownerId]); // two of 12 s
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await fixture.rows(
      `INSERT INTO video.encoding (id, source_sha256, preset, preset_version) VALUES (gen_random_uuid(), $1, 'web-240p', $2)`,
      [sha256, presets['web-240p'].version],
    );
    const runner = fixture.database.source.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.query('SELECT 1 FROM video.encoding WHERE source_sha256 = $1 FOR UPDATE', [sha256]);
      const asked = Promise.allSettled([asOwner(ownerId, () => fixture.renditions.createLadder({ videoId }))]);
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      expect(await until(async () => (await fixture.rows(waiting)).length > 0, 10_000)).toBeTruthy();
      const free = await runner.query(`SELECT pg_try_advisory_xact_lock(hashtext('usage'), hashtext($1)) AS "isFree"`, [ownerId]);
      expect(free).toEqual([{ isFree: true }]);
      await runner.commitTransaction();
      expect(await asked).toMatchObject([{ status: 'rejected', reason: { code: 'quota-exceeded' } }]);
    } finally {
      await runner.release();
    }
  });
});
