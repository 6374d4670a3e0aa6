import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nkeys } from '@nats-io/nats-core';
import pg from 'pg';
import { createPostgres, openRedis } from '#storage';
import { until } from '#testing';
import type { OwnServer } from '#testing/servers';
import { natsAccess } from '../bus/nats-access.ts';
import { NatsLink } from '../bus/nats-link.ts';
import { platformConfig } from '../config/platform-config.ts';
import type { Log } from '../logs/log.ts';
import { PlatformModule } from '../platform.module.ts';
import { startService } from './start-service.ts';
import { type Authority, makeAuthority, startTlsNats, startTlsPostgres, startTlsRedis } from './testing/tls-servers.ts';

const nkey = nkeys.createUser();
let folder: string;
let authority: Authority;
let stranger: Authority;
let nats: OwnServer;
let redis: OwnServer;
let postgres: OwnServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-tls-'));
  chmodSync(folder, 0o711); // PostgreSQL may run as another user
  [authority, stranger] = [makeAuthority(join(folder, 'ours')), makeAuthority(join(folder, 'theirs'))];
  [nats, redis, postgres] = await Promise.all([
    startTlsNats(folder, authority, `users: [{ user: audio, password: "nats secret" }, { nkey: ${nkey.getPublicKey()} }]`),
    startTlsRedis(folder, authority),
    startTlsPostgres(folder, authority),
  ]);
});
afterAll(async () => {
  await Promise.all([nats, redis, postgres].map((server) => server?.stop()));
  rmSync(folder, { recursive: true, force: true });
});

/** @returns 'up', or why not */
async function natsAnswer(access: Partial<Parameters<typeof natsAccess>[0]>): Promise<string> {
  const { servers: _url, ...rest } = natsAccess({ NATS_URL: nats.url, ...access });
  const faults: unknown[] = [];
  const note = ({ err }: { err: unknown }) => void faults.push(err);
  const noting = { info: () => undefined, warn: note, error: note } as unknown as Log;
  const link = new NatsLink({ url: nats.url, name: 'spec', log: noting, access: rest });
  link.start();
  await until(() => link.isUp || faults.length > 0, 20_000);
  const isUp = link.isUp;
  await link.close();
  return isUp ? 'up' : 'refused';
}

describe('NATS', () => {
  const who = { NATS_USER: 'audio', NATS_PASSWORD: 'nats secret' };
  it('is reached with TLS, its certificate checked, and a password', async () => {
    expect(await natsAnswer({ ...who, NATS_CA: authority.ca })).toBe('up');
  });
  it('is not spoken to when somebody else signed its certificate', async () => {
    expect(await natsAnswer({ ...who, NATS_CA: stranger.ca })).toBe('refused');
    expect(await natsAnswer(who)).toBe('refused');
  });
  it('knows a service by its nkey, whose seed it never sees', async () => {
    const seedOf = (pair: typeof nkey) => new TextDecoder().decode(pair.getSeed());
    expect(await natsAnswer({ NATS_NKEY_SEED: `${seedOf(nkey)}\n`, NATS_CA: authority.ca })).toBe('up');
    expect(await natsAnswer({ NATS_NKEY_SEED: seedOf(nkeys.createUser()), NATS_CA: authority.ca })).toBe('refused');
  });
  it('does not let a wrong password in', async () => {
    expect(await natsAnswer({ ...who, NATS_PASSWORD: 'guess', NATS_CA: authority.ca })).toBe('refused');
  });
});

describe('Redis', () => {
  const pong = async (ca: string | undefined) => {
    const connection = openRedis(redis.url, { role: 'cache', ca, commandTimeoutMs: 2_000 });
    try {
      await until(async () => connection.health().status === 'up' || connection.health().lastError !== null, 20_000);
      return await connection.client.ping();
    } catch {
      return connection.health().lastError;
    } finally {
      await connection.close();
    }
  };
  it('is reached with TLS, its certificate checked, and a password', async () => expect(await pong(authority.ca)).toBe('PONG'));
  it('is not spoken to when somebody else signed its certificate', async () => {
    expect(await pong(stranger.ca)).toMatch(/certificate|signature/);
    expect(await pong(undefined)).toMatch(/certificate|signature/);
  });
});

describe('PostgreSQL', () => {
  const urlWith = (caFile: string) => `${postgres.url}?sslmode=verify-full&sslrootcert=${caFile}`;
  const encrypted = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
  const source = (url: string) =>
    createPostgres({ url, schema: 'public', applicationName: 'spec', poolSize: 1, entities: [], migrations: [] });

  it('is reached with TLS, its certificate checked, by the pool', async () => {
    const open = await source(urlWith(authority.caFile)).initialize();
    expect(await open.query(encrypted)).toEqual([{ ssl: true }]);
    await open.destroy();
  });
  it('is reached with TLS by single connections (migrations, LISTEN)', async () => {
    const client = new pg.Client({ connectionString: urlWith(authority.caFile) });
    await client.connect();
    expect((await client.query(encrypted)).rows).toEqual([{ ssl: true }]);
    await client.end();
  });
  it('is not spoken to when somebody else signed its certificate', async () => {
    await expect(source(urlWith(stranger.caFile)).initialize()).rejects.toThrow(/certificate|signature/);
  });
  it.each(['no-verify', 'require', 'prefer', 'verify-ca'])(
    'may not be configured with sslmode=%s, which checks less than it seems to',
    (mode) => {
      expect(platformConfig.shape.DATABASE_URL.safeParse(`postgres://h/d?sslmode=${mode}`).success).toBe(false);
    },
  );
});

describe('a service', () => {
  it('serves its probes with TLS when it is given a certificate', async () => {
    const config = platformConfig.parse({
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      NATS_URL: nats.url,
      NATS_USER: 'audio',
      NATS_PASSWORD: 'nats secret',
      NATS_CA: authority.ca,
      BLOB_STORE_URL: 'file:///nowhere',
      LOG_LEVEL: 'silent',
      HTTP_TLS_CERT: readFileSync(authority.certFile, 'utf8'),
      HTTP_TLS_KEY: readFileSync(authority.keyFile, 'utf8'),
    });
    const running = await startService(
      { name: 'health', config: () => config, module: () => PlatformModule.forApp({ name: 'health', config }) },
      config,
    );
    const status = await new Promise((resolve, reject) => {
      request(`${running.url}/health/live`, { ca: authority.ca }, (answer) => resolve(answer.resume().statusCode))
        .once('error', reject)
        .end();
    });
    expect([new URL(running.url).protocol, status]).toEqual(['https:', 200]);
    await running.stop();
  });
});
