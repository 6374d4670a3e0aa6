import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nkeys } from '@nats-io/nats-core';
import pg from 'pg';
import { createPostgres, openRedis } from '#storage';
import { until } from '#testing';
import type { ManagedServer } from '#testing/servers';
import { natsAccess } from '../bus/nats-access.ts';
import { NatsLink } from '../bus/nats-link.ts';
import { platformConfig } from '../config/platform-config.ts';
import type { Log } from '../logs/log.ts';
import { firstExpirySeconds } from '../metrics/certificate-expiry.ts';
import { PlatformModule } from '../platform.module.ts';
import { startService } from './start-service.ts';
import { type Authority, makeAuthority, startTlsNats, startTlsPostgres, startTlsRedis } from './testing/tls-servers.ts';

const nkey = nkeys.createUser();
let folder: string;
let authority: Authority;
let otherAuthority: Authority;
let nats: ManagedServer;
let redis: ManagedServer;
let postgres: ManagedServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-tls-'));
  chmodSync(folder, 0o711); // PostgreSQL may run as another user
  [authority, otherAuthority] = [makeAuthority(join(folder, 'ours')), makeAuthority(join(folder, 'theirs'))];
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

/** @returns 'up' or 'refused' */
async function natsStatus(access: Partial<Parameters<typeof natsAccess>[0]>): Promise<string> {
  const { servers: _url, ...rest } = natsAccess({ NATS_URL: nats.url, ...access });
  const errors: unknown[] = [];
  const record = ({ err }: { err: unknown }) => void errors.push(err);
  const log = { info: () => undefined, warn: record, error: record } as unknown as Log;
  const link = new NatsLink({ url: nats.url, name: 'spec', log, access: rest });
  link.start();
  await until(() => link.isUp || errors.length > 0, 20_000);
  const isUp = link.isUp;
  await link.close();
  return isUp ? 'up' : 'refused';
}

describe('the end of a certificate', () => {
  it('is that of the first one in the file that expires', () => {
    const nowSeconds = Date.now() / 1_000;
    const soonest = firstExpirySeconds(authority.ca + readFileSync(authority.certFile, 'utf8')) ?? 0;
    expect(soonest).toBeGreaterThan(nowSeconds + 86_400);
    expect(soonest).toBeLessThan(nowSeconds + 2 * 86_400 + 1);
  });
  it('is unknown for text without a certificate', () => expect(firstExpirySeconds('-----BEGIN NOTHING-----')).toBeUndefined());
});

describe('NATS', () => {
  const login = { NATS_USER: 'audio', NATS_PASSWORD: 'nats secret' };
  it('is connected with verified TLS and a password', async () => {
    expect(await natsStatus({ ...login, NATS_CA: authority.ca })).toBe('up');
  });
  it('is rejected when another CA signed its certificate', async () => {
    expect(await natsStatus({ ...login, NATS_CA: otherAuthority.ca })).toBe('refused');
    expect(await natsStatus(login)).toBe('refused');
  });
  it('authenticates a service by its nkey', async () => {
    const seedOf = (pair: typeof nkey) => new TextDecoder().decode(pair.getSeed());
    expect(await natsStatus({ NATS_NKEY_SEED: `${seedOf(nkey)}\n`, NATS_CA: authority.ca })).toBe('up');
    expect(await natsStatus({ NATS_NKEY_SEED: seedOf(nkeys.createUser()), NATS_CA: authority.ca })).toBe('refused');
  });
  it('rejects a wrong password', async () => {
    expect(await natsStatus({ ...login, NATS_PASSWORD: 'guess', NATS_CA: authority.ca })).toBe('refused');
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
  it('is connected with verified TLS and a password', async () => expect(await pong(authority.ca)).toBe('PONG'));
  it('is rejected when another CA signed its certificate', async () => {
    expect(await pong(otherAuthority.ca)).toMatch(/certificate|signature/);
    expect(await pong(undefined)).toMatch(/certificate|signature/);
  });
});

describe('PostgreSQL', () => {
  const urlWith = (caFile: string) => `${postgres.url}?sslmode=verify-full&sslrootcert=${caFile}`;
  const encrypted = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
  const source = (url: string) =>
    createPostgres({ url, schema: 'public', applicationName: 'spec', poolSize: 1, entities: [], migrations: [] });

  it('is connected with verified TLS by the pool', async () => {
    const open = await source(urlWith(authority.caFile)).initialize();
    expect(await open.query(encrypted)).toEqual([{ ssl: true }]);
    await open.destroy();
  });
  it('is connected with TLS by single connections (migrations, LISTEN)', async () => {
    const client = new pg.Client({ connectionString: urlWith(authority.caFile) });
    await client.connect();
    expect((await client.query(encrypted)).rows).toEqual([{ ssl: true }]);
    await client.end();
  });
  it('is rejected when another CA signed its certificate', async () => {
    await expect(source(urlWith(otherAuthority.caFile)).initialize()).rejects.toThrow(/certificate|signature/);
  });
  it.each(['no-verify', 'require', 'prefer', 'verify-ca'])(
    'cannot be configured with sslmode=%s, which does not verify the certificate fully',
    (mode) => {
      expect(platformConfig.shape.DATABASE_URL.safeParse(`postgres://h/d?sslmode=${mode}`).success).toBe(false);
    },
  );
});

describe('a service', () => {
  it('serves its probes over TLS when it has a certificate', async () => {
    const config = platformConfig.parse({
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      NATS_URL: nats.url,
      NATS_USER: 'audio',
      NATS_PASSWORD: 'nats secret',
      NATS_CA: authority.ca,
      BLOB_STORE_URL: `file://${tmpdir()}/nowhere`,
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
