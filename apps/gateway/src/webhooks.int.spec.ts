import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { until } from '#testing';
import { messageBodies } from './docs/webhook-messages.ts';
import { DeliveryQueue } from './webhooks/delivery-queue.store.ts';
import { type Owner, signedWith, startWebhookFixture, type WebhookFixture } from './webhooks/testing/webhook-fixture.ts';

let hooks: WebhookFixture;
let ana: Owner;
let ben: Owner;
beforeAll(async () => {
  hooks = await startWebhookFixture();
  ({ ana, ben } = hooks);
});
afterAll(() => hooks.stop());

describe('a webhook', () => {
  it("gets signed messages about the end of its owner's jobs only", async () => {
    const { secret, id } = await hooks.create(ana, '/all');
    await hooks.endJob(ben);
    const jobId = await hooks.endJob(ana);
    const [message] = await hooks.heard('/all');
    expect(signedWith(message!, secret)).toBe(true);
    expect(JSON.parse(message!.body)).toMatchObject({
      type: 'job.succeeded',
      timestamp: expect.any(String),
      data: { id: jobId, result: { ok: true } },
    });
    const delivery = await hooks.settled(ana, id, ({ state }) => state === 'delivered');
    expect(delivery.tries).toMatchObject([{ status: 200, error: null, snippet: 'thanks' }]);
    expect(hooks.heardAt('/all')).toHaveLength(1);
  });

  it('gets one message for a job that is inserted in its final state', async () => {
    await hooks.create(ana, '/once');
    const id = randomUUID();
    await hooks.sql(
      `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, state, ended_at)
       VALUES ($1, $2, 'spec.nothing', 1, '{}', '{}', '{}', 'succeeded', now())`,
      [id, ana.id],
    );
    await hooks.sql(`UPDATE jobs.job SET percent = 100 WHERE id = $1`, [id]);
    await hooks.heard('/once');
    expect(
      (
        await hooks.sql(
          `SELECT count(*)::int AS count FROM gateway.webhook_delivery WHERE source LIKE 'msg_' || replace($1, '-', '') || '%' AND webhook_id IN
      (SELECT id FROM gateway.webhook WHERE url LIKE '%/once')`,
          [id],
        )
      )[0].count,
    ).toBe(1);
  });

  it('gets only subscribed events', async () => {
    await hooks.create(ana, '/failures', { types: ['job.failed'] });
    await hooks.endJob(ana, 'succeeded');
    await hooks.endJob(ana, 'failed');
    expect(JSON.parse((await hooks.heard('/failures'))[0]!.body).type).toBe('job.failed');
    expect(hooks.heardAt('/failures')).toHaveLength(1);
  });

  it('gets no result that exceeds the size limit', async () => {
    await hooks.create(ana, '/large', { types: ['job.cancelled'] });
    await hooks.endJob(ana, 'cancelled', 'x'.repeat(300_000));
    const message = JSON.parse((await hooks.heard('/large'))[0]!.body);
    expect(message.data).toMatchObject({ result: null, resultOmitted: true });
    expect(messageBodies.get('job.cancelled')!.safeParse(message).error).toBeUndefined();
  });

  it('gets two signatures for 24 hours after a rotation', async () => {
    const { secret, id } = await hooks.create(ana, '/rotated', { types: ['job.failed'] });
    const rotated = (await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/rotate-secret`)).json;
    expect(rotated.previousSecretUntil).not.toBeNull();
    await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    const [message] = await hooks.heard('/rotated');
    expect([signedWith(message!, secret), signedWith(message!, rotated.secret)]).toEqual([true, true]);
    await hooks.sql(`UPDATE gateway.webhook SET previous_until = now() - interval '1 second' WHERE id = $1`, [id]);
    await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    const later = (await hooks.heard('/rotated', 2))[1]!;
    expect([signedWith(later, secret), signedWith(later, rotated.secret)]).toEqual([false, true]);
  });

  it('shows its secret once and stores it encrypted', async () => {
    const { secret, id } = await hooks.create(ana, '/secret', { types: ['job.failed'] });
    expect(JSON.stringify((await hooks.ask(ana, 'GET', `/v1/webhooks/${id}`)).json)).not.toContain('whsec_');
    const [row] = await hooks.sql('SELECT sealed_secret FROM gateway.webhook WHERE id = $1', [id]);
    expect(Buffer.from(row.sealed_secret).includes(secret)).toBe(false);
  });
});

describe('the ETag of a webhook', () => {
  it('lets one of two changes through that began with the same, and stands in every answer', async () => {
    const made = await hooks.ask(ana, 'POST', '/v1/webhooks', { url: `${hooks.receiver.url}/edited`, types: ['job.failed'] });
    const self: string = made.json.links.self;
    const read = await hooks.ask(ana, 'GET', self);
    const etag = read.headers.get('etag')!;
    expect([made.headers.get('etag'), made.headers.get('location'), read.json.revision]).toEqual([etag, self, undefined]);
    const edits = await Promise.all(['one', 'two'].map((description) => hooks.ask(ana, 'PATCH', self, { description }, etag)));
    const [kept, refused] = edits.sort((a, b) => a.status - b.status);
    expect([kept!.status, refused!.status, refused!.json.code]).toEqual([200, 412, 'precondition-failed']);
    const rotated = await hooks.ask(ana, 'POST', `${self}/rotate-secret`);
    expect((await hooks.ask(ana, 'DELETE', self, undefined, kept!.headers.get('etag')!)).status).toBe(412);
    expect((await hooks.ask(ana, 'DELETE', self, undefined, rotated.headers.get('etag')!)).status).toBe(204);
    expect((await hooks.ask(ana, 'DELETE', self, undefined, etag)).json.code).toBe('webhook-not-found');
  });

  it('must be sent with a change', async () => {
    const { links } = await hooks.create(ana, '/blind', { types: ['job.failed'] });
    const blind = await hooks.gateway.ask('PATCH', links.self, { token: ana.token, body: { enabled: false } });
    expect([blind.status, blind.json.code]).toEqual([428, 'precondition-required']);
  });
});

describe('a webhook that must not be called', () => {
  /** What a claim with free slots would send to it. */
  const claimed = async (id: string) => {
    const limits = { free: 50, perWebhook: 4, perReceiver: 50, failing: 4, ownerShare: 1 };
    return (await hooks.gateway.app.get(DeliveryQueue).claim(limits)).filter(({ webhookId }) => webhookId === id);
  };
  const enqueued = (id: string) =>
    until(async () => (await hooks.sql('SELECT 1 FROM gateway.webhook_delivery WHERE webhook_id = $1', [id])).length > 0, 20_000);

  it.each(['disabled_at', 'deletion_due_at'])('because %s of its owner is set gets its messages once it is not', async (column) => {
    const owner = await hooks.register(`leaves-${column.slice(0, 8)}`);
    const path = `/${column}`;
    const { id } = await hooks.create(owner, path);
    await hooks.sql(`UPDATE identity.users SET ${column} = now() + interval '1 day' WHERE id = $1`, [owner.id]);
    await hooks.endJob(owner);
    expect(await enqueued(id)).toBe(true);
    expect([await claimed(id), hooks.heardAt(path)]).toEqual([[], []]);
    await hooks.sql(`UPDATE identity.users SET ${column} = NULL WHERE id = $1`, [owner.id]);
    expect(await hooks.heard(path)).toHaveLength(1);
  });

  it('because it is disabled at that moment gets neither a new message nor one that waits', async () => {
    const owner = await hooks.register('disables');
    const { id } = await hooks.create(owner, '/disabled');
    const other = new pg.Client({ connectionString: hooks.gateway.databaseUrl });
    await other.connect();
    await other.query('BEGIN');
    await other.query(`UPDATE gateway.webhook SET disabled_reason = 'owner' WHERE id = $1`, [id]);
    const asked = hooks.ask(owner, 'POST', `/v1/webhooks/${id}/test`);
    await hooks.endJob(owner);
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event IN ('transactionid', 'tuple')`;
    const bothWait = await until(async () => (await hooks.sql(waiting)).length === 2, 10_000);
    await other.query('COMMIT');
    await other.end();
    expect([bothWait, (await asked).json.code]).toEqual([true, 'webhook-disabled']);
    await hooks.sql(
      `INSERT INTO gateway.webhook_delivery (id, webhook_id, message_id, event, body) VALUES (gen_random_uuid(), $1, 'msg_late', 'webhook.test', '{}')`,
      [id],
    );
    expect([await claimed(id), hooks.heardAt('/disabled')]).toEqual([[], []]);
    expect(await hooks.deliveries(owner, id)).toHaveLength(1);
  });
});

describe('a webhook URL', () => {
  it.each([
    'http://127.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://0x7f.1/',
    'https://user:secret@example.org/',
    'https://1.1.1.1:22/',
    'file:///etc/passwd',
    'ftp://example.org/',
    'no address',
  ])('%s is refused', async (url) => {
    const { status, json } = await hooks.ask(ana, 'POST', '/v1/webhooks', { url });
    expect({ status, code: json.code }).toEqual({ status: 422, code: 'address-refused' });
  });

  it('that resolves to an internal address at delivery is not requested', async () => {
    const { id } = await hooks.create(ana, '/turncoat', { types: ['job.failed'] });
    await hooks.sql('UPDATE gateway.webhook SET url = $2 WHERE id = $1', [id, hooks.inside.url]);
    await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    expect((await hooks.settled(ana, id, ({ tries }) => tries.length === 1)).tries[0]).toMatchObject({
      status: null,
      error: 'address-refused',
    });
    expect(hooks.inside.requests).toEqual([]);
  });

  it('is checked again when it is changed', async () => {
    const { id } = await hooks.create(ana, '/changing', { types: ['job.failed'] });
    expect((await hooks.ask(ana, 'PATCH', `/v1/webhooks/${id}`, { url: hooks.inside.url })).json.code).toBe('address-refused');
    expect((await hooks.ask(ana, 'PATCH', `/v1/webhooks/${id}`, { enabled: false })).json).toMatchObject({
      enabled: false,
      disabledReason: 'owner',
    });
  });
});

describe('the delivery log', () => {
  it('has pages, shows bodies, and replays deliveries', async () => {
    const { id } = await hooks.create(ana, '/log', { types: ['job.failed'] });
    for (let index = 0; index < 3; index++) await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    await hooks.heard('/log', 3);
    const first = (await hooks.ask(ana, 'GET', `/v1/webhooks/${id}/deliveries?limit=2`)).json;
    const second = (await hooks.ask(ana, 'GET', `/v1/webhooks/${id}/deliveries?limit=2&cursor=${first.nextCursor}`)).json;
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null]);
    const one = (await hooks.ask(ana, 'GET', `/v1/webhooks/${id}/deliveries/${first.items[0].id}`)).json;
    expect(messageBodies.get('webhook.test')!.parse(JSON.parse(one.body))).toEqual(JSON.parse(one.body));
    const replayed = await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/deliveries/${one.id}/replay`);
    expect(replayed).toMatchObject({ status: 202, json: { replayOf: one.id, messageId: one.messageId } });
    expect((await hooks.heard('/log', 4))[3]!.headers['webhook-id']).toBe(one.messageId);
  });

  it('and its webhook are visible only to the owner', async () => {
    const { id } = await hooks.create(ana, '/mine', { types: ['job.failed'] });
    const delivery = (await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`)).json;
    const routes = [
      ['GET', ''],
      ['PATCH', '', { enabled: false }],
      ['DELETE', ''],
      ['POST', '/rotate-secret'],
      ['POST', '/test'],
      ['GET', '/deliveries'],
      ['GET', `/deliveries/${delivery.id}`],
      ['POST', `/deliveries/${delivery.id}/replay`],
    ] as const;
    for (const [method, path, body] of routes)
      expect([method, path, (await hooks.ask(ben, method, `/v1/webhooks/${id}${path}`, body)).json.code]).toEqual([
        method,
        path,
        'webhook-not-found',
      ]);
    const other = await hooks.create(ben, '/bens', { types: ['job.failed'] });
    expect((await hooks.ask(ben, 'GET', `/v1/webhooks/${other.id}/deliveries/${delivery.id}`)).json.code).toBe('delivery-not-found');
    expect((await hooks.ask(ben, 'GET', '/v1/webhooks')).json.items.map((item: { id: string }) => item.id)).toEqual([other.id]);
  });
});

describe('an account', () => {
  it('has a limited number of webhooks, also for concurrent requests', async () => {
    const cleo = await hooks.register('cleo');
    const answers = await Promise.all(
      Array.from({ length: 35 }, () => hooks.ask(cleo, 'POST', '/v1/webhooks', { url: `${hooks.receiver.url}/many` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(30);
    expect(answers.filter(({ json }) => json.code === 'too-many-webhooks')).toHaveLength(5);
  });
});
