import { createHmac, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '#platform';
import { type Heard, type Receiver, startReceiver, until } from '#testing';
import { type OwnGateway, startGateway } from '../http/testing/own-gateway.ts';

let gateway: OwnGateway;
let receiver: Receiver;
let inside: Receiver;
let ana: Owner;
let ben: Owner;

interface Owner {
  readonly id: string;
  readonly token: string;
}

/** How the receiver answers, by path; the rest is 200. */
const answers: Record<string, (response: ServerResponse) => void> = {
  '/refuses': (response) => void response.writeHead(500).end('no\u0000pe'),
  '/gone': (response) => void response.writeHead(410).end(),
  '/busy': (response) => void response.writeHead(503, { 'retry-after': '7200' }).end(),
  '/hangs': () => {},
  '/elsewhere': (response) => void response.writeHead(307, { location: '/redirected' }).end(),
  '/talks': (response) => void response.end('x'.repeat(100_000)),
};

beforeAll(async () => {
  receiver = await startReceiver(({ url }, response) => (answers[url] ? answers[url](response) : void response.end('thanks')));
  inside = await startReceiver((_heard, response) => void response.end('secret'));
  gateway = await startGateway({
    OUTBOUND_ALLOW_PRIVATE: receiver.host,
    GATEWAY_WEBHOOK_TIMEOUT_MS: '700',
    GATEWAY_WEBHOOKS_PER_USER: '30',
  });
  [ana, ben] = [await register('ana'), await register('ben')];
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([receiver.stop(), inside.stop()]);
});

async function register(name: string): Promise<Owner> {
  const account = { email: `${name}@example.org`, password: 'correct horse battery' };
  const { json } = await gateway.ask('POST', '/v1/auth/register', { body: account });
  return { id: json.user.id, token: (await gateway.ask('POST', '/v1/auth/login', { body: account })).json.accessToken };
}

const ask = (owner: Owner, method: string, path: string, body?: unknown) =>
  gateway.ask(method, path, { token: owner.token, ...(body === undefined ? {} : { body }) });
const sql = (text: string, values: unknown[] = []) => gateway.app.get(Database).source.query(text, values);
const create = async (owner: Owner, path: string, more: object = {}) =>
  (await ask(owner, 'POST', '/v1/webhooks', { url: receiver.url + path, ...more })).json;
const deliveries = async (owner: Owner, id: string) => (await ask(owner, 'GET', `/v1/webhooks/${id}/deliveries`)).json.items;

/** A job that ends as it would end under a worker's hands. */
async function endJob(owner: Owner, state = 'succeeded', result: unknown = { ok: true }): Promise<string> {
  const id = randomUUID();
  await sql(
    `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, state, lease_until)
     VALUES ($1, $2, 'spec.nothing', 1, '{}', '{}', '{}', 'running', now() + interval '1 hour')`,
    [id, owner.id],
  );
  await sql(`UPDATE jobs.job SET state = $2, result = $3, lease_until = NULL, ended_at = now() WHERE id = $1`, [
    id,
    state,
    JSON.stringify(result),
  ]);
  return id;
}

const heardAt = (path: string) => receiver.heard.filter(({ url }) => url === path);
const heard = async (path: string, count = 1): Promise<Heard[]> => {
  expect(await until(() => heardAt(path).length >= count, 10_000)).toBe(true);
  return heardAt(path);
};
const settled = async (owner: Owner, webhookId: string, check: (delivery: Delivery) => boolean): Promise<Delivery> => {
  let last: Delivery | undefined;
  const found = await until(async () => {
    last = (await deliveries(owner, webhookId))[0];
    return last !== undefined && check(last);
  }, 10_000);
  expect(found ? 'settled' : last).toBe('settled');
  return last!;
};
interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly tries: { status: number | null; error: string | null; snippet: string }[];
}
const signedWith = ({ headers, body }: Heard, secret: string) => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return String(headers['webhook-signature'])
    .split(' ')
    .includes(`v1,${createHmac('sha256', key).update(text).digest('base64')}`);
};
const tryNow = () => sql(`UPDATE gateway.webhook_delivery SET next_at = now() WHERE state = 'pending'`);

describe('a webhook', () => {
  it("is told of its owner's jobs' ends, signed, and of nobody else's", async () => {
    const { secret, id } = await create(ana, '/all');
    await endJob(ben);
    const jobId = await endJob(ana);
    const [message] = await heard('/all');
    expect(signedWith(message!, secret)).toBe(true);
    expect(JSON.parse(message!.body)).toMatchObject({
      type: 'job.succeeded',
      timestamp: expect.any(String),
      data: { id: jobId, result: { ok: true } },
    });
    const delivery = await settled(ana, id, ({ state }) => state === 'delivered');
    expect(delivery.tries).toMatchObject([{ status: 200, error: null, snippet: 'thanks' }]);
    expect(heardAt('/all')).toHaveLength(1);
  });

  it('is told also of jobs that had ended before they began, once, whatever is written to them later', async () => {
    await create(ana, '/once');
    const id = randomUUID();
    await sql(
      `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, state, ended_at)
       VALUES ($1, $2, 'spec.nothing', 1, '{}', '{}', '{}', 'succeeded', now())`,
      [id, ana.id],
    );
    await sql(`UPDATE jobs.job SET percent = 100 WHERE id = $1`, [id]);
    await heard('/once');
    expect(
      (
        await sql(
          `SELECT count(*)::int AS count FROM gateway.webhook_delivery WHERE source LIKE 'job:' || $1 || '%' AND webhook_id IN
      (SELECT id FROM gateway.webhook WHERE url LIKE '%/once')`,
          [id],
        )
      )[0].count,
    ).toBe(1);
  });

  it('is told only what it listens to', async () => {
    await create(ana, '/failures', { events: ['job.failed'] });
    await endJob(ana, 'succeeded');
    await endJob(ana, 'failed');
    expect(JSON.parse((await heard('/failures'))[0]!.body).type).toBe('job.failed');
    expect(heardAt('/failures')).toHaveLength(1);
  });

  it('is told without a result that is too large to send', async () => {
    await create(ana, '/large', { events: ['job.cancelled'] });
    await endJob(ana, 'cancelled', 'x'.repeat(300_000));
    expect(JSON.parse((await heard('/large'))[0]!.body).data).toMatchObject({ result: null, resultOmitted: true });
  });

  it('gets two signatures for a day after a rotation', async () => {
    const { secret, id } = await create(ana, '/rotated', { events: ['job.failed'] });
    const rotated = (await ask(ana, 'POST', `/v1/webhooks/${id}/rotate-secret`)).json;
    expect(rotated.previousSecretUntil).not.toBeNull();
    await ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    const [message] = await heard('/rotated');
    expect([signedWith(message!, secret), signedWith(message!, rotated.secret)]).toEqual([true, true]);
    await sql(`UPDATE gateway.webhook SET previous_until = now() - interval '1 second' WHERE id = $1`, [id]);
    await ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    const later = (await heard('/rotated', 2))[1]!;
    expect([signedWith(later, secret), signedWith(later, rotated.secret)]).toEqual([false, true]);
  });

  it('never shows its secret again, nor keeps it readable', async () => {
    const { secret, id } = await create(ana, '/secret', { events: ['job.failed'] });
    expect(JSON.stringify((await ask(ana, 'GET', `/v1/webhooks/${id}`)).json)).not.toContain('whsec_');
    const [row] = await sql('SELECT sealed_secret FROM gateway.webhook WHERE id = $1', [id]);
    expect(Buffer.from(row.sealed_secret).includes(secret)).toBe(false);
  });
});

describe('a receiver', () => {
  it('that refuses is tried again with the same message id, until it takes it', async () => {
    const { id } = await create(ana, '/refuses', { events: ['job.failed'] });
    await ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    const missed = await settled(ana, id, ({ tries }) => tries.length === 1);
    expect(missed).toMatchObject({ state: 'pending', tries: [{ status: 500, snippet: 'no pe' }] });
    expect(Date.parse(missed.nextAttemptAt!)).toBeGreaterThan(Date.now());
    expect((await ask(ana, 'GET', `/v1/webhooks/${id}`)).json.failingSince).not.toBeNull();
    await ask(ana, 'PATCH', `/v1/webhooks/${id}`, { url: `${receiver.url}/recovered` });
    await tryNow();
    const [second] = await heard('/recovered');
    expect(second!.headers['webhook-id']).toBe((await heard('/refuses'))[0]!.headers['webhook-id']);
    expect(await settled(ana, id, ({ state }) => state === 'delivered')).toMatchObject({ attempts: 2 });
    expect((await ask(ana, 'GET', `/v1/webhooks/${id}`)).json.failingSince).toBeNull();
  });

  it('that asks for patience gets it', async () => {
    const { id } = await create(ana, '/busy', { events: ['job.failed'] });
    await ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    const { nextAttemptAt } = await settled(ana, id, ({ tries }) => tries.length === 1);
    expect(Date.parse(nextAttemptAt!) - Date.now()).toBeGreaterThan(7_000_000);
  });

  it('that never takes a message has it given up after the last try', async () => {
    const { id } = await create(ana, '/refuses', { events: ['job.failed'] });
    await ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    await settled(ana, id, ({ tries }) => tries.length === 1);
    await sql(`UPDATE gateway.webhook_delivery SET attempts = 7, next_at = now() WHERE webhook_id = $1`, [id]);
    expect(await settled(ana, id, ({ state }) => state !== 'pending')).toMatchObject({ state: 'failed', attempts: 8, nextAttemptAt: null });
  });

  it('that is gone (410) disables its webhook, and what waits is given up', async () => {
    const { id } = await create(ana, '/gone', { events: ['job.failed'] });
    await ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    await settled(ana, id, ({ state }) => state === 'failed');
    expect((await ask(ana, 'GET', `/v1/webhooks/${id}`)).json).toMatchObject({ enabled: false, disabledReason: 'gone' });
    expect((await ask(ana, 'POST', `/v1/webhooks/${id}/test`)).json.code).toBe('webhook-disabled');
  });

  it('that has failed for days disables its webhook', async () => {
    const { id } = await create(ana, '/refuses', { events: ['job.failed'] });
    await sql(`UPDATE gateway.webhook SET failing_since = now() - interval '6 days' WHERE id = $1`, [id]);
    await ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    await settled(ana, id, ({ state }) => state === 'failed');
    expect((await ask(ana, 'GET', `/v1/webhooks/${id}`)).json.disabledReason).toBe('failing');
    const enabled = await ask(ana, 'PATCH', `/v1/webhooks/${id}`, { enabled: true });
    expect(enabled.json).toMatchObject({ enabled: true, disabledReason: null, failingSince: null });
  });

  it('that hangs is cut off, has four messages under way at most, and delays nobody else', async () => {
    const [hanging, other] = [await create(ben, '/hangs'), await create(ana, '/lively', { events: ['job.failed'] })];
    for (let index = 0; index < 12; index++) await endJob(ben);
    await heard('/hangs', 4);
    const [{ count }] = await sql(`SELECT count(*)::int AS count FROM gateway.webhook_delivery WHERE webhook_id = $1 AND attempts > 0`, [
      hanging.id,
    ]);
    await endJob(ana, 'failed');
    await heard('/lively');
    expect(count).toBeLessThanOrEqual(8); // the first four, and those that followed when they were cut off
    expect(await settled(ana, other.id, ({ state }) => state === 'delivered')).toMatchObject({ attempts: 1 });
    const one = await until(
      async () => (await deliveries(ben, hanging.id)).some((d: Delivery) => d.tries[0]?.error === 'remote-unreachable'),
      10_000,
    );
    expect(one).toBe(true);
    await ask(ben, 'DELETE', `/v1/webhooks/${hanging.id}`);
  });

  it('that redirects is not followed, and one that talks is cut short', async () => {
    const [away, talks] = [
      await create(ana, '/elsewhere', { events: ['job.failed'] }),
      await create(ana, '/talks', { events: ['job.failed'] }),
    ];
    for (const { id } of [away, talks]) await ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    expect((await settled(ana, away.id, ({ tries }) => tries.length === 1)).tries[0]).toMatchObject({ status: 307 });
    expect((await settled(ana, talks.id, ({ state }) => state === 'delivered')).tries[0]!.snippet).toHaveLength(1_024);
    expect(heardAt('/redirected')).toEqual([]);
  });

  it('whose sender died is served by another after the lease', async () => {
    const { id } = await create(ana, '/survivor', { events: ['job.failed'] });
    await sql(
      `INSERT INTO gateway.webhook_delivery (id, webhook_id, message_id, event, body, attempts, lease_until)
       VALUES ($1, $2, 'msg_left', 'webhook.test', '{}', 1, now() - interval '1 second')`,
      [randomUUID(), id],
    );
    expect((await heard('/survivor'))[0]!.headers['webhook-id']).toBe('msg_left');
    expect(await settled(ana, id, ({ state }) => state === 'delivered')).toMatchObject({ attempts: 2 });
  });
});

describe('an address of a webhook', () => {
  it.each([
    'http://127.0.0.1/',
    'http://localhost.localdomain./',
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
    const { status, json } = await ask(ana, 'POST', '/v1/webhooks', { url });
    expect({ status, code: json.code }).toEqual({ status: 422, code: expect.stringMatching(/^(address-refused|remote-unreachable)$/) });
  });

  it('that leads inside by the time of the call is not called', async () => {
    const { id } = await create(ana, '/turncoat', { events: ['job.failed'] });
    await sql('UPDATE gateway.webhook SET url = $2 WHERE id = $1', [id, inside.url]);
    await ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    expect((await settled(ana, id, ({ tries }) => tries.length === 1)).tries[0]).toMatchObject({ status: null, error: 'address-refused' });
    expect(inside.heard).toEqual([]);
  });

  it('is checked again when it is changed', async () => {
    const { id } = await create(ana, '/changing', { events: ['job.failed'] });
    expect((await ask(ana, 'PATCH', `/v1/webhooks/${id}`, { url: inside.url })).json.code).toBe('address-refused');
    expect((await ask(ana, 'PATCH', `/v1/webhooks/${id}`, { enabled: false })).json).toMatchObject({
      enabled: false,
      disabledReason: 'owner',
    });
  });
});

describe('the log of deliveries', () => {
  it('goes page by page, shows what was sent, and sends it again', async () => {
    const { id } = await create(ana, '/log', { events: ['job.failed'] });
    for (let index = 0; index < 3; index++) await ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    await heard('/log', 3);
    const first = (await ask(ana, 'GET', `/v1/webhooks/${id}/deliveries?limit=2`)).json;
    const second = (await ask(ana, 'GET', `/v1/webhooks/${id}/deliveries?limit=2&cursor=${first.nextCursor}`)).json;
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null]);
    const one = (await ask(ana, 'GET', `/v1/webhooks/${id}/deliveries/${first.items[0].id}`)).json;
    expect(JSON.parse(one.body).type).toBe('webhook.test');
    const replayed = await ask(ana, 'POST', `/v1/webhooks/${id}/deliveries/${one.id}/replay`);
    expect(replayed).toMatchObject({ status: 202, json: { replayOf: one.id, messageId: one.messageId } });
    expect((await heard('/log', 4))[3]!.headers['webhook-id']).toBe(one.messageId);
  });

  it("and everything else of a webhook is nobody else's", async () => {
    const { id } = await create(ana, '/mine', { events: ['job.failed'] });
    const delivery = (await ask(ana, 'POST', `/v1/webhooks/${id}/test`)).json;
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
      expect([method, path, (await ask(ben, method, `/v1/webhooks/${id}${path}`, body)).json.code]).toEqual([
        method,
        path,
        'webhook-not-found',
      ]);
    const other = await create(ben, '/bens', { events: ['job.failed'] });
    expect((await ask(ben, 'GET', `/v1/webhooks/${other.id}/deliveries/${delivery.id}`)).json.code).toBe('delivery-not-found');
    expect((await ask(ben, 'GET', '/v1/webhooks')).json.items.map((item: { id: string }) => item.id)).toEqual([other.id]);
  });
});

describe('an account', () => {
  it('has a bounded number of webhooks, however many are asked for at once', async () => {
    const cleo = await register('cleo');
    const answers = await Promise.all(Array.from({ length: 35 }, () => ask(cleo, 'POST', '/v1/webhooks', { url: `${receiver.url}/many` })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(30);
    expect(answers.filter(({ json }) => json.code === 'too-many-webhooks')).toHaveLength(5);
  });
});
