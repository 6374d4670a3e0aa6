import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '#contracts';
import { startNats } from './nats.ts';
import type { OwnServer } from './server.ts';
import { type RunningService, type ServiceEnvironment, startService } from './service.ts';
import { testDatabase, testFfmpeg, testRedisUrl } from './shared.ts';

/** Some of the six services as real processes, with a database, a Redis database, a NATS server and a blob folder nobody else uses. */
export interface Stack {
  /** empty when no gateway was asked for */
  readonly gatewayUrl: string;
  readonly environment: ServiceEnvironment;
  readonly nats: OwnServer;
  /** the ones asked for, by name */
  readonly services: Readonly<Partial<Record<ServiceName, RunningService>>>;
  /** one more copy of a service, on another port */
  another(name: ServiceName, extra?: Record<string, string>): Promise<RunningService>;
  /** services first, then the rest; removes everything */
  stop(): Promise<void>;
}

/**
 * For `*.e2e.spec.ts`: `const stack = await startStack(['gateway', 'audio'])` in `beforeAll`, `await stack.stop()` in `afterAll`.
 *
 * @param extra configuration beyond the addresses, for every service
 */
export async function startStack(names: readonly ServiceName[], extra: Record<string, string> = {}): Promise<Stack> {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await build(names, extra, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(
  names: readonly ServiceName[],
  extra: Record<string, string>,
  undo: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const blobs = mkdtempSync(join(tmpdir(), 'rafaga-blobs-'));
  undo.push(() => rmSync(blobs, { recursive: true, force: true }));
  const database = await testDatabase('stack');
  undo.push(() => database.drop());
  const nats = await startNats();
  undo.push(() => nats.stop());
  const addresses = { DATABASE_URL: database.url, REDIS_URL: await testRedisUrl(), NATS_URL: nats.url, BLOB_STORE_URL: `file://${blobs}` };
  const own = { FFMPEG_PATH: testFfmpeg(), GATEWAY_KEY_PATH: join(blobs, '.identity.key') };
  const environment: ServiceEnvironment = { ...addresses, ...own, ...extra };
  const another = async (name: ServiceName, more: Record<string, string> = {}) => {
    const service = await startService(name, { ...environment, ...more });
    undo.push(() => service.stop());
    return service;
  };
  const starts = await Promise.allSettled(names.map(async (name) => [name, await another(name)] as const));
  const started = starts.map((start) => {
    if (start.status === 'rejected') throw start.reason;
    return start.value;
  });
  const services: Stack['services'] = Object.fromEntries(started);
  return { gatewayUrl: services.gateway?.url ?? '', environment, nats, services, another, stop };
}
