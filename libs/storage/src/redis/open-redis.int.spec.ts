import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, type OwnServer, startRedis, until } from '#testing';
import { openRedis, type RedisConnection } from './open-redis.ts';

describe('openRedis', () => {
  let server: OwnServer;
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

  it('answers, many commands in one flight', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => connection.client.set(`k${index}`, index)));
    expect(new Set(answers)).toEqual(new Set(['OK']));
  });

  it('does not wait for a frozen server', async () => {
    process.kill(server.pid, 'SIGSTOP');
    try {
      await expect(Promise.all([connection.client.get('a'), connection.client.get('b')])).rejects.toThrow('timed out');
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
  });

  it('says that the server is gone, refuses commands at once, and comes back by itself', async () => {
    await server.kill();
    expect(await until(async () => connection.health().status !== 'up', 20_000)).toBe(true);
    await expect(connection.client.get('a')).rejects.toThrow();
    expect(await until(async () => connection.health().lastError !== null, 20_000)).toBe(true);
    await server.restart();
    expect(await until(async () => connection.health().status === 'up', 20_000)).toBe(true);
    expect(connection.health()).toMatchObject({ reconnects: 1, lastError: null });
  });

  it('opens also while there is no server, and closes without having met one', async () => {
    const lonely = openRedis(`redis://127.0.0.1:${await freePort()}`, { role: 'cache' });
    expect(await until(async () => lonely.health().lastError !== null, 20_000)).toBe(true);
    expect(lonely.health().status).not.toBe('up');
    await lonely.close();
  });
});
