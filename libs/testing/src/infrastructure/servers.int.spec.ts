import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type ManagedServer, startNats, startPostgres, startRedis, testDatabase, testRedisUrl, until } from './servers.ts';

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('startPostgres', () => {
  let server: ManagedServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it('keeps committed data and its address across a kill and a restart', async () => {
    await rows(server.url, 'create table kept as select 42 as answer');
    const { url, pid } = server;
    await server.kill();
    expect(server.pid).toBe(0);
    await expect(rows(url, 'select 1')).rejects.toThrow();
    await server.restart();
    expect(server.pid).not.toBe(pid);
    expect(await rows(url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('ends all its processes on a kill, also while it is busy', async () => {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => {}); // the server is killed on purpose
    await client.connect();
    const busy = client.query('select count(*) from generate_series(1, 100000000000)');
    const refused = expect(busy).rejects.toThrow();
    const isBusy = async () =>
      (await rows(server.url, `select 1 from pg_stat_activity where query like '%series%' and state = 'active'`)).length > 1;
    expect(await until(isBusy, 10_000)).toBe(true);
    await server.kill();
    await refused;
    await server.restart();
    expect(await rows(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('lower-cases accented letters whatever the locale of the machine', async () => {
    expect(await rows(server.url, "select lower('RÁFAGA Ñ') as word")).toEqual([{ word: 'ráfaga ñ' }]);
  });
});

describe('a server that was stopped', () => {
  it.each([startPostgres, startRedis, startNats])('leaves no files: %p', async (start) => {
    const server = await start();
    const folder = /\S*rafaga-\w+-\w+/.exec(server.command)?.[0] ?? '';
    expect(existsSync(folder)).toBe(true);
    await server.stop();
    await server.stop();
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a server that ends unexpectedly', () => {
  it('is reported once, while one that is stopped is not', async () => {
    const server = await startRedis();
    const ended = new Promise((resolve) => server.onUnexpectedExit(resolve));
    process.kill(server.pid, 'SIGKILL');
    expect(await ended).toBe('SIGKILL');
    await server.stop();
  });
});

describe('startNats', () => {
  it('has JetStream and comes back on the same address', async () => {
    const server = await startNats();
    await server.kill();
    await server.restart();
    const connection = await connect({ servers: server.url });
    expect(connection.info?.jetstream).toBe(true);
    await connection.close();
    await server.stop();
  });
});

describe('the shared servers', () => {
  it('provide an empty database, which is dropped at the end', async () => {
    const [one, two] = [await testDatabase('one'), await testDatabase('two')];
    await rows(one.url, 'create table mine (id int)');
    expect(await rows(two.url, "select 1 from pg_tables where tablename = 'mine'")).toEqual([]);
    await one.drop();
    await expect(rows(one.url, 'select 1')).rejects.toThrow('does not exist');
    await two.drop();
  });

  it('provide a separate Redis database', async () => {
    const [one, two] = [new Redis(await testRedisUrl()), new Redis(await testRedisUrl())];
    const key = randomUUID();
    await one.set(key, 'mine');
    expect(await two.get(key)).toBeNull();
    for (const client of [one, two]) client.disconnect();
  });
});
