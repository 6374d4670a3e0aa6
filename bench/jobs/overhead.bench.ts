/**
 * What the jobs engine costs: no-op jobs a second from accepted to succeeded, and the time from accepted to started when nothing else runs.
 *
 *   DATABASE_URL=… NATS_URL=… npm run bench -- jobs/overhead [jobs] [concurrency]
 *
 * Use a database and a NATS of its own: it leaves its rows behind.
 */
import { randomUUID } from 'node:crypto';
import { connect } from '@nats-io/transport-node';
import * as z from 'zod';
import { inTransaction, openPostgres, queryRows } from '#storage';
import { JobEngine } from '../../libs/platform/src/jobs/job-engine.ts';
import { jobKind } from '../../libs/platform/src/jobs/job-kind.ts';
import { jobsMigrations } from '../../libs/platform/src/jobs/jobs.migrations.ts';

const [jobs = 3_000, concurrency = 16] = process.argv.slice(2).map(Number);
const databaseUrl = process.env.DATABASE_URL ?? '';
const noop = jobKind({
  name: 'bench.noop',
  input: z.object({}),
  output: z.object({}),
  phases: ['nothing'],
  maxAttempts: 1,
  timeoutMs: 60_000,
  resources: { cores: 0, memoryBytes: 0 },
});
const say = (fields: object, message: string) => console.error(message, fields);

const source = await openPostgres({
  url: databaseUrl,
  schema: 'jobs',
  applicationName: 'bench',
  poolSize: 24,
  entities: [],
  migrations: [jobsMigrations],
});
const connection = await connect({ servers: process.env.NATS_URL ?? '', noAsyncTraces: true });
const engine = new JobEngine({ database: { source }, link: { connection }, log: { info: say, warn: say, error: say }, databaseUrl });
engine.handle(noop, async (_, run) => run.complete({}), { concurrency });
engine.start();

const ownerId = randomUUID();
const context = { requestId: 'bench', traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
const enqueue = () => inTransaction(source, (tx) => engine.store.enqueue(tx, noop, { ownerId, input: {}, context }));
async function settled(jobId: string): Promise<void> {
  for await (const _ of engine.feed.watch(jobId, ownerId, 0, AbortSignal.timeout(60_000)));
}

await settled((await enqueue()).id);
const startDelays: number[] = [];
for (let i = 0; i < 100; i++) {
  const { id } = await enqueue();
  await settled(id);
  const [row] = await queryRows<{ ms: number }>(
    source,
    'SELECT extract(epoch FROM started_at - created_at)::float8 * 1000 AS ms FROM jobs.job WHERE id = $1',
    [id],
  );
  startDelays.push(row!.ms);
}
startDelays.sort((a, b) => a - b);

const begun = performance.now();
let left = jobs;
await Promise.all(
  Array.from({ length: 12 }, async () => {
    while (left-- > 0) await enqueue();
  }),
);
const accepted = performance.now();
for (;;) {
  const [row] = await queryRows<{ open: number }>(
    source,
    'SELECT count(*)::int AS open FROM jobs.job WHERE owner_id = $1 AND ended_at IS NULL',
    [ownerId],
  );
  if (row!.open === 0) break;
  await new Promise((resolve) => setTimeout(resolve, 50));
}
const seconds = (performance.now() - begun) / 1_000;
console.log(
  JSON.stringify({
    jobs,
    concurrency,
    jobsPerSecond: Math.round(jobs / seconds),
    acceptedPerSecond: Math.round((jobs * 1_000) / (accepted - begun)),
    acceptToStartMs: { p50: startDelays[50], p95: startDelays[95] },
  }),
);
await engine.stop(1_000);
await connection.close();
await source.destroy();
