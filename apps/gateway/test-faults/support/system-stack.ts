/** All six services on servers that a test may stop or freeze, with the timeouts of the product, and what the health service says of them. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceName, type SystemHealth, serviceNames } from '#contracts';
import { postgresTimeouts } from '#storage';
import { type ManagedServer, type RunningService, startNats, startPostgres, startRedis, startService, testFfmpeg, until } from '#testing';
import { Api } from '../../test-e2e/support/api.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';

export interface SystemStack {
  readonly postgres: ManagedServer;
  readonly redis: ManagedServer;
  readonly nats: ManagedServer;
  /** The store of files is on it. */
  readonly disk: SmallDisk;
  readonly services: Readonly<Record<ServiceName, RunningService>>;
  readonly operator: Api;
  close(): Promise<void>;
}

const diskMb = 48;
const lowSpaceBytes = 16 * 1_048_576;
const intervalMs = 1_000;
const patienceMs = 60_000;
const pollMs = 400;

/** The defaults of the product, where tests usually have relaxed ones. */
const settings = {
  DATABASE_SILENCE_MS: String(postgresTimeouts.silenceMs),
  DATABASE_CONNECT_TIMEOUT_MS: String(postgresTimeouts.connectMs),
  NATS_SILENCE_MS: '1500',
  BUS_SILENCE_MS: '5000',
  HEALTH_CHECK_INTERVAL_MS: String(intervalMs),
  HEALTH_GATHER_MS: '2000',
  LOG_LEVEL: 'warn',
  GATEWAY_RATE_LIMIT_PER_MINUTE: '1000000',
  GATEWAY_ACCESS_TOKEN_SECONDS: '3600',
  GATEWAY_BLOB_LOW_SPACE_BYTES: String(lowSpaceBytes),
  GATEWAY_BLOB_SWEEP_SECONDS: '2', // looks as often how much room is left
  WORKER_THREADS: '1',
  WORKER_PROCESSES: '1',
};

export async function startSystemStack(): Promise<SystemStack> {
  const cleanup: (() => unknown)[] = [];
  const close = async () => {
    for (const step of cleanup.splice(0).reverse()) await step();
  };
  const kept = async <S extends ManagedServer>(starting: Promise<S>): Promise<S> => {
    const server = await starting;
    cleanup.push(async () => {
      if (server.pid) process.kill(server.pid, 'SIGCONT'); // a failed test may have left it frozen
      await server.stop();
    });
    return server;
  };
  try {
    const folder = mkdtempSync(join(tmpdir(), 'rafaga-system-faults-'));
    cleanup.push(() => rmSync(folder, { recursive: true, force: true }));
    const disk = smallDisk(diskMb);
    cleanup.push(() => disk.remove());
    const [postgres, redis, nats] = [
      await kept(startPostgres()),
      await kept(startRedis()),
      await kept(startNats({ dataDir: join(folder, 'nats'), skipFsync: true })),
    ];
    const addresses = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, NATS_URL: nats.url, BLOB_STORE_URL: `file://${disk.path}/blobs` };
    const keys = { GATEWAY_KEY_SECRET: randomBytes(32).toString('base64'), POSTS_KEY_PATH: join(folder, 'posts.key') };
    const environment = { ...addresses, ...keys, FFMPEG_PATH: testFfmpeg(), ...settings };
    const starts = await Promise.allSettled(serviceNames.map(async (name) => [name, await kept(startService(name, environment))] as const));
    const started = starts.map((start) => {
      if (start.status === 'rejected') throw start.reason; // the others have been started by now, and are stopped
      return start.value;
    });
    const services = Object.fromEntries(started) as SystemStack['services'];
    const operator = await Api.registerOperator(services.gateway.url, postgres.url);
    return { postgres, redis, nats, disk, services, operator, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export const healthOf = async ({ operator }: SystemStack): Promise<SystemHealth> => (await operator.get('/v1/system/health')).body;

/** @returns how many pictures of the system were made since now until one fits, the fitting one among them; fails when none does */
export async function checksUntil(stack: SystemStack, fits: (health: SystemHealth) => boolean): Promise<number> {
  const before = (await healthOf(stack)).checkedAt;
  const seen = new Set<string>();
  let last: SystemHealth | undefined;
  const hasCome = await until(
    async () => {
      last = await healthOf(stack);
      if (last.checkedAt !== before) seen.add(last.checkedAt);
      return fits(last);
    },
    patienceMs,
    pollMs,
  );
  if (!hasCome) throw new Error(`no picture fits; the last one: ${JSON.stringify(last)}`);
  return seen.size;
}

/** Polls until `holds`. @throws Error with `what` */
export async function waitFor(what: string, holds: () => Promise<boolean>): Promise<void> {
  if (!(await until(holds, patienceMs, pollMs))) throw new Error(`waited in vain: ${what}`);
}

export interface Readiness {
  readonly status: number;
  /** Dependencies that are down or missed. */
  readonly down: readonly string[];
}

export async function readinessOf({ url }: ManagedServer): Promise<Readiness> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(10_000) });
  const { details } = (await answer.json()) as { details: Record<string, { status: string }> };
  return { status: answer.status, down: Object.entries(details).flatMap(([name, { status }]) => (status === 'up' ? [] : [name])) };
}
