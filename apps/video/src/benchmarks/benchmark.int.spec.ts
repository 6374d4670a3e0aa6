/** Benchmarks as jobs on a real PostgreSQL, NATS and blob store. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Compute } from '#compute';
import { type Job, runVideoBenchmark } from '#contracts';
import { Database, erasureMigrations, JobEngine, jobsMigrations, Log, openCall } from '#platform';
import { type BlobStore, blobsMigrations, openFsBlobStore, queryRows } from '#storage';
import { type ManagedServer, startNats, type TestDatabase, testDatabase } from '#testing';
import { BenchmarkJob } from './benchmark.job.ts';

let nats: ManagedServer;
let testing: TestDatabase;
let folder: string;
let blobs: BlobStore;
let compute: Compute;
let connection: NatsConnection;
let database: Database;
let engine: JobEngine;

beforeAll(async () => {
  nats = await startNats();
  testing = await testDatabase('benchmarks');
  folder = await mkdtemp(join(tmpdir(), 'rafaga-benchmarks-'));
  blobs = await openFsBlobStore(folder);
  compute = new Compute({ threads: 1 });
  const log = Log.open({ service: 'video', instance: 'test', level: 'silent' });
  const migrations = [blobsMigrations, erasureMigrations, jobsMigrations];
  const postgres = { url: testing.url, schema: 'video', applicationName: 'video', poolSize: 4, entities: [], migrations };
  database = new Database(() => postgres, log);
  database.onModuleInit();
  await database.whenOpen();
  connection = await connect({ servers: nats.url });
  engine = new JobEngine({ database, link: { connection }, log, databaseUrl: testing.url });
}, 60_000);
afterAll(async () => {
  await engine?.stop(0);
  await connection?.close();
  await compute?.close({ drainMs: 0 });
  await database?.close();
  await testing?.drop();
  await nats?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function changesOf(job: Job, ownerId: string): Promise<Job[]> {
  const changes: Job[] = [];
  for await (const change of engine.feed.watch(job.id, ownerId, 0, AbortSignal.timeout(100_000))) changes.push(change.job);
  return changes;
}

it('runs one at a time, also of two operators, and keeps both reports', async () => {
  const owners = [randomUUID(), randomUUID()];
  const { requestId, traceparent } = openCall({ deadlineMs: 60_000 });
  const input = { rows: 100, stepSeconds: 1, clients: [1] };
  const order = (ownerId: string) => ({ ownerId, input, context: { requestId, traceparent } });
  const jobs = await database.transaction((tx) =>
    Promise.all(owners.map((ownerId) => engine.store.enqueue(tx, runVideoBenchmark, order(ownerId)))),
  );
  const benchmark = new BenchmarkJob(database, compute, blobs, { WORKER_THREADS: 1 });
  engine.handle(runVideoBenchmark, benchmark.run, { concurrency: 2 });
  engine.start();
  const changes = await Promise.all(jobs.map((job, at) => changesOf(job, owners[at]!)));
  const ends = changes.map((own) => own.at(-1)!);
  expect(ends.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  const measured = changes.map((own) => ({ from: own.find(({ phase }) => phase === 'measuring')!, to: own.at(-1)! }));
  expect(changes.flat().some(({ phase }) => phase === 'waiting')).toBe(true);
  expect(measured.every(({ from }) => from !== undefined)).toBe(true);
  for (const { id, result } of ends) {
    const { json, html } = runVideoBenchmark.output.parse(result);
    const { stream } = await blobs.openRead(json.sha256);
    const report = JSON.parse(Buffer.concat(await stream.toArray()).toString());
    expect(report.steps.map((step: { method: string; clients: number }) => [step.method, step.clients])).toEqual([
      ['inline', 1],
      ['threads', 1],
    ]);
    const held = await queryRows<{ sha256: string }>(database.source, 'SELECT sha256 FROM blobs.reference WHERE holder = $1', [
      `video.benchmark:${id}`,
    ]);
    expect(held.map(({ sha256 }) => sha256).sort()).toEqual([json.sha256, html.sha256].sort());
  }
}, 120_000);

it('waits while another one has its turn, whichever was asked for first, and ends when it loses its own', async () => {
  const ownerId = randomUUID();
  const { requestId, traceparent } = openCall({ deadlineMs: 60_000 });
  const input = { rows: 100, stepSeconds: 30, clients: [1] };
  const other = database.source.createQueryRunner();
  await other.query(`SELECT pg_advisory_lock(hashtext('video'), hashtext('benchmark'))`);
  const job = await database.transaction((tx) =>
    engine.store.enqueue(tx, runVideoBenchmark, { ownerId, input, context: { requestId, traceparent } }),
  );
  const phases: (string | null)[] = [];
  for await (const { job: now } of engine.feed.watch(job.id, ownerId, 0, AbortSignal.timeout(100_000))) {
    if (now.phase === 'waiting' && !phases.includes('waiting')) await other.query('SELECT pg_advisory_unlock_all()');
    if (now.phase === 'measuring' && !phases.includes('measuring'))
      await other.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid::int8::int4 = hashtext('video') AND granted`,
      );
    phases.push(now.phase);
    if (now.reason) break; // it is tried again
  }
  await other.release();
  expect(phases.indexOf('waiting')).toBeLessThan(phases.indexOf('measuring'));
  expect(phases).toContain('waiting');
  expect(await engine.store.get(job.id, ownerId)).toMatchObject({ reason: { code: 'service-unavailable' } });
  await engine.store.cancelIfOpen(job.id, ownerId);
}, 120_000);
