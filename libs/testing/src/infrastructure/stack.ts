import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '#contracts';
import { startNats } from './nats.ts';
import type { ManagedServer } from './server.ts';
import { type RunningService, type ServiceEnvironment, startService } from './service.ts';
import { testDatabase, testFfmpeg, testRedisUrl } from './shared.ts';

/** Some of the six services as processes, with a separate database, Redis database, NATS server and blob folder. */
export interface Stack {
  /** empty without a gateway */
  readonly gatewayUrl: string;
  readonly environment: ServiceEnvironment;
  readonly nats: ManagedServer;
  /** the requested services, by name */
  readonly services: Readonly<Partial<Record<ServiceName, RunningService>>>;
  /** starts another replica of a service, on another port */
  startReplica(name: ServiceName, extra?: Record<string, string>): Promise<RunningService>;
  /** stops the services, then the servers; removes all data */
  stop(): Promise<void>;
}

/**
 * For `*.e2e.spec.ts`: `const stack = await startStack(['gateway', 'audio'])` in `beforeAll`, `await stack.stop()` in `afterAll`.
 *
 * @param extra further configuration of every service
 */
export async function startStack(names: readonly ServiceName[], extra: Record<string, string> = {}): Promise<Stack> {
  const cleanup: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of cleanup.splice(0).reverse()) await step();
  };
  try {
    return await build(names, extra, cleanup, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(
  names: readonly ServiceName[],
  extra: Record<string, string>,
  cleanup: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const blobs = mkdtempSync(join(tmpdir(), 'rafaga-blobs-'));
  cleanup.push(() => rmSync(blobs, { recursive: true, force: true }));
  const database = await testDatabase('stack');
  cleanup.push(() => database.drop());
  const nats = await startNats();
  cleanup.push(() => nats.stop());
  const addresses = { DATABASE_URL: database.url, REDIS_URL: await testRedisUrl(), NATS_URL: nats.url, BLOB_STORE_URL: `file://${blobs}` };
  const own = { FFMPEG_PATH: testFfmpeg(), GATEWAY_KEY_PATH: join(blobs, '.identity.key'), POSTS_KEY_PATH: join(blobs, '.posts.key') };
  const environment: ServiceEnvironment = { ...addresses, ...own, ...extra };
  const startReplica = async (name: ServiceName, more: Record<string, string> = {}) => {
    const service = await startService(name, { ...environment, ...more });
    cleanup.push(() => service.stop());
    return service;
  };
  const starts = await Promise.allSettled(names.map(async (name) => [name, await startReplica(name)] as const));
  const started = starts.map((start) => {
    if (start.status === 'rejected') throw start.reason;
    return start.value;
  });
  const services: Stack['services'] = Object.fromEntries(started);
  return { gatewayUrl: services.gateway?.url ?? '', environment, nats, services, startReplica, stop };
}
