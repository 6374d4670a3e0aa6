/** Fifty recordings that are analysed while something breaks, and what must be true of them afterwards. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { BlobSweeper, openBlobStore, openPostgres } from '#storage';
import { until } from '#testing';
import { query } from '../../test-e2e/support/house.ts';
import { clicks } from '../../test-e2e/support/sounds.ts';
import type { World } from './world.ts';

export interface Accepted {
  readonly jobId: string;
  readonly trackId: string;
  readonly sha256: string;
}

let seed = 1;
const patienceMs = 150_000;

/** A recording of a few seconds that nobody has sent before. */
export const recording = (seconds = 2.5): Buffer => clicks(100 + (seed % 60), seconds, seed++, 11_025);

/** Sends `count` recordings, six at a time. @returns those that were answered 202 */
export async function uploadMany({ ana }: World, count = 50): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  let left = count;
  const sender = async () => {
    while (left-- > 0) {
      const { status, body } = await ana.upload(recording()).catch(() => ({ status: 0, body: undefined })); // the gateway was killed
      if (status === 202) accepted.push({ jobId: body.job.id, trackId: body.track.id, sha256: body.track.sha256 });
    }
  };
  await Promise.all(Array.from({ length: 6 }, sender));
  return accepted;
}

/** With ffmpeg held: fifty accepted, and as many in its hands as fit. */
export async function fiftyInFlight(world: World): Promise<Accepted[]> {
  world.ffmpeg.hold();
  const accepted = await uploadMany(world);
  expect(accepted).toHaveLength(50);
  expect(await until(async () => (await running(world)) >= 6, 30_000)).toBe(true);
  return accepted;
}

export async function running(world: World): Promise<number> {
  const rows = await query<{ id: string }>(world.postgres.url, `SELECT id FROM jobs.job WHERE state = 'running'`);
  return rows.length;
}

/** Every accepted job ended with its one result, nothing runs or waits, and after a sweep every file belongs to a row and every row has its file. */
export async function expectAllWell(world: World, accepted: readonly Accepted[], attempts?: number): Promise<void> {
  const open = () => query(world.postgres.url, `SELECT id, state, attempts FROM jobs.job WHERE state IN ('queued', 'running')`);
  await until(async () => (await open().catch(() => [0])).length === 0, patienceMs, 250);
  expect(await open()).toEqual([]);
  const ids = accepted.map(({ jobId }) => jobId);
  const jobs = await query<{ state: string; attempts: number; ends: number }>(
    world.postgres.url,
    `SELECT state, attempts, (SELECT count(*)::int FROM jobs.job_event e WHERE e.job_id = j.id AND e.body->>'endedAt' IS NOT NULL) AS ends
     FROM jobs.job j WHERE id = ANY($1)`,
    [ids],
  );
  expect(jobs.filter(({ state }) => state !== 'succeeded')).toEqual([]);
  expect(jobs).toHaveLength(accepted.length);
  expect(jobs.every(({ ends }) => ends === 1)).toBe(true);
  if (attempts !== undefined) expect(Math.max(...jobs.map((job) => job.attempts))).toBe(attempts);
  await expectResults(world, accepted);
  await expectNoOrphans(world);
}

async function expectResults(world: World, accepted: readonly Accepted[]): Promise<void> {
  const measured = await query<{ id: string }>(
    world.postgres.url,
    'SELECT t.id FROM audio.track t JOIN audio.recording r USING (sha256) WHERE t.id = ANY($1) AND r.analysis IS NOT NULL',
    [accepted.map(({ trackId }) => trackId)],
  );
  expect(measured).toHaveLength(accepted.length);
}

async function expectNoOrphans(world: World): Promise<void> {
  const source = await openPostgres({
    url: world.postgres.url,
    schema: 'blobs',
    applicationName: 'sweep',
    poolSize: 2,
    entities: [],
    migrations: [],
  });
  const store = await openBlobStore(`file://${world.blobs}`);
  await until(async () => (await new BlobSweeper({ store, graceMs: 0, everyMs: 0 }).sweepWhenDue(source)) !== undefined, 10_000);
  await source.destroy();
  const rows = await query<{ sha256: string }>(world.postgres.url, 'SELECT sha256 FROM audio.recording');
  expect(filesIn(world.blobs)).toEqual(rows.map(({ sha256 }) => sha256).sort());
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

/** Makes room for the next test. */
export async function forgetAll(world: World): Promise<void> {
  await query(world.postgres.url, 'DELETE FROM jobs.job');
  await query(world.postgres.url, 'TRUNCATE audio.track, audio.recording');
  await query(world.postgres.url, 'TRUNCATE blobs.reference');
  await expectNoOrphans(world);
}

export const incomingOf = ({ blobs }: World): string[] => readdirSync(join(blobs, 'incoming'));
