/**
 * A load from the file in the store to the groups of its near-duplicates, through the posts service with a PostgreSQL, NATS and Redis of its own; and
 * the same chunks through the same number of warm threads without any of them, which is the bare loop that the ratio refers to.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { headers, type NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { Compute, task } from '#compute';
import {
  createCollection,
  createDuplicateRun,
  createLoad,
  getDuplicateRun,
  getLoad,
  type ReplyOf,
  type RequestOf,
  type Rpc,
} from '#contracts';
import { openFsBlobStore } from '#storage';
import { startNats, startPostgres, startRedis, startService } from '#testing/servers';
import type { PreparedDocuments, PrepareInput } from '../../apps/posts/src/documents/prepare-documents.worker.ts';
import { plantedCopies } from '../../apps/posts/src/documents/testing/planted-copies.ts';
import { seconds } from './measure.ts';

const prepareDocuments = task<PrepareInput, PreparedDocuments>('../../apps/posts/src/documents/prepare-documents.worker', import.meta.url);
const threads = 2;
const chunkBytes = 256 * 1_024;
/** Who asks. */
const owner = randomUUID();

export async function call<Contract extends Rpc>(
  connection: NatsConnection,
  contract: Contract,
  request: RequestOf<Contract>,
): Promise<ReplyOf<Contract>> {
  const context = headers();
  context.set('Rafaga-Subject', owner);
  context.set('Rafaga-Roles', 'user');
  context.set('Rafaga-Request-Id', randomUUID());
  context.set('traceparent', `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`);
  context.set('Rafaga-Deadline', String(Date.now() + contract.deadlineMs));
  const options = { maxWait: contract.deadlineMs, strategy: 'timer' as const, headers: context };
  for await (const answer of await connection.requestMany(contract.subject, JSON.stringify(request), options)) {
    const outcome = answer.headers?.get('Rafaga-Outcome');
    if (outcome === 'reply') return answer.json() as ReplyOf<Contract>;
    if (outcome) throw new Error(answer.string());
  } // others are signs of life
  throw new Error(`${contract.subject}: no answer`);
}

export async function ready<T extends { readonly state: string }>(read: () => Promise<T>): Promise<T> {
  for (;;) {
    const found = await read();
    if (found.state === 'ready') return found;
    if (found.state === 'failed') throw new Error(JSON.stringify(found));
    await delay(20);
  }
}

/** CPU seconds of a process and of its children, ended or not; 0 where the system has no /proc. */
export function cpuOf(pid: number): number {
  if (!existsSync('/proc')) return 0;
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ');
        return [{ pid: Number(name), parent: Number(fields[1]), ticks: [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) }];
      } catch {
        return []; // ended meanwhile
      }
    });
  return stats.filter((each) => each.pid === pid || each.parent === pid).reduce((sum, { ticks }) => sum + ticks / 100, 0);
}

const rssOf = (pid: number): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;

export const linesOf = (size: number): Buffer =>
  Buffer.from(
    plantedCopies(size, Math.round(size * 0.05), 11)
      .texts.map((text, at) => `${JSON.stringify({ id: `doc-${at}`, text })}\n`)
      .join(''),
  );

/** Analysis and signatures of the file on warm threads, four chunks at a time. */
async function bareLoop(compute: Compute, file: Buffer): Promise<void> {
  const running = new Set<Promise<unknown>>();
  for (let start = 0; start < file.length; ) {
    const end = start + chunkBytes >= file.length ? file.length : file.lastIndexOf(10, start + chunkBytes) + 1;
    const bytes = Uint8Array.from(file.subarray(start, end));
    const chunk = { bytes, format: 'ndjson', line: 0, columns: null, isFirst: start === 0 } as const;
    const work = compute.run(prepareDocuments, { chunk }, { transfer: [bytes.buffer] }).finally(() => running.delete(work));
    running.add(work);
    if (running.size >= 2 * threads) await Promise.race(running);
    start = end;
  }
  await Promise.all(running);
}

export async function measureLoads(sizes: readonly number[]): Promise<void> {
  console.log(`\nFrom the stored file to the groups, through the service; ${threads} threads`);
  if (!existsSync(new URL('../../dist/apps/posts/src/main.js', import.meta.url))) return console.log('skipped: the services are not built');
  const [postgres, nats, redis] = await Promise.all([startPostgres(), startNats(), startRedis()]);
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-bench-'));
  const blobs = await openFsBlobStore(folder);
  const environment = { DATABASE_URL: postgres.url, NATS_URL: nats.url, REDIS_URL: redis.url, BLOB_STORE_URL: `file://${folder}` };
  const service = await startService('posts', { ...environment, WORKER_THREADS: String(threads), LOG_LEVEL: 'silent' });
  const connection = await connect({ servers: nats.url, noAsyncTraces: true });
  const compute = new Compute({ threads });
  const database = new pg.Client({ connectionString: postgres.url });
  await database.connect();

  const load = async (file: Buffer) => {
    const { id } = await call(connection, createCollection, { title: 'bench' });
    const { sha256, sizeBytes } = await blobs.write(Readable.from([file], { objectMode: false }), { maxBytes: 2 ** 32 });
    const load = await call(connection, createLoad, { collectionId: id, blobSha256: sha256, sizeBytes, format: 'ndjson' });
    await ready(() => call(connection, getLoad, { collectionId: id, loadId: load.id }));
    return id;
  };
  const group = async (collectionId: string) => {
    const { id } = await call(connection, createDuplicateRun, { collectionId, similarityMin: 0.6 });
    return ready(() => call(connection, getDuplicateRun, { collectionId, duplicateRunId: id }));
  };
  const storedBytes = async () => {
    const sql = `SELECT sum(pg_total_relation_size(format('documents.%I', relname)::regclass))::float8 AS bytes FROM pg_stat_user_tables
      WHERE schemaname = 'documents'`;
    return (await database.query<{ bytes: number }>(sql)).rows[0]!.bytes;
  };

  try {
    await group(await load(linesOf(500))); // warms the threads up
    await bareLoop(compute, linesOf(500));
    console.log(
      'CPU ratios: the bare loop to the service alone, and to the service with PostgreSQL; a busy machine does not change them much.',
    );
    console.log('documents  load s  groups s   docs/s   bare s   ratio  service CPU  all CPU  PostgreSQL  RSS MB  bytes/doc   groups');
    for (const size of sizes) {
      const file = linesOf(size);
      const bareStart = process.cpuUsage();
      const bare = await seconds(() => bareLoop(compute, file));
      const { user, system } = process.cpuUsage(bareStart);
      const bareCpu = (user + system) / 1e6;
      await load(linesOf(500)); // threads end after 30 s without work, which the bare loop may have taken
      const [bytes, ofService, ofPostgres] = [await storedBytes(), cpuOf(service.pid), cpuOf(postgres.pid)];
      let id = '';
      let groupCount: number | null = 0;
      const loading = await seconds(async () => {
        id = await load(file);
      });
      const [loadCpu, loadPostgresCpu] = [cpuOf(service.pid) - ofService, cpuOf(postgres.pid) - ofPostgres];
      const grouping = await seconds(async () => {
        groupCount = (await group(id)).groupCount;
      });
      console.log(
        [
          ...[String(size).padStart(9), loading.toFixed(2).padStart(8), grouping.toFixed(2).padStart(10)],
          ...[
            Math.round(size / (loading + grouping))
              .toString()
              .padStart(9),
            bare.toFixed(2).padStart(9),
            (bare / loading).toFixed(2).padStart(8),
          ],
          ...[
            (bareCpu / loadCpu).toFixed(2).padStart(13),
            (bareCpu / (loadCpu + loadPostgresCpu)).toFixed(2).padStart(9),
            `${Math.round((100 * loadPostgresCpu) / (loadCpu + loadPostgresCpu))}% CPU`.padStart(12),
            String(Math.round(rssOf(service.pid))).padStart(8),
          ],
          ...[String(Math.round(((await storedBytes()) - bytes) / size)).padStart(11), String(groupCount).padStart(9)],
        ].join(''),
      );
    }
  } finally {
    await compute.close({ drainMs: 0 });
    await database.end();
    await connection.close();
    await service.stop();
    for (const server of [postgres, nats, redis]) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
