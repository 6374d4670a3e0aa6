/** A large load over two copies of the posts service: how many of its documents each of them has analysed, and their CPU time. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { connect } from '@nats-io/transport-node';
import { createCollection, createLoad, getLoad } from '#contracts';
import { openFsBlobStore } from '#storage';
import { startNats, startPostgres, startRedis, startService } from '#testing/servers';
import { call, cpuOf, linesOf, ready } from './load.ts';

const documentCount = 20_000;

async function analyzedBy(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^documents_analyzed_total(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0);
}

export async function measureCopies(): Promise<void> {
  console.log(`\nOne load of ${documentCount} documents over two copies of the service, with a thread each`);
  if (!existsSync(new URL('../../dist/apps/posts/src/main.js', import.meta.url))) return console.log('skipped: the services are not built');
  const [postgres, nats, redis] = await Promise.all([startPostgres(), startNats(), startRedis()]);
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-bench-'));
  const blobs = await openFsBlobStore(folder);
  const environment = { DATABASE_URL: postgres.url, NATS_URL: nats.url, REDIS_URL: redis.url, BLOB_STORE_URL: `file://${folder}` };
  const start = () => startService('posts', { ...environment, WORKER_THREADS: '1', LOG_LEVEL: 'silent' });
  const copies = [await start(), await start()];
  const connection = await connect({ servers: nats.url, noAsyncTraces: true });
  try {
    const { sha256, sizeBytes } = await blobs.write(Readable.from([linesOf(documentCount)], { objectMode: false }), { maxBytes: 2 ** 32 });
    const { id: collectionId } = await call(connection, createCollection, { title: 'bench' });
    const { id: loadId } = await call(connection, createLoad, { collectionId, blobSha256: sha256, sizeBytes, format: 'ndjson' });
    const begun = copies.map(({ pid }) => cpuOf(pid));
    await ready(() => call(connection, getLoad, { collectionId, loadId }));
    const spent = copies.map(({ pid }, at) => cpuOf(pid) - begun[at]!);
    const read = await Promise.all(copies.map(({ url }) => analyzedBy(url)));
    console.log(`documents that each copy analysed: ${read.join(' and ')}; the busier one has ${aboveHalf(read)}% more than its half`);
    console.log(
      `CPU seconds of each copy: ${spent.map((each) => each.toFixed(1)).join(' and ')}; the busier one has ${aboveHalf(spent)}% more`,
    );
  } finally {
    await connection.close();
    for (const copy of copies) await copy.stop();
    for (const server of [postgres, nats, redis]) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function aboveHalf(shares: readonly number[]): string {
  const sum = shares.reduce((total, share) => total + share, 0);
  return (100 * ((Math.max(...shares) * shares.length) / sum - 1)).toFixed(0);
}
