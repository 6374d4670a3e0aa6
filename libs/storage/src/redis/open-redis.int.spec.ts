import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, freeze, type ManagedServer, startRedis, until } from '#testing';
import { openRedis, type RedisConnection } from './open-redis.ts';

describe('openRedis', () => {
  let server: ManagedServer;
  let connection: RedisConnection;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    connection = openRedis(server.url, { role: 'limits', commandTimeoutMs: 1_000 });
    expect(await until(async () => connection.health().status === 'up', 20_000)).toBe(true);
  });
  afterEach(() => connection.close());

  it('pipelines concurrent commands', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, (_, index) => connection.client.set(`k${index}`, index)));
    expect(new Set(replies)).toEqual(new Set(['OK']));
  });

  it('times out commands to a frozen server', async () => {
    const thaw = freeze(server);
    try {
      await expect(Promise.all([connection.client.get('a'), connection.client.get('b')])).rejects.toThrow('timed out');
    } finally {
      thaw();
    }
  });

  it('reports a lost server, rejects commands at once, and reconnects', async () => {
    await server.kill();
    expect(await until(async () => connection.health().status !== 'up', 20_000)).toBe(true);
    await expect(connection.client.get('a')).rejects.toThrow();
    expect(await until(async () => connection.health().lastError !== null, 20_000)).toBe(true);
    await server.restart();
    expect(await until(async () => connection.health().status === 'up', 20_000)).toBe(true);
    expect(connection.health()).toMatchObject({ reconnects: 1, lastError: null });
  });

  it('opens and closes without a server', async () => {
    const connection = openRedis(`redis://127.0.0.1:${await freePort()}`, { role: 'cache' });
    expect(await until(async () => connection.health().lastError !== null, 20_000)).toBe(true);
    expect(connection.health().status).not.toBe('up');
    await connection.close();
  });
});
