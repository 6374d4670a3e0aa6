/** Webhooks with several gateway processes, one of which is killed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  type Receiver,
  type RunningService,
  startReceiver,
  startService,
  type TestDatabase,
  testDatabase,
  testNatsUrl,
  testRedisUrl,
  until,
} from '#testing';

let folder: string;
let database: TestDatabase;
let db: pg.Client;
let receiver: Receiver;
let copies: RunningService[];
let environment: Parameters<typeof startService>[1];
let token: string;
let ownerId: string;
/** While true, the receiver does not respond at /held; the senders are killed meanwhile. */
let holding = true;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-webhooks-'));
  database = await testDatabase('webhooks');
  receiver = await startReceiver(({ url }, response) => {
    if (url !== '/held' || !holding) response.end();
  });
  environment = {
    DATABASE_URL: database.url,
    REDIS_URL: await testRedisUrl(),
    NATS_URL: testNatsUrl(),
    BLOB_STORE_URL: `file://${folder}/blobs`,
    GATEWAY_KEY_SECRET: Buffer.alloc(32, 3).toString('base64'),
    GATEWAY_WEBHOOK_TIMEOUT_MS: '60000',
    SHUTDOWN_GRACE_MS: '5000',
    OUTBOUND_ALLOW_PRIVATE: receiver.host,
  };
  copies = [await startService('gateway', environment), await startService('gateway', environment)];
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
  const account = { email: 'copies@example.org', password: 'correct horse battery' };
  ownerId = (await post('/v1/auth/register', account)).user.id;
  token = (await post('/v1/auth/login', account)).accessToken;
}, 180_000); // two processes start one after the other
afterAll(async () => {
  await db.end();
  await Promise.all(copies.map((copy) => copy.stop()));
  await receiver.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function post(path: string, body: unknown) {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(copies[0]!.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.status).toBeLessThan(300);
  // biome-ignore lint/suspicious/noExplicitAny: the spec inspects arbitrary responses
  return (await response.json()) as any;
}

/** Ends jobs in one transaction, so that all instances see them at the same time. */
const endJobs = (count: number) =>
  db.query(
    `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, state, ended_at)
     SELECT gen_random_uuid(), $1, 'spec.nothing', 1, '{}', '{}', '{}', 'succeeded', now() FROM generate_series(1, $2)`,
    [ownerId, count],
  );
const count = async (where: string) => (await db.query(`SELECT count(*)::int AS n FROM gateway.webhook_delivery WHERE ${where}`)).rows[0].n;
const idsAt = (path: string) => receiver.requests.filter(({ url }) => url === path).map(({ headers }) => headers['webhook-id']);

describe('webhooks with two gateway instances', () => {
  it('are sent once per job', async () => {
    const { id } = await post('/v1/webhooks', { url: `${receiver.url}/each`, types: ['job.succeeded'] });
    await endJobs(100);
    expect(await until(async () => (await count(`state = 'delivered'`)) === 100, 30_000)).toBe(true);
    expect(idsAt('/each')).toHaveLength(100);
    expect(new Set(idsAt('/each')).size).toBe(100);
    await db.query('DELETE FROM gateway.webhook WHERE id = $1', [id]);
  });

  it('are not lost when the sending instances are killed', async () => {
    await post('/v1/webhooks', { url: `${receiver.url}/held` });
    await endJobs(8);
    expect(await until(() => idsAt('/held').length === 4, 30_000)).toBe(true); // at most four open requests
    for (const copy of copies) await copy.kill();
    await db.query(`UPDATE gateway.webhook_delivery SET lease_until = now() WHERE lease_until IS NOT NULL`); // expires the lease
    await endJobs(2); // enqueued although no sender runs
    holding = false;
    await copies[0]!.restart();
    expect(await until(async () => (await count(`state = 'delivered'`)) === 10, 30_000)).toBe(true);
    const heard = idsAt('/held');
    expect([new Set(heard).size, heard.length]).toEqual([10, 14]); // four were sent twice, with the same id
  });

  it('are handed over immediately at shutdown, without counting an attempt', async () => {
    await db.query(`DELETE FROM gateway.webhook_delivery`);
    receiver.requests.length = 0;
    holding = true;
    await endJobs(2);
    expect(await until(() => idsAt('/held').length === 2, 30_000)).toBe(true);
    await copies[0]!.stop();
    expect(await count(`state = 'pending' AND attempts = 0 AND lease_until IS NULL AND tries = '[]'`)).toBe(2);
  });
});
