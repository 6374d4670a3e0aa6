/** Fair scheduling of a process's slots when many receivers do not respond. Counts requests; measures no times. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Database, Lifecycle } from '#platform';
import { type Receiver, startReceiver, until } from '#testing';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { Webhooks } from './webhooks.service.ts';

const slots = 64;
let gateway: OwnGateway;
/** Receivers that accept requests and never respond. */
let hanging: Receiver[];
const unanswered: ServerResponse[] = [];
let lively: Receiver;

beforeAll(async () => {
  hanging = await Promise.all(Array.from({ length: 8 }, () => startReceiver((_heard, response) => void unanswered.push(response))));
  lively = await startReceiver((_heard, response) => void response.end());
  gateway = await startGateway({
    OUTBOUND_ALLOW_PRIVATE: [...hanging, lively].map(({ host }) => host).join(),
    GATEWAY_WEBHOOK_TIMEOUT_MS: '60000', // no slot is released during a test
    GATEWAY_WEBHOOK_SLOTS: String(slots),
    SHUTDOWN_GRACE_MS: '1000',
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([...hanging, lively].map((receiver) => receiver.stop()));
});

const sql = (text: string, values: unknown[] = []) => gateway.app.get(Database).source.query(text, values);
const create = (ownerId: string, receiver: Receiver, path = '/') =>
  gateway.app.get(Webhooks).create(ownerId, { url: receiver.url + path, types: [], metadataFilter: {}, description: '' });
const endJobs = (ownerIds: string[], count: number) =>
  sql(
    `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, state, ended_at)
     SELECT gen_random_uuid(), o, 'spec.nothing', 1, '{}', '{}', '{}', 'succeeded', now() FROM unnest($1::uuid[]) o, generate_series(1, $2)`,
    [ownerIds, count],
  );
/** Open requests to receivers that do not respond. */
const underWay = async (): Promise<{ requests: number; webhooks: number }> =>
  (
    await sql(
      `SELECT count(*)::int AS requests, count(DISTINCT webhook_id)::int AS webhooks
       FROM gateway.webhook_delivery d JOIN gateway.webhook w ON w.id = d.webhook_id WHERE d.lease_until >= now() AND w.receiver <> $1`,
      [lively.host],
    )
  )[0];
const hears = (receiver: Receiver, path: string, count = 1) =>
  until(() => receiver.requests.filter(({ url }) => url === path).length >= count, 20_000);

/** Sends to a new owner's receiver; its arrival shows that all earlier claims are complete. */
async function strangerIsServed(): Promise<boolean> {
  const [stranger, path] = [randomUUID(), `/${randomUUID()}`];
  await create(stranger, lively, path);
  await endJobs([stranger], 1);
  return hears(lively, path);
}

const owners = Array.from({ length: 14 }, () => randomUUID());
const slowWebhooks = (receivers: Receiver[]) =>
  Promise.all(owners.flatMap((owner) => Array.from({ length: 10 }, (_, n) => create(owner, receivers[n % receivers.length]!))));

describe('sending slots', () => {
  beforeEach(async () => {
    await sql('DELETE FROM gateway.webhook');
    for (const response of unanswered.splice(0)) response.destroy();
  });

  it('remain for other owners when many receivers never respond', async () => {
    await slowWebhooks(hanging);
    await endJobs(owners, 4);
    expect(await until(async () => (await underWay()).requests >= owners.length, 20_000)).toBe(true); // each owner got a slot
    expect(await strangerIsServed()).toBe(true);
    expect((await underWay()).requests).toBeLessThan(slots);
  });

  it('are limited per receiver across owners', async () => {
    await slowWebhooks(hanging.slice(0, 1));
    await endJobs(owners, 4);
    expect(await strangerIsServed()).toBe(true);
    expect(await strangerIsServed()).toBe(true);
    expect((await underWay()).requests).toBeLessThanOrEqual(slots / 4);
  });

  it('are limited for failing webhooks, with one request each', async () => {
    await slowWebhooks(hanging);
    await sql('UPDATE gateway.webhook SET failing_since = now()');
    await endJobs(owners, 4);
    expect(await strangerIsServed()).toBe(true);
    expect(await strangerIsServed()).toBe(true);
    const { requests, webhooks } = await underWay();
    expect(requests).toBeLessThanOrEqual(slots / 4);
    expect(webhooks).toBe(requests);
  });

  it('are not used by a claim in flight at shutdown', async () => {
    const client = new pg.Client({ connectionString: gateway.databaseUrl });
    await client.connect();
    await client.query(`SELECT pg_advisory_lock(hashtext('webhooks'), hashtext('claim'))`);
    const owner = randomUUID();
    await create(owner, lively, '/too-late');
    await endJobs([owner], 1);
    const claimWaits = async () => (await sql(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length > 0;
    const isQueued = async () => (await sql('SELECT 1 FROM gateway.webhook_delivery')).length > 0;
    expect(await until(async () => (await claimWaits()) && (await isQueued()), 20_000)).toBe(true);
    gateway.app.get(Lifecycle).beginStop();
    await client.end(); // releases the lock
    const state = async () => (await sql('SELECT attempts, lease_until FROM gateway.webhook_delivery'))[0];
    const isGivenBack = async () => isDeepStrictEqual({ ...(await state()) }, { attempts: 0, lease_until: null });
    // The claim may not have begun when it no longer waits: what it takes, it gives back.
    expect(await until(async () => !(await claimWaits()) && (await isGivenBack()), 20_000)).toBe(true);
    expect(await until(isGivenBack, 20_000)).toBe(true);
    expect(lively.requests.filter(({ url }) => url === '/too-late')).toEqual([]);
  });
});
