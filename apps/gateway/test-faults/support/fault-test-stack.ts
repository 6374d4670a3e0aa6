/** The gateway and two replicas of the audio service as processes, on servers that a test may kill, with a small disk. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresTimeouts } from '#storage';
import { freePort, type ManagedServer, type RunningService, startNats, startPostgres, startRedis, startService } from '#testing';
import { Api } from '../../test-e2e/support/api.ts';
import { type SlowFfmpeg, slowFfmpeg } from './slow-ffmpeg.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';

export interface FaultTestStack {
  readonly postgres: ManagedServer;
  readonly redis: ManagedServer;
  readonly nats: ManagedServer;
  /** Data folder of NATS. */
  readonly natsFolder: string;
  readonly disk: SmallDisk;
  readonly blobs: string;
  readonly gateway: RunningService;
  readonly audio: readonly [RunningService, RunningService];
  readonly ffmpeg: SlowFfmpeg;
  readonly ana: Api;
  readonly operator: Api;
  close(): Promise<void>;
}

export async function startFaultTestStack(): Promise<FaultTestStack> {
  const cleanup: (() => unknown)[] = [];
  const close = async () => {
    for (const step of cleanup.splice(0).reverse()) await step();
  };
  try {
    return { ...(await build(cleanup)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(cleanup: (() => unknown)[]): Promise<Omit<FaultTestStack, 'close'>> {
  const withCleanup = <T>(resource: T, step: (resource: T) => unknown): T => {
    cleanup.push(() => step(resource));
    return resource;
  };
  const natsFolder = withCleanup(mkdtempSync(join(tmpdir(), 'rafaga-faults-nats-')), (path) =>
    rmSync(path, { recursive: true, force: true }),
  );
  const disk = withCleanup(smallDisk(48), (each) => each.remove());
  const ffmpeg = withCleanup(slowFfmpeg(), (each) => each.remove());
  const start = async (starting: Promise<ManagedServer>) => withCleanup(await starting, (server) => server.stop());
  const postgres = await start(startPostgres());
  const redis = await start(startRedis());
  const nats = await start(startNats({ dataDir: natsFolder, skipFsync: true }));
  const blobs = join(disk.path, 'blobs');
  const environment = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    NATS_URL: nats.url,
    BLOB_STORE_URL: `file://${blobs}`,
    FFMPEG_PATH: ffmpeg.path,
    ...settings,
  };
  const service = async (name: 'gateway' | 'audio', port?: number) => {
    const running = await startService(name, { ...environment, HTTP_PORT: String(port ?? (await freePort())) });
    return withCleanup(running, async (each) => {
      process.kill(each.pid || process.pid, 'SIGCONT'); // a failed test may have left it frozen
      await each.stop();
    });
  };
  const [gateway, one, two] = await Promise.all([service('gateway'), service('audio'), service('audio')]);
  const [ana, operator] = [await Api.register(gateway.url), await Api.registerOperator(gateway.url, postgres.url)];
  return { postgres, redis, nats, natsFolder, disk, blobs, gateway, audio: [one, two], ffmpeg, ana, operator };
}

const settings = {
  // The default timeouts of the product, not the relaxed ones of other tests.
  DATABASE_SILENCE_MS: String(postgresTimeouts.silenceMs),
  DATABASE_CONNECT_TIMEOUT_MS: String(postgresTimeouts.connectMs),
  LOG_LEVEL: 'warn',
  GATEWAY_KEY_SECRET: randomBytes(32).toString('base64'),
  GATEWAY_RATE_LIMIT_PER_MINUTE: '1000000',
  GATEWAY_EVENT_STREAMS_PER_USER: '1000',
  GATEWAY_EVENT_HEARTBEAT_MS: '500',
  GATEWAY_ACCESS_TOKEN_SECONDS: '3600',
  WORKER_PROCESSES: '3',
  WORKER_CORES: '3', // six jobs run at a time, however few cores there are
  WORKER_MEMORY_MB: '1024',
  WORKER_THREADS: '2',
  AUDIO_ANALYSIS_TIMEOUT_MS: '12000',
  SHUTDOWN_GRACE_MS: '3000',
};
