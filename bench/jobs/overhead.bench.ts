/**
 * Overhead of the job engine: sustained no-op jobs per second from accepted to succeeded, for several owners; and the time from accepted to started on
 * an idle engine. Then the same number of no-op jobs with pg-boss, if it is installed (PG_BOSS is the path of its module).
 * Starts its own servers; every commit waits for the disk.
 *
 *   npm run bench -- jobs/overhead [jobs] [concurrency] [owners]
 */
import { randomUUID } from 'node:crypto';
import { connect } from '@nats-io/transport-node';
import * as z from 'zod';
import { jobKind } from '#contracts';
import { openPostgres, queryRows } from '#storage';
import { erasureMigrations } from '../../libs/platform/src/erasure/erasure.migrations.ts';
import { JobEngine } from '../../libs/platform/src/jobs/job-engine.ts';
import { jobsMigrations } from '../../libs/platform/src/jobs/jobs.migrations.ts';
import { type BenchServers, percentile, withBenchServers } from './bench-servers.ts';
import { pgBossThroughput } from './pg-boss.ts';

const [jobs = 5_000, concurrency = 16, ownerCount = 10] = process.argv.slice(2).map(Number);
const noop = jobKind({
  name: 'bench.job.noop',
  input: z.object({}),
  output: z.object({}),
  phases: ['nothing'],
  maxAttempts: 1,
  timeoutMs: 60_000,
  resources: { cores: 0, memoryBytes: 0 },
});
const print = (fields: object, message: string) => console.error(message, fields);
const context = { requestId: 'bench', traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
const owners = Array.from({ length: ownerCount }, () => randomUUID());

async function openEngine({ DATABASE_URL, NATS_URL }: BenchServers) {
  const migrations = [erasureMigrations, jobsMigrations];
  const source = await openPostgres({
    url: DATABASE_URL,
    schema: 'jobs',
    applicationName: 'bench',
    poolSize: 24,
    entities: [],
    migrations,
  });
  const connection = await connect({ servers: NATS_URL, noAsyncTraces: true });
  const log = { info: () => undefined, warn: print, error: print };
  const engine = new JobEngine({ database: { source }, link: { connection }, log, databaseUrl: DATABASE_URL });
  engine.handle(noop, async (_, run) => run.complete({}), { concurrency });
  engine.start();
  const enqueue = (ownerId: string) => engine.store.enqueue(source.manager, noop, { ownerId, input: {}, context });
  const close = async () => {
    await engine.stop(1_000);
    await connection.close();
    await source.destroy();
  };
  return { engine, source, enqueue, close };
}
type Engine = Awaited<ReturnType<typeof openEngine>>;

/** Runs one job at a time. @returns milliseconds from accepted to started, ascending */
async function startDelays({ engine, source, enqueue }: Engine, count: number): Promise<number[]> {
  const ownerId = randomUUID();
  for (let i = 0; i < count; i++) {
    const { id } = await enqueue(ownerId);
    for await (const _ of engine.feed.watch(id, ownerId, 0, AbortSignal.timeout(60_000)));
  }
  const rows = await queryRows<{ ms: number }>(
    source,
    `SELECT extract(epoch FROM started_at - created_at)::float8 * 1000 AS ms FROM jobs.job WHERE owner_id = $1 ORDER BY created_at OFFSET 5`,
    [ownerId],
  );
  return rows.map(({ ms }) => ms).sort((a, b) => a - b);
}

async function throughput({ source, enqueue }: Engine): Promise<{ jobsPerSecond: number; acceptedPerSecond: number }> {
  const begun = performance.now();
  let sent = 0;
  const senders = Array.from({ length: 12 }, async () => {
    while (sent < jobs) await enqueue(owners[sent++ % ownerCount]!);
  });
  await Promise.all(senders);
  const accepted = performance.now();
  const open = `SELECT count(*)::int AS open FROM jobs.job WHERE owner_id = ANY($1) AND state IN ('queued', 'running')`;
  while ((await queryRows<{ open: number }>(source, open, [owners]))[0]!.open > 0) await new Promise((next) => setTimeout(next, 50));
  const rate = (until: number) => Math.round((sent * 1_000) / (until - begun));
  return { jobsPerSecond: rate(performance.now()), acceptedPerSecond: rate(accepted) };
}

await withBenchServers(async (servers) => {
  const engine = await openEngine(servers);
  const delays = await startDelays(engine, 105);
  const rates = await throughput(engine);
  const acceptToStartMs = { p50: percentile(delays, 0.5), p95: percentile(delays, 0.95) };
  await engine.close();
  const pgBossJobsPerSecond = await pgBossThroughput(servers.DATABASE_URL, { jobs, concurrency });
  console.log(JSON.stringify({ jobs, concurrency, owners: ownerCount, ...rates, acceptToStartMs, pgBossJobsPerSecond }));
});
