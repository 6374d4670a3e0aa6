/** Servers and services of a bench, and what the kernel says of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDatabase,
  type RunningService,
  type ServiceEnvironment,
  startNats,
  startPostgres,
  startRedis,
  startService,
} from '#testing/servers';

export interface Servers {
  readonly environment: ServiceEnvironment;
  /** Of the same servers with a NATS of its own: services of one environment do not hear those of another. */
  withOwnNats(): Promise<ServiceEnvironment>;
  start(name: Parameters<typeof startService>[0], environment: ServiceEnvironment): Promise<RunningService>;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const cleanup: (() => unknown)[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-bench-operate-'));
  cleanup.push(() => rmSync(folder, { recursive: true, force: true }));
  const [postgres, redis, nats] = await Promise.all([startPostgres(), startRedis(), startNats()]);
  cleanup.push(() => Promise.all([postgres.stop(), redis.stop(), nats.stop()]));
  await createDatabase(postgres.url, 'bench');
  const environment: ServiceEnvironment = {
    DATABASE_URL: Object.assign(new URL(postgres.url), { pathname: '/bench' }).href,
    REDIS_URL: redis.url,
    NATS_URL: nats.url,
    BLOB_STORE_URL: `file://${folder}/blobs`,
    GATEWAY_KEY_SECRET: Buffer.alloc(32, 1).toString('base64'),
    GATEWAY_RATE_LIMIT_PER_MINUTE: '10000000',
    POSTS_KEY_PATH: join(folder, 'posts.key'),
    LOG_LEVEL: 'warn',
    BUS_SILENCE_MS: '5000', // the default of the product, where tests have a relaxed one
  };
  return {
    environment,
    withOwnNats: async () => {
      const own = await startNats();
      cleanup.push(() => own.stop());
      return { ...environment, NATS_URL: own.url };
    },
    start: async (name, own) => {
      const service = await startService(name, own);
      cleanup.push(() => service.stop());
      return service;
    },
    stop: async () => {
      for (const step of cleanup.splice(0).reverse()) await step();
    },
  };
}

/** Starts a program that prints a line once it is ready. */
export async function startProgram(file: string, environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file)], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended before it was ready`))),
  ]);
  return child;
}

/** Microseconds of CPU time that processes have used so far, their threads included. Steps of 10 ms. @throws Error without /proc */
export const cpuUs = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number) as [number, number];
    return sum + (user + system) * 10_000;
  }, 0);

/** Resident memory of a process. @throws Error without /proc */
export const rssBytes = (pid: number): number =>
  1_024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);

export const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
