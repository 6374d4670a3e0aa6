import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeCursor } from '#contracts';
import { Database } from '#platform';
import { partitionsOf } from '#storage';
import { queryPlans, until } from '#testing';
import { DeliveryLog } from './delivery-log.store.ts';
import { webhookDeliveries } from './delivery-partitions.migration.ts';
import { DeliveryQueue } from './delivery-queue.store.ts';
import { type Owner, startWebhookFixture, type WebhookFixture } from './testing/webhook-fixture.ts';
import { WebhookStore } from './webhook.store.ts';

let hooks: WebhookFixture;
let ana: Owner;
let ben: Owner;
beforeAll(async () => {
  hooks = await startWebhookFixture();
  ({ ana, ben } = hooks);
});
afterAll(() => hooks.stop());

describe('a receiver', () => {
  it('that fails is retried with the same message id until it succeeds', async () => {
    const { id } = await hooks.create(ana, '/refuses', { types: ['job.failed'] });
    await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    const missed = await hooks.settled(ana, id, ({ tries }) => tries.length === 1);
    expect(missed).toMatchObject({ state: 'pending', tries: [{ status: 500, snippet: 'no pe' }] });
    expect(Date.parse(missed.nextAttemptAt!)).toBeGreaterThan(Date.now());
    expect((await hooks.ask(ana, 'GET', `/v1/webhooks/${id}`)).json.failingSince).not.toBeNull();
    await hooks.ask(ana, 'PATCH', `/v1/webhooks/${id}`, { url: `${hooks.receiver.url}/recovered` });
    await hooks.tryNow();
    const [second] = await hooks.heard('/recovered');
    expect(second!.headers['webhook-id']).toBe((await hooks.heard('/refuses'))[0]!.headers['webhook-id']);
    expect(await hooks.settled(ana, id, ({ state }) => state === 'delivered')).toMatchObject({ attempts: 2 });
    expect((await hooks.ask(ana, 'GET', `/v1/webhooks/${id}`)).json.failingSince).toBeNull();
  });

  it('that sends Retry-After is retried after that time', async () => {
    const { id } = await hooks.create(ana, '/busy', { types: ['job.failed'] });
    await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    const { nextAttemptAt } = await hooks.settled(ana, id, ({ tries }) => tries.length === 1);
    expect(Date.parse(nextAttemptAt!) - Date.now()).toBeGreaterThan(7_000_000);
  });

  it('that always fails: the delivery fails after the last attempt', async () => {
    const { id } = await hooks.create(ana, '/refuses', { types: ['job.failed'] });
    await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    await hooks.settled(ana, id, ({ tries }) => tries.length === 1);
    await hooks.sql(`UPDATE gateway.webhook_delivery SET attempts = 7, next_at = now() WHERE webhook_id = $1`, [id]);
    expect(await hooks.settled(ana, id, ({ state }) => state !== 'pending')).toMatchObject({
      state: 'failed',
      attempts: 8,
      nextAttemptAt: null,
    });
  });

  it('that responds with 410 disables its webhook, and pending deliveries fail', async () => {
    const { id } = await hooks.create(ana, '/gone', { types: ['job.failed'] });
    await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    await hooks.settled(ana, id, ({ state }) => state === 'failed');
    expect((await hooks.ask(ana, 'GET', `/v1/webhooks/${id}`)).json).toMatchObject({ enabled: false, disabledReason: 'gone' });
    expect((await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`)).json.code).toBe('webhook-disabled');
  });

  it('that has failed for days disables its webhook', async () => {
    const { id } = await hooks.create(ana, '/refuses', { types: ['job.failed'] });
    await hooks.sql(`UPDATE gateway.webhook SET failing_since = now() - interval '6 days' WHERE id = $1`, [id]);
    await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    await hooks.settled(ana, id, ({ state }) => state === 'failed');
    expect((await hooks.ask(ana, 'GET', `/v1/webhooks/${id}`)).json.disabledReason).toBe('failing');
    const enabled = await hooks.ask(ana, 'PATCH', `/v1/webhooks/${id}`, { enabled: true });
    expect(enabled.json).toMatchObject({ enabled: true, disabledReason: null, failingSince: null });
  });

  it('that hangs is timed out and paused, has at most four open requests, and does not delay others', async () => {
    const [hanging, other] = [await hooks.create(ben, '/hangs'), await hooks.create(ana, '/lively', { types: ['job.failed'] })];
    for (let index = 0; index < 12; index++) await hooks.endJob(ben);
    await hooks.heard('/hangs', 4);
    const [{ count }] = await hooks.sql(
      `SELECT count(*)::int AS count FROM gateway.webhook_delivery WHERE webhook_id = $1 AND attempts > 0`,
      [hanging.id],
    );
    await hooks.endJob(ana, 'failed');
    await hooks.heard('/lively');
    expect(count).toBeLessThanOrEqual(4);
    expect(await hooks.settled(ana, other.id, ({ state }) => state === 'delivered')).toMatchObject({ attempts: 1 });
    const isCutOff = async () =>
      (await hooks.deliveries(ben, hanging.id)).filter((d) => d.tries[0]?.error === 'remote-unreachable').length === 4;
    expect(await until(isCutOff, 20_000)).toBe(true);
    await hooks.endJob(ana, 'failed'); // its delivery shows that later claims were made
    await hooks.heard('/lively', 2);
    const [after] = await hooks.sql(
      `SELECT count(*) FILTER (WHERE attempts > 0)::int AS attempted, bool_and(paused_until > now()) AS paused
       FROM gateway.webhook_delivery d JOIN gateway.webhook w ON w.id = d.webhook_id WHERE w.id = $1`,
      [hanging.id],
    );
    expect(after).toEqual({ attempted: 4, paused: true });
    await hooks.ask(ben, 'DELETE', `/v1/webhooks/${hanging.id}`);
  });

  it('that redirects is not followed, and a long response is truncated', async () => {
    const [away, talks] = [
      await hooks.create(ana, '/elsewhere', { types: ['job.failed'] }),
      await hooks.create(ana, '/talks', { types: ['job.failed'] }),
    ];
    for (const { id } of [away, talks]) await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    expect((await hooks.settled(ana, away.id, ({ tries }) => tries.length === 1)).tries[0]).toMatchObject({ status: 307 });
    expect((await hooks.settled(ana, talks.id, ({ state }) => state === 'delivered')).tries[0]!.snippet).toHaveLength(1_024);
    expect(hooks.heardAt('/redirected')).toEqual([]);
  });

  it('whose sender died is served by another instance after the lease', async () => {
    const { id } = await hooks.create(ana, '/survivor', { types: ['job.failed'] });
    await hooks.sql(
      `INSERT INTO gateway.webhook_delivery (id, webhook_id, message_id, event, body, attempts, lease_until)
       VALUES ($1, $2, 'msg_left', 'webhook.test', '{}', 1, now() - interval '1 second')`,
      [randomUUID(), id],
    );
    expect((await hooks.heard('/survivor'))[0]!.headers['webhook-id']).toBe('msg_left');
    expect(await hooks.settled(ana, id, ({ state }) => state === 'delivered')).toMatchObject({ attempts: 2 });
  });
});

describe('deliveries', () => {
  const monthsAgo = (months: number) => new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - months, 15));
  const partitions = () => partitionsOf(hooks.gateway.app.get(Database).source, webhookDeliveries);
  const nameOf = (at: Date) => `webhook_delivery_${at.toISOString().slice(0, 7).replace('-', '_')}`;

  it('go with their month when it was over for thirty days, unless one of them still waits', async () => {
    const { id } = await hooks.create(ana, '/months', { types: ['job.failed'] });
    const [queue, old] = [hooks.gateway.app.get(DeliveryQueue), monthsAgo(4)];
    await queue.maintain(old);
    const insert = `INSERT INTO gateway.webhook_delivery (id, webhook_id, message_id, event, body, created_at, next_at, state, ended_at)
       VALUES ($1, $2, 'msg', 'webhook.test', '{}', $3, now() + interval '1 day', $4, CASE WHEN $4 = 'failed' THEN now() END)`;
    await hooks.sql(insert, [randomUUID(), id, old, 'pending']);
    await hooks.sql(insert, [randomUUID(), id, monthsAgo(3), 'failed']);
    await queue.maintain();
    expect(await partitions()).toEqual(expect.arrayContaining([nameOf(old), nameOf(monthsAgo(0)), nameOf(monthsAgo(-2))]));
    expect(await partitions()).not.toContain(nameOf(monthsAgo(3)));
    await hooks.ask(ana, 'DELETE', `/v1/webhooks/${id}`);
    await queue.maintain();
    expect(await partitions()).not.toContain(nameOf(old));
  });
  it('of a page are read in the months before its cursor', async () => {
    const source = hooks.gateway.app.get(Database).source;
    const { id } = await hooks.create(ana, '/page', { types: ['job.failed'] });
    const cursor = encodeCursor({ createdAt: monthsAgo(1).toISOString().replace('Z', '000Z'), id: randomUUID() });
    const plan = await queryPlans(source, () => hooks.gateway.app.get(DeliveryLog).list(id, undefined, { cursor, limit: 20 }));
    expect(plan).toMatch(/Index Scan/);
    expect(plan).not.toContain(nameOf(monthsAgo(0)));
    expect(plan).not.toContain('Seq Scan');
  });
});

describe('a list of webhooks', () => {
  it('is read from the index of its owner, in order, beside 20,000 of others', async () => {
    await hooks.sql(
      `INSERT INTO gateway.webhook (id, owner_id, url, receiver, description, events, sealed_secret, verify_at, created_at)
       SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 500)::text, 12, '0'))::uuid, 'http://127.0.0.1:9/' || i, 'http://127.0.0.1:9', '',
         ARRAY['job.failed'], 'x', NULL, now() - i * interval '1 second' FROM generate_series(1, 20000) AS i`,
    );
    await hooks.sql('VACUUM ANALYZE gateway.webhook');
    const cursor = encodeCursor({ createdAt: new Date().toISOString().replace('Z', '000Z'), id: randomUUID() });
    const list = () => hooks.gateway.app.get(WebhookStore).list(ana.id, { cursor, limit: 20 });
    const plan = await queryPlans(hooks.gateway.app.get(Database).source, list);
    expect(plan).toMatch(/Index Scan using webhook_owner[\s\S]*Index Cond: .*owner_id = /);
    expect(plan).not.toMatch(/Seq Scan|Sort/);
    await hooks.sql(`DELETE FROM gateway.webhook WHERE url LIKE 'http://127.0.0.1:9/%'`);
  });
});
