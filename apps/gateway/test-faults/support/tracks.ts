/** Uploads recordings, and checks the invariants of jobs, results and files after a fault. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { BlobSweeper, openBlobStore, openPostgres } from '#storage';
import { until } from '#testing';
import { clicks } from '../../test-e2e/support/audio-files.ts';
import { query } from '../../test-e2e/support/test-stack.ts';
import type { FaultTestStack } from './fault-test-stack.ts';

export interface Accepted {
  readonly jobId: string;
  readonly trackId: string;
  readonly sha256: string;
}

let seed = 1;
const timeoutMs = 150_000;

/** A new recording of a few seconds. */
export const recording = (seconds = 2.5): Buffer => clicks(100 + (seed % 60), seconds, seed++, 11_025);

/** Uploads `count` recordings, six at a time. @returns the accepted ones */
export async function uploadMany({ ana }: FaultTestStack, count = 50): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  let left = count;
  const sender = async () => {
    while (left-- > 0) {
      const { status, body } = await ana.upload(recording()).catch(() => ({ status: 0, body: undefined })); // the gateway was killed
      if (status === 202) accepted.push({ jobId: body.job.id, trackId: body.id, sha256: body.sha256 });
    }
  };
  await Promise.all(Array.from({ length: 6 }, sender));
  return accepted;
}

/** Blocks ffmpeg and uploads fifty recordings, so that the maximum number of jobs is running. */
export async function fiftyInFlight(stack: FaultTestStack): Promise<Accepted[]> {
  stack.ffmpeg.hold();
  const accepted = await uploadMany(stack);
  expect(accepted).toHaveLength(50);
  expect(await until(async () => (await running(stack)) >= 6, 30_000)).toBe(true);
  return accepted;
}

export async function running(stack: FaultTestStack): Promise<number> {
  const rows = await query<{ id: string }>(stack.postgres.url, `SELECT id FROM jobs.job WHERE state = 'running'`);
  return rows.length;
}

/** Expects that every accepted job has succeeded once, that no job is open, and that files and rows match after a sweep. */
export async function expectConsistentState(stack: FaultTestStack, accepted: readonly Accepted[], attempts?: number): Promise<void> {
  const open = () => query(stack.postgres.url, `SELECT id, state, attempts FROM jobs.job WHERE state IN ('queued', 'running')`);
  await until(async () => (await open().catch(() => [0])).length === 0, timeoutMs, 250);
  expect(await open()).toEqual([]);
  const ids = accepted.map(({ jobId }) => jobId);
  const jobs = await query<{ state: string; attempts: number; ends: number }>(
    stack.postgres.url,
    `SELECT state, attempts, (SELECT count(*)::int FROM jobs.job_event e WHERE e.job_id = j.id AND e.body->>'endedAt' IS NOT NULL) AS ends
     FROM jobs.job j WHERE id = ANY($1)`,
    [ids],
  );
  expect(jobs.filter(({ state }) => state !== 'succeeded')).toEqual([]);
  expect(jobs).toHaveLength(accepted.length);
  expect(jobs.every(({ ends }) => ends === 1)).toBe(true);
  if (attempts !== undefined) expect(Math.max(...jobs.map((job) => job.attempts))).toBe(attempts);
  await expectResults(stack, accepted);
  await expectNoOrphans(stack);
}

async function expectResults(stack: FaultTestStack, accepted: readonly Accepted[]): Promise<void> {
  const measured = await query<{ id: string }>(
    stack.postgres.url,
    'SELECT t.id FROM audio.track t JOIN audio.recording r USING (sha256) WHERE t.id = ANY($1) AND r.analysis IS NOT NULL',
    [accepted.map(({ trackId }) => trackId)],
  );
  expect(measured).toHaveLength(accepted.length);
}

async function expectNoOrphans(stack: FaultTestStack): Promise<void> {
  const source = await openPostgres({
    url: stack.postgres.url,
    schema: 'blobs',
    applicationName: 'sweep',
    poolSize: 2,
    entities: [],
    migrations: [],
  });
  const store = await openBlobStore(`file://${stack.blobs}`);
  await until(async () => (await new BlobSweeper({ store, graceMs: 0, everyMs: 0 }).sweepWhenDue(source)) !== undefined, 10_000);
  await source.destroy();
  const rows = await query<{ sha256: string }>(stack.postgres.url, 'SELECT sha256 FROM audio.recording');
  expect(filesIn(stack.blobs)).toEqual(rows.map(({ sha256 }) => sha256).sort());
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

/** Deletes all jobs, tracks and files. */
export async function deleteAll(stack: FaultTestStack): Promise<void> {
  await query(stack.postgres.url, 'DELETE FROM jobs.job');
  await query(stack.postgres.url, 'TRUNCATE audio.track, audio.recording CASCADE');
  await query(stack.postgres.url, 'TRUNCATE blobs.reference');
  await expectNoOrphans(stack);
}

export const incomingOf = ({ blobs }: FaultTestStack): string[] => readdirSync(join(blobs, 'incoming'));
