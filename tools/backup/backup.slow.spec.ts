/** The drill: fill an installation, back it up, lose it, restore it elsewhere, and find everything again. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type BlobStore, openFsBlobStore } from '#storage';
import {
  encodeWav,
  type ManagedServer,
  seededRandom,
  startNats,
  startService,
  type TestDatabase,
  testDatabase,
  testFfmpeg,
  testRedisUrl,
  until,
  whiteNoise,
} from '#testing';
import { type BackupReport, makeBackup } from './backup.ts';
import { schemasOf, tablesOf } from './catalog.ts';
import { newestBackup } from './manifest.ts';
import { ServiceMigrations } from './migrate-services.ts';
import { checkBackup, type RestoreRequest, restoreBackup } from './restore.ts';

const account = { email: 'ana@example.org', password: 'correct horse battery' };
let folder: string;
let nats: ManagedServer;
let source: TestDatabase;
let target: TestDatabase;
let before: Record<string, string>;
let made: BackupReport;
let migrations: ServiceMigrations;
const running = new Set<ManagedServer>();

const blobsAt = (name: string): Promise<BlobStore> => openFsBlobStore(join(folder, name));
const keyAt = (name: string) => join(folder, `${name}.key`);

async function startGateway(database: TestDatabase, name: string): Promise<string> {
  const environment = {
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    REDIS_URL: await testRedisUrl(),
    BLOB_STORE_URL: `file://${join(folder, name)}`,
    GATEWAY_KEY_PATH: keyAt(name),
    FFMPEG_PATH: testFfmpeg(),
  };
  const services = await Promise.all([startService('gateway', environment), startService('audio', environment)]);
  for (const service of services) running.add(service);
  await until(async () => (await fetch(`${services[0].url}/health/ready`)).ok, 40_000);
  return services[0].url;
}

async function stopServices(): Promise<void> {
  for (const service of running) await service.stop();
  running.clear();
}

async function ask(url: string, path: string, init: RequestInit = {}) {
  const response = await fetch(url + path, init);
  // biome-ignore lint/suspicious/noExplicitAny: a spec looks into whatever came back
  return { status: response.status, json: (await response.json()) as any };
}
const asJson = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const logIn = async (url: string): Promise<string> => (await ask(url, '/v1/auth/login', asJson(account))).json.accessToken;

/** The number of rows and the hash of all rows of every table. */
async function fingerprint(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const result: Record<string, string> = {};
  for (const { schema, table } of await tablesOf(client, await schemasOf(client))) {
    const { rows } = await client.query(
      `SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) AS print FROM "${schema}"."${table}" t`,
    );
    result[`${schema}.${table}`] = rows[0].print;
  }
  await client.end();
  return result;
}

const backUp = async (now?: Date) =>
  makeBackup({
    databaseUrl: source.url,
    blobs: await blobsAt('blobs'),
    keySecret: readFileSync(keyAt('blobs'), 'utf8').trim(),
    folder: join(folder, 'backup'),
    version: '0.1.0',
    ...(now ? { now } : {}),
  });
const request = async (changes: Partial<RestoreRequest> = {}): Promise<RestoreRequest> => ({
  databaseUrl: target.url,
  blobs: await blobsAt('restored'),
  folder: join(folder, 'backup'),
  keyPath: keyAt('restored'),
  force: false,
  knownMigrations: () => migrations.known(),
  migrate: (steps) => migrations.make(steps),
  ...changes,
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-backup-'));
  [nats, source, target] = await Promise.all([startNats(), testDatabase('backup'), testDatabase('restored')]);
  const url = await startGateway(source, 'blobs');
  await ask(url, '/v1/auth/register', asJson(account));
  const token = await logIn(url);
  const form = new FormData();
  form.set('file', new Blob([encodeWav([whiteNoise(2, 8_000, seededRandom(1))], 8_000)]), 'noise.wav');
  const upload = await ask(url, '/v1/tracks?wait=30', { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: form });
  expect([upload.status, upload.json.state]).toEqual([201, 'ready']);
  await stopServices();
  before = await fingerprint(source.url);
  migrations = new ServiceMigrations(target.url, ['gateway', 'audio']);
}, 120_000);
afterAll(async () => {
  await stopServices();
  await Promise.all([source.drop(), target.drop(), nats.stop()]);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('a backup', () => {
  it('has every row and every file, and changes nothing in the source', async () => {
    made = await backUp();
    expect([made.files > 0, made.newFiles, made.missing]).toEqual([true, made.files, []]);
    expect(await fingerprint(source.url)).toEqual(before);
    expect((await checkBackup(join(folder, 'backup'))).tables.length).toBe(made.tables);
  });
  it('is incremental: files that an earlier one has are not copied again', async () => {
    const again = await backUp(new Date(Date.now() + 60_000));
    expect([again.files, again.newFiles, again.newBytes]).toEqual([made.files, 0, 0]);
    expect(await newestBackup(join(folder, 'backup'))).toBe(again.folder);
  });
});

describe('a restore', () => {
  it.each([
    ['has another byte', (file: Buffer) => file.fill(file[9]! ^ 1, 9, 10), /The backup is damaged: .* has another hash/],
    ['is shorter', (file: Buffer) => file.subarray(0, -1), /The backup is damaged: .* bytes instead of/],
  ])('refuses a backup of which a file %s, and changes nothing', async (_name, damage, message) => {
    const path = join(made.folder, 'identity.user_account.copy.zst');
    const file = existsSync(path) ? path : join(made.folder, 'blobs.reference.copy.zst');
    const bytes = readFileSync(file);
    writeFileSync(file, damage(Buffer.from(bytes)));
    await expect(restoreBackup(await request({ folder: made.folder }))).rejects.toThrow(message);
    writeFileSync(file, bytes);
    expect(await fingerprint(target.url)).toEqual({});
  });
  it('refuses one without a manifest, and one with migrations that this version does not know', async () => {
    await expect(restoreBackup(await request({ folder: join(folder, 'blobs') }))).rejects.toThrow(/There is no complete backup/);
    await expect(restoreBackup(await request({ knownMigrations: async () => new Set() }))).rejects.toThrow(/does not know/);
  });
  it('refuses a database that services use', async () => {
    const client = new pg.Client({ connectionString: target.url, application_name: 'audio' });
    await client.connect();
    await expect(restoreBackup(await request())).rejects.toThrow('Stop the services first: audio use this database.');
    await client.end();
  });
  it('makes rows, files and keys equal, and the platform goes on', async () => {
    const report = await restoreBackup(await request());
    expect([report.files, report.key]).toEqual([made.files, 'written']);
    const after = await fingerprint(target.url);
    expect(Object.fromEntries(Object.keys(before).map((name) => [name, after[name]]))).toEqual(before);
    const restored = await blobsAt('restored');
    for await (const { sha256 } of (await blobsAt('blobs')).list()) {
      const { stream } = await restored.openRead(sha256);
      const hash = createHash('sha256');
      for await (const chunk of stream) hash.update(chunk);
      expect(hash.digest('hex')).toBe(sha256);
    }
    const url = await startGateway(target, 'restored');
    const token = await logIn(url);
    const { json } = await ask(url, '/v1/tracks', { headers: { authorization: `Bearer ${token}` } });
    expect(json.items.map(({ state }: { state: string }) => state)).toEqual(['ready']);
    await stopServices();
  }, 90_000);
  it('refuses a database with something in it, unless it is forced', async () => {
    await expect(restoreBackup(await request())).rejects.toThrow(/The database is not empty .*--force/);
    writeFileSync(keyAt('restored'), 'another');
    await expect(restoreBackup(await request())).rejects.toThrow(/holds another secret: --force replaces it/);
    await restoreBackup(await request({ force: true }));
    const after = await fingerprint(target.url);
    expect(Object.fromEntries(Object.keys(before).map((name) => [name, after[name]]))).toEqual(before);
    expect(readFileSync(keyAt('restored'), 'utf8')).toBe(readFileSync(keyAt('blobs'), 'utf8'));
  }, 60_000);
});
