/** The gateway and two copies of the audio service as processes, on servers that a test may kill, on a disk that is soon full. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresTimeouts } from '#storage';
import { freePort, type OwnServer, type RunningService, startNats, startPostgres, startRedis, startService } from '#testing';
import { Api } from '../../test-e2e/support/api.ts';
import { type SlowFfmpeg, slowFfmpeg } from './slow-ffmpeg.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';

export interface World {
  readonly postgres: OwnServer;
  readonly redis: OwnServer;
  readonly nats: OwnServer;
  /** Where NATS keeps its data. */
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

const operatorEmail = 'operator@example.org';

export async function openWorld(): Promise<World> {
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return { ...(await build(undo)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(undo: (() => unknown)[]): Promise<Omit<World, 'close'>> {
  const later = <T>(thing: T, step: (thing: T) => unknown): T => {
    undo.push(() => step(thing));
    return thing;
  };
  const natsFolder = later(mkdtempSync(join(tmpdir(), 'rafaga-faults-nats-')), (path) => rmSync(path, { recursive: true, force: true }));
  const disk = later(smallDisk(48), (each) => each.remove());
  const ffmpeg = later(slowFfmpeg(), (each) => each.remove());
  const start = async (starting: Promise<OwnServer>) => later(await starting, (server) => server.stop());
  const postgres = await start(startPostgres());
  const redis = await start(startRedis());
  const nats = await start(startNats({ dataDir: natsFolder, forgetful: true }));
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
    return later(running, async (each) => {
      process.kill(each.pid || process.pid, 'SIGCONT'); // a test that failed may have left it frozen
      await each.stop();
    });
  };
  const [gateway, one, two] = await Promise.all([service('gateway'), service('audio'), service('audio')]);
  const [ana, operator] = [await Api.register(gateway.url), await Api.register(gateway.url, operatorEmail)];
  return { postgres, redis, nats, natsFolder, disk, blobs, gateway, audio: [one, two], ffmpeg, ana, operator };
}

const settings = {
  // What is proven is proven of the product's own patience, not of the longer one that other tests give a slow machine.
  DATABASE_SILENCE_MS: String(postgresTimeouts.silenceMs),
  DATABASE_CONNECT_TIMEOUT_MS: String(postgresTimeouts.connectMs),
  LOG_LEVEL: 'warn',
  GATEWAY_KEY_SECRET: randomBytes(32).toString('base64'),
  GATEWAY_OPERATOR_EMAILS: operatorEmail,
  GATEWAY_RATE_LIMIT_PER_MINUTE: '1000000',
  GATEWAY_EVENT_STREAMS_PER_USER: '1000',
  GATEWAY_EVENT_HEARTBEAT_MS: '500',
  GATEWAY_ACCESS_TOKEN_SECONDS: '3600',
  WORKER_PROCESSES: '3',
  WORKER_THREADS: '2',
  AUDIO_ANALYSIS_TIMEOUT_MS: '12000',
  SHUTDOWN_GRACE_MS: '3000',
};
