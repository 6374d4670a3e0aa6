import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, type TestDatabase, testDatabase, testRedisUrl, until } from '#testing/servers';
import { LocalStack } from './local-stack.ts';
import { type Service, startService } from './services.ts';

const service = 'health';
let folder: string;
let database: TestDatabase;
let nats: Awaited<ReturnType<typeof startNats>>;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-starts-'));
  database = await testDatabase('starts');
  nats = await startNats();
  const { NODE_OPTIONS: _flags, ...plain } = process.env;
  const servers = { DATABASE_URL: database.url, REDIS_URL: await testRedisUrl(), NATS_URL: nats.url };
  environment = { ...plain, ...servers, BLOB_STORE_URL: `file://${join(folder, 'blobs')}`, WORKER_BUDGET: 'process' };
});
afterAll(async () => {
  await nats.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const start = (name: string, port: number): Promise<Service> =>
  startService(service, { ports: new Map([[service, port]]), environment, logFolder: join(folder, name), onSpawn: () => {} });

describe('two starts at once', () => {
  it('that chose the same port run beside each other, and neither takes a foreign server that answers its probe for its own', async () => {
    const foreign = createServer((_request, response) => response.end('{"status":"ok"}'));
    await new Promise<void>((ready) => foreign.listen(0, '127.0.0.1', ready));
    const { port } = foreign.address() as AddressInfo;
    const [one, other] = await Promise.all([start('one', port), start('other', port)]);
    const ports = [one, other].map(({ server }) => Number(new URL(server.url).port));
    const pids = [one.server.pid, other.server.pid];
    await Promise.all([one.server.stop(), other.server.stop(), new Promise((closed) => foreign.close(closed))]);
    expect(new Set([port, ...ports]).size).toBe(3);
    expect(new Set([0, ...pids]).size).toBe(3);
  });
});

describe('a service that ends before the start is complete', () => {
  it('is started again, and only then the start is complete', async () => {
    const stack = new LocalStack(folder, environment);
    try {
      await stack.startInfrastructure();
      await stack.startServices([service]);
      const first = stack.state.services[service]?.pid ?? 0;
      process.kill(first, 'SIGKILL');
      expect(await until(() => stack.state.services[service]?.pid !== first, 10_000)).toBe(true);
      await stack.allRunning();
      const { ready, services } = stack.state;
      expect([ready, [0, first].includes(services[service]?.pid ?? 0)]).toEqual([true, false]);
    } finally {
      await stack.stop();
    }
  });
});
