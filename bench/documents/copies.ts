/** Loads over two copies of the posts service: how many of the documents each of them has read. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { connect } from '@nats-io/transport-node';
import { createCollection, createLoad, getLoad } from '#contracts';
import { openFsBlobStore } from '#storage';
import { startNats, startPostgres, startRedis, startService } from '#testing/servers';
import { call, linesOf, ready } from './load.ts';

const loads = 40;
const documentsEach = 250;

async function loadedBy(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^documents_loaded_total\{[^}]*outcome="added"[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
}

export async function measureCopies(): Promise<void> {
  console.log(`\n${loads} loads of ${documentsEach} documents over two copies of the service`);
  if (!existsSync(new URL('../../dist/apps/posts/src/main.js', import.meta.url))) return console.log('skipped: the services are not built');
  const [postgres, nats, redis] = await Promise.all([startPostgres(), startNats(), startRedis()]);
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-bench-'));
  const blobs = await openFsBlobStore(folder);
  const environment = { DATABASE_URL: postgres.url, NATS_URL: nats.url, REDIS_URL: redis.url, BLOB_STORE_URL: `file://${folder}` };
  const start = () => startService('posts', { ...environment, WORKER_THREADS: '1', LOG_LEVEL: 'silent' });
  const copies = [await start(), await start()];
  const connection = await connect({ servers: nats.url, noAsyncTraces: true });
  try {
    const { sha256, sizeBytes } = await blobs.write(Readable.from([linesOf(documentsEach)], { objectMode: false }), { maxBytes: 2 ** 32 });
    const begun: { collectionId: string; loadId: string }[] = [];
    for (let at = 0; at < loads; at++) {
      const { id: collectionId } = await call(connection, createCollection, { title: 'bench' });
      const { id: loadId } = await call(connection, createLoad, { collectionId, blobSha256: sha256, sizeBytes, format: 'ndjson' });
      begun.push({ collectionId, loadId });
    }
    for (const load of begun) await ready(() => call(connection, getLoad, load));
    const read = await Promise.all(copies.map(({ url }) => loadedBy(url)));
    const most = Math.max(...read) / ((loads * documentsEach) / copies.length) - 1;
    console.log(`documents of each copy: ${read.join(' and ')}; the busier one has ${(100 * most).toFixed(0)}% more than its half`);
  } finally {
    await connection.close();
    for (const copy of copies) await copy.stop();
    for (const server of [postgres, nats, redis]) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
