/** A PostgreSQL with fsync, a Redis and a NATS for one bench, with temporary data folders. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNats, startPostgres, startRedis } from '#testing/servers';

export interface BenchServers {
  readonly DATABASE_URL: string;
  readonly REDIS_URL: string;
  readonly NATS_URL: string;
  readonly BLOB_STORE_URL: string;
}

export async function withBenchServers(bench: (servers: BenchServers) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-bench-'));
  const servers = await Promise.all([startPostgres({ skipFsync: false }), startRedis(), startNats()]);
  const [postgres, redis, nats] = servers;
  try {
    await bench({
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      NATS_URL: nats.url,
      BLOB_STORE_URL: `file://${join(folder, 'blobs')}`,
    });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param sorted ascending @param share 0.95 for p95 */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
