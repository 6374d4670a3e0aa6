import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from '#contracts';
import { queryRows } from '#storage';
import { freeze, type ManagedServer, startNats, startPostgres, until } from '#testing';
import { type Copy, ended, enqueueGreeting, greet, openCopy, ownerId, reached } from './fixtures/job-fixture.ts';
import type { JobHandler } from './job-run.ts';
import { jobsStream } from './streams.ts';

let postgres: ManagedServer;
let nats: ManagedServer;
let natsDir: string;
let children: ChildProcess[] = [];
let copies: Copy[] = [];

beforeEach(async () => {
  natsDir = await mkdtemp(join(tmpdir(), 'rafaga-jobs-nats-'));
  [postgres, nats] = await Promise.all([startPostgres(), startNats({ dataDir: natsDir, skipFsync: true })]);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(copies.map((copy) => copy.close(200)));
  [children, copies] = [[], []];
  await Promise.all([postgres.stop(), nats.stop()]);
  await rm(natsDir, { recursive: true, force: true });
});

const workMs = 1_000;
/** Long enough to be caught in the middle of, however late we notice. */
const caughtMs = 5_000;
const half = 25;
const patienceMs = 45_000;

async function localCopy(handler?: JobHandler<typeof greet>): Promise<Copy> {
  const copy = await openCopy(postgres.url, nats.url);
  await copy.source.query('CREATE TABLE IF NOT EXISTS greeting (job_id uuid NOT NULL, pid int NOT NULL)');
  if (handler) copy.engine.handle(greet, handler, { concurrency: half });
  copy.engine.start();
  copies.push(copy);
  return copy;
}

const here: JobHandler<typeof greet> = async ({ name }, run) => {
  await delay(50, undefined, { signal: run.signal });
  return run.complete({ greeting: name }, (tx) => tx.query('INSERT INTO greeting (job_id, pid) VALUES ($1, $2)', [run.jobId, process.pid]));
};

function workerProcess(takesMs = workMs): ChildProcess {
  const script = fileURLToPath(new URL('fixtures/worker-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', script, postgres.url, nats.url, String(takesMs)], { stdio: 'inherit' });
  children.push(child);
  return child;
}

const enqueueMany = (copy: Copy, count: number): Promise<Job[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => enqueueGreeting(copy, `n${i}`)));
const allEnded = (copy: Copy, jobs: readonly Job[]) => Promise.all(jobs.map(({ id }) => ended(copy, id)));
const someRun = (copy: Copy, jobs: readonly Job[]) => Promise.any(jobs.map(({ id }) => reached(copy, id, ({ percent }) => percent >= 10)));

/** Every job succeeded and wrote its row once; nothing is left running, queued or unsaid. */
async function expectOnce(copy: Copy, jobs: readonly Job[]): Promise<void> {
  const done = await allEnded(copy, jobs);
  expect(done.filter(({ state }) => state !== 'succeeded')).toEqual([]);
  const [found] = await queryRows(copy.source, 'SELECT count(*)::int AS rows, count(DISTINCT job_id)::int AS jobs FROM greeting');
  expect(found).toEqual({ rows: jobs.length, jobs: jobs.length });
  expect(await queryRows(copy.source, `SELECT id FROM jobs.job WHERE state IN ('queued', 'running')`)).toEqual([]);
}

describe('50 jobs in flight survive', () => {
  it('kill -9 of the worker that runs half of them', async () => {
    const copy = await localCopy();
    workerProcess(caughtMs);
    const jobs = await enqueueMany(copy, 50);
    await someRun(copy, jobs);
    children[0]!.kill('SIGKILL');
    await localCopy(here);
    await expectOnce(copy, jobs);
    const [{ most } = { most: 0 }] = await queryRows<{ most: number }>(copy.source, 'SELECT max(attempts) AS most FROM jobs.job');
    expect(most).toBe(2);
  });

  it('a worker frozen past its lease, which wakes up and wants to write', async () => {
    const copy = await localCopy();
    const frozen = workerProcess(caughtMs);
    const jobs = await enqueueMany(copy, 50);
    await someRun(copy, jobs);
    const thaw = freeze({ pid: frozen.pid! });
    await localCopy(here);
    await allEnded(copy, jobs);
    thaw();
    frozen.kill('SIGTERM');
    await once(frozen, 'exit');
    await expectOnce(copy, jobs);
    expect(await queryRows(copy.source, 'SELECT DISTINCT pid FROM greeting')).toEqual([{ pid: process.pid }]);
  });

  it('SIGTERM of their worker: it finishes what fits in its grace and hands over the rest without counting an attempt', async () => {
    const copy = await localCopy();
    const leaving = workerProcess();
    const jobs = await enqueueMany(copy, 50);
    await someRun(copy, jobs);
    leaving.kill('SIGTERM');
    const [code] = (await once(leaving, 'exit')) as [number];
    expect(code).toBe(0);
    expect(await queryRows(copy.source, `SELECT id FROM jobs.job WHERE state = 'running'`)).toEqual([]);
    await localCopy(here);
    await expectOnce(copy, jobs);
    expect(await queryRows(copy.source, 'SELECT DISTINCT attempts FROM jobs.job')).toEqual([{ attempts: 1 }]);
  });

  it('a restart of NATS with its data', async () => {
    const copy = await localCopy(here);
    const jobs = await enqueueMany(copy, 50);
    await nats.kill();
    jobs.push(...(await enqueueMany(copy, 10)));
    await nats.restart();
    await expectOnce(copy, jobs);
  });

  it('a restart of NATS that has lost everything', async () => {
    const copy = await localCopy();
    const jobs = await enqueueMany(copy, 50);
    expect(await until(async () => (await queryRows(copy.source, 'SELECT 1 FROM jobs.outbox')).length === 0, patienceMs)).toBe(true);
    await nats.kill();
    await rm(join(natsDir, 'jetstream'), { recursive: true });
    await nats.restart();
    await localCopy(here);
    await expectOnce(copy, jobs);
  });

  it('the loss of the stream while workers wait for more', async () => {
    const copy = await localCopy(here);
    await allEnded(copy, await enqueueMany(copy, 1));
    const { jetstreamManager } = await import('@nats-io/jetstream');
    await (await jetstreamManager(copy.nats)).streams.delete(jobsStream);
    const jobs = await enqueueMany(copy, 50);
    const done = await allEnded(copy, jobs);
    expect(done.every(({ state }) => state === 'succeeded')).toBe(true);
  });

  it('a restart of PostgreSQL, away when their results want to be written', async () => {
    const allRun = Promise.withResolvers<void>();
    const away = Promise.withResolvers<void>();
    let running = 0;
    const copy = await localCopy(async (input, run) => {
      if (++running === half) allRun.resolve();
      await away.promise;
      return run.complete({ greeting: input.name }, (tx) =>
        tx.query('INSERT INTO greeting (job_id, pid) VALUES ($1, $2)', [run.jobId, process.pid]),
      );
    });
    const jobs = await enqueueMany(copy, 50);
    await allRun.promise;
    await postgres.kill();
    away.resolve();
    await expect(copy.engine.store.list(ownerId, { limit: 1 })).rejects.toMatchObject({ code: 'service-unavailable' });
    await postgres.restart();
    expect(
      await until(async () => (await queryRows(copy.source, 'SELECT id FROM jobs.job WHERE ended_at IS NULL')).length === 0, patienceMs),
    ).toBe(true);
    await expectOnce(copy, jobs);
    expect(await queryRows(copy.source, 'SELECT DISTINCT attempts FROM jobs.job')).toEqual([{ attempts: 1 }]);
  });

  it('kill -9 of the only process that could have published them', async () => {
    const idle = await openCopy(postgres.url, nats.url);
    await idle.source.query('CREATE TABLE IF NOT EXISTS greeting (job_id uuid NOT NULL, pid int NOT NULL)');
    const jobs = await enqueueMany(idle, 50); // its engine never started: they were committed and nothing more
    await expectOnce(await localCopy(here), jobs);
    await idle.close();
  });
});
