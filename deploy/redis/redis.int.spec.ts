import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { freePort, type ManagedServer, startServer } from '#testing/servers';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-redis-'));
  writeFileSync(join(folder, 'password'), 'secret');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const answers = (port: number) =>
  new Promise<boolean>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy() !== undefined)).once('error', reject);
  });

/** Starts it like the container, on a free port. */
async function start(name: string): Promise<ManagedServer> {
  const port = await freePort();
  const conf = join(folder, `${name}.conf`);
  const shipped = readFileSync(join(import.meta.dirname, `${name}.conf`), 'utf8');
  writeFileSync(
    conf,
    shipped.replace('port 6379', `port ${port}`).replace('bind 0.0.0.0', 'bind 127.0.0.1').replace('dir /tmp', `dir ${folder}`),
  );
  return startServer({
    name: 'redis-server',
    url: `redis://127.0.0.1:${port}`,
    command: '/bin/sh',
    args: [join(import.meta.dirname, '../compose/redis.sh'), conf, join(folder, 'password')],
    logFile: join(folder, `${name}.log`),
    isReady: () => answers(port),
  });
}

describe.each([
  ['cache', 'allkeys-lru'],
  ['limits', 'noeviction'],
])('the Redis of the %s', (name, policy) => {
  it(`requires a password, and uses ${policy} when it is full`, async () => {
    const server = await start(name);
    const client = new Redis(server.url, { lazyConnect: true, retryStrategy: null, enableReadyCheck: false });
    client.on('error', () => undefined); // the error is asserted below
    try {
      await client.connect();
      await expect(client.get('x')).rejects.toThrow(/NOAUTH/);
      await client.auth('secret');
      expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', policy]);
      expect(Number(((await client.config('GET', 'maxmemory')) as string[])[1])).toBeGreaterThan(1e8);
    } finally {
      client.disconnect();
      await server.stop();
    }
  });
});
