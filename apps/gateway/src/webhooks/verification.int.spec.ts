/** Webhooks whose host name cannot be resolved when they are created. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { type Owner, startWebhookFixture, type WebhookFixture } from './testing/webhook-fixture.ts';
import { WebhookStore } from './webhook.store.ts';
import { WebhookVerificationStore } from './webhook-verification.store.ts';

let hooks: WebhookFixture;
let ana: Owner;
beforeAll(async () => {
  hooks = await startWebhookFixture();
  ({ ana } = hooks);
});
afterAll(() => hooks.stop());

/** RFC 2606: never resolves. */
const unresolvable = 'http://receiver.invalid/hook';
const createUnresolvable = async () => (await hooks.ask(ana, 'POST', '/v1/webhooks', { url: unresolvable })).json;
const get = async (id: string) => (await hooks.ask(ana, 'GET', `/v1/webhooks/${id}`)).json;
const becomes = (id: string, wanted: object) =>
  until(async () => {
    const webhook = await get(id);
    return Object.entries(wanted).every(([name, value]) => webhook[name] === value);
  }, 20_000);
const verifyNow = (id: string) => hooks.sql('UPDATE gateway.webhook SET verify_at = now() WHERE id = $1', [id]);

describe('a webhook whose host name cannot be resolved', () => {
  it('is created unverified; its messages wait, and are sent once the name is resolved', async () => {
    const { id, state, enabled } = await createUnresolvable();
    expect({ state, enabled }).toEqual({ state: 'unverified', enabled: true });
    await hooks.ask(ana, 'POST', `/v1/webhooks/${id}/test`);
    expect(
      await until(
        async () => (await hooks.sql('SELECT verifications FROM gateway.webhook WHERE id = $1', [id]))[0].verifications > 0,
        20_000,
      ),
    ).toBe(true);
    expect(await hooks.deliveries(ana, id)).toMatchObject([{ state: 'pending', attempts: 0 }]);
    await hooks.sql('UPDATE gateway.webhook SET url = $2, verify_at = now() WHERE id = $1', [id, `${hooks.receiver.url}/resolved`]);
    await hooks.heard('/resolved');
    expect(await get(id)).toMatchObject({ state: 'active' });
  });

  it('is active at once when it is given an address that can be reached', async () => {
    const { id } = await createUnresolvable();
    const changed = await hooks.ask(ana, 'PATCH', `/v1/webhooks/${id}`, { url: `${hooks.receiver.url}/known` });
    expect(changed.json).toMatchObject({ state: 'active' });
    expect((await hooks.ask(ana, 'PATCH', `/v1/webhooks/${id}`, { url: unresolvable })).json).toMatchObject({ state: 'unverified' });
  });

  it('is disabled after a day, or when the name belongs to an address that is not public; enabled, it is tried for another day', async () => {
    const [late, inside] = [await createUnresolvable(), await createUnresolvable()];
    await hooks.sql(`UPDATE gateway.webhook SET unverified_since = now() - interval '25 hours' WHERE id = $1`, [late.id]);
    await hooks.sql('UPDATE gateway.webhook SET url = $2 WHERE id = $1', [inside.id, hooks.inside.url]);
    await Promise.all([verifyNow(late.id), verifyNow(inside.id)]);
    expect(await becomes(late.id, { state: 'disabled', disabledReason: 'unreachable' })).toBe(true);
    expect(await becomes(inside.id, { state: 'disabled', disabledReason: 'refused' })).toBe(true);
    expect((await hooks.ask(ana, 'PATCH', `/v1/webhooks/${late.id}`, { enabled: true })).json).toMatchObject({ state: 'unverified' });
    expect(hooks.inside.requests).toEqual([]);
  });

  it('is not taken as verified when its address is changed during the verification', async () => {
    const { id } = await createUnresolvable();
    const stale = { id, url: `${hooks.receiver.url}/before`, verifications: 0 };
    await Promise.all([
      hooks.gateway.app.get(WebhookStore).change(id, ana.id, { url: 'http://other.invalid/', isVerified: false }),
      hooks.gateway.app.get(WebhookVerificationStore, { strict: false }).verified(stale),
    ]);
    expect(await get(id)).toMatchObject({ url: 'http://other.invalid/', state: 'unverified' });
  });

  it('can be created again under its idempotency key, and is one', async () => {
    const headers = { 'idempotency-key': 'webhook-once' };
    const send = () => hooks.gateway.ask('POST', '/v1/webhooks', { token: ana.token, body: { url: unresolvable }, headers });
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status, second.json.id]).toEqual([201, 201, first.json.id]);
  });
});

describe('the limit of webhooks', () => {
  it('holds when several are created at the same time', async () => {
    const { id, token } = await hooks.register('eager');
    const store = hooks.gateway.app.get(WebhookStore);
    const add = (at: number) => {
      const row = {
        id: `00000000-0000-4000-8000-00000000000${at}`,
        ownerId: id,
        url: unresolvable,
        description: '',
        events: [],
        metadata: {},
      };
      return store.add({ ...row, sealedSecret: Buffer.alloc(1), isVerified: false }, 3);
    };
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map(add));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect((await hooks.gateway.ask('GET', '/v1/webhooks', { token })).json.items).toHaveLength(3);
  });
});
