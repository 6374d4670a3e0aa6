import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { until } from '#testing';
import { grantOperator } from '../../testing/grant-operator.ts';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { SecurityEventStore } from './security-event.store.ts';

const plenty = '100000';
const environment = {
  GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: plenty,
  GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: plenty,
  GATEWAY_RATE_LIMIT_PER_MINUTE: plenty,
};
let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await startGateway(environment);
});
afterAll(() => gateway.stop());

const password = 'correct horse battery';
const login = async (email: string, tried = password) => gateway.ask('POST', '/v1/auth/login', { body: { email, password: tried } });
let people = 0;
async function registerUser(email = `p${people++}@example.org`) {
  await gateway.ask('POST', '/v1/auth/register', { body: { email, password } });
  if (email.startsWith('boss')) await grantOperator(gateway.databaseUrl, email);
  return { email, ...((await login(email)).json as { accessToken: string; refreshToken: string }) };
}
const statusOf = async (token: string, path = '/v1/me') => (await gateway.ask('GET', path, { token })).status;

describe('sessions', () => {
  it('are listed for their owner, with the current one marked', async () => {
    const { email, accessToken } = await registerUser();
    await login(email);
    const { json } = await gateway.ask('GET', '/v1/sessions', { token: accessToken });
    expect(json.items).toHaveLength(2);
    expect(json.items.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
  });
  it('can all be ended: refresh tokens and access tokens are revoked', async () => {
    const first = await registerUser();
    const second = (await login(first.email)).json;
    expect(await statusOf(second.accessToken)).toBe(200);
    expect((await gateway.ask('DELETE', '/v1/sessions', { token: first.accessToken })).status).toBe(204);
    expect([await statusOf(first.accessToken), await statusOf(second.accessToken)]).toEqual([401, 401]);
    expect((await gateway.ask('POST', '/v1/auth/refresh', { body: { refreshToken: second.refreshToken } })).status).toBe(401);
    expect(await statusOf((await login(first.email)).json.accessToken)).toBe(200);
  });
  it('can be ended one by one, only by their owner', async () => {
    const [ana, eve] = [await registerUser(), await registerUser()];
    const { json } = await gateway.ask('GET', '/v1/sessions', { token: ana.accessToken });
    const path = `/v1/sessions/${json.items[0].id}`;
    expect((await gateway.ask('DELETE', path, { token: eve.accessToken })).json.code).toBe('session-not-found');
    expect(await statusOf(ana.accessToken)).toBe(200);
    expect((await gateway.ask('DELETE', path, { token: ana.accessToken })).status).toBe(204);
    expect(await statusOf(ana.accessToken)).toBe(401);
  });
  it('revoke their access tokens at logout and on reuse of a refresh token', async () => {
    const bye = await registerUser();
    await gateway.ask('POST', '/v1/auth/logout', { body: { refreshToken: bye.refreshToken } });
    expect(await statusOf(bye.accessToken)).toBe(401);
    const stolen = await registerUser();
    const refresh = async (refreshToken: string) => (await gateway.ask('POST', '/v1/auth/refresh', { body: { refreshToken } })).json;
    const { accessToken } = await refresh((await refresh(stolen.refreshToken)).refreshToken);
    expect(await statusOf(accessToken)).toBe(200);
    await refresh(stolen.refreshToken);
    expect(await statusOf(accessToken)).toBe(401);
  });
  it('that another instance ended while NATS was unavailable are detected within seconds', async () => {
    const { email, accessToken } = await registerUser();
    const source = gateway.app.get(Database, { strict: false }).source;
    await queryRows(
      source,
      `UPDATE identity.refresh_tokens SET revoked_at = now() WHERE user_id = (SELECT id FROM identity.users WHERE email = $1)`,
      [email],
    );
    expect(await until(async () => (await statusOf(accessToken)) === 401, 30_000)).toBe(true);
  });
});

describe('the list of sessions', () => {
  it('has pages, the session refreshed last first', async () => {
    const { email, accessToken } = await registerUser();
    await login(email);
    const ask = async (query: string) => await gateway.ask('GET', `/v1/sessions?${query}`, { token: accessToken });
    const all = (await ask('')).json.items;
    const first = await ask('limit=1');
    const second = await ask(`limit=1&cursor=${first.json.nextCursor}`);
    expect([all.length, first.json.items[0], second.json.items[0], second.json.nextCursor]).toEqual([2, ...all, null]);
    expect(first.headers.get('link')).toBe(`</v1/sessions?limit=1&cursor=${first.json.nextCursor}>; rel="next"`);
  });
});

describe('a password', () => {
  it('can be changed with the old one, which ends all other sessions', async () => {
    const mine = await registerUser();
    const other = (await login(mine.email)).json;
    const change = (currentPassword: string) =>
      gateway.ask('POST', '/v1/auth/password', {
        token: mine.accessToken,
        body: { currentPassword, newPassword: 'another horse entirely' },
      });
    expect((await change('not this one')).json.code).toBe('credentials-invalid');
    expect((await change(password)).status).toBe(204);
    expect([await statusOf(mine.accessToken), await statusOf(other.accessToken)]).toEqual([200, 401]);
    expect([(await login(mine.email)).status, (await login(mine.email, 'another horse entirely')).status]).toEqual([401, 200]);
  });
});

describe('an API key', () => {
  const make = async (token: string, facts: object = {}) =>
    gateway.ask('POST', '/v1/api-keys', { token, body: { name: 'spec', ...facts } });

  it('grants its scope, as a bearer token or in X-Api-Key', async () => {
    const { accessToken } = await registerUser();
    const { status, json } = await make(accessToken);
    expect([status, json.scopes]).toEqual([201, ['read']]);
    expect(json.key.startsWith(json.prefix)).toBe(true);
    expect(await statusOf(json.key)).toBe(200);
    expect((await gateway.ask('GET', '/v1/me', { headers: { 'x-api-key': json.key } })).status).toBe(200);
    expect((await gateway.ask('GET', '/v1/me', { headers: { authorization: `BEARER  ${json.key}` } })).status).toBe(200);
    expect((await gateway.ask('DELETE', '/v1/tracks/0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10', { token: json.key })).json.code).toBe(
      'forbidden',
    );
  });
  it('has no access to keys, sessions and passwords', async () => {
    const { accessToken } = await registerUser();
    const { key } = (await make(accessToken, { scopes: ['read', 'write'] })).json;
    expect([await statusOf(key, '/v1/api-keys'), await statusOf(key, '/v1/sessions'), (await make(key)).status]).toEqual([403, 403, 403]);
  });
  it('of an operator has no operator role', async () => {
    const { accessToken } = await registerUser('boss@example.org');
    const { key } = (await make(accessToken, { scopes: ['read', 'write'] })).json;
    expect([await statusOf(accessToken, '/v1/operators/security-events'), await statusOf(key, '/v1/operators/security-events')]).toEqual([
      200, 403,
    ]);
  });
  it('is listed without its secret, with its last use, and is rejected once revoked', async () => {
    const { accessToken } = await registerUser();
    const { id, key } = (await make(accessToken)).json;
    await statusOf(key);
    const { json } = await gateway.ask('GET', '/v1/api-keys', { token: accessToken });
    expect(JSON.stringify(json)).not.toContain(key);
    expect(Date.parse(json.items[0].lastUsedAt)).toBeGreaterThan(0);
    expect((await gateway.ask('DELETE', `/v1/api-keys/${id}`, { token: (await registerUser()).accessToken })).json.code).toBe(
      'api-key-not-found',
    );
    expect((await gateway.ask('DELETE', `/v1/api-keys/${id}`, { token: accessToken })).status).toBe(204);
    expect(await statusOf(key)).toBe(401);
  });
  it('is read where its Location says, by its owner, and listed in pages', async () => {
    const { accessToken } = await registerUser();
    const ask = (path: string, token = accessToken) => gateway.ask('GET', path, { token });
    const [first, second] = [await make(accessToken), await make(accessToken)];
    const { key: _, ...shown } = first.json;
    const self = first.headers.get('location')!;
    expect((await ask(self)).json).toEqual(shown);
    expect((await ask(self, (await registerUser()).accessToken)).json.code).toBe('api-key-not-found');
    const page = await ask('/v1/api-keys?limit=1');
    const rest = await ask(/<(.*)>; rel="next"/.exec(page.headers.get('link')!)![1]!);
    expect([page.json.items[0].id, rest.json.items[0].id, rest.json.nextCursor]).toEqual([second.json.id, shown.id, null]);
  });
  it('expires at its expiry date', async () => {
    const { accessToken } = await registerUser();
    expect((await make(accessToken, { expiresAt: '2020-01-01T00:00:00Z' })).status).toBe(400);
    const { key } = (await make(accessToken, { expiresAt: new Date(Date.now() + 4_000).toISOString() })).json;
    expect(await statusOf(key)).toBe(200);
    expect(await until(async () => (await statusOf(key)) === 401, 20_000)).toBe(true);
  });
  it('is stored as a hash only', async () => {
    const { key } = (await make((await registerUser()).accessToken)).json;
    const source = gateway.app.get(Database, { strict: false }).source;
    const rows = await queryRows<{ row: string }>(source, 'SELECT row_to_json(k)::text AS row FROM identity.api_keys k');
    expect(rows.some(({ row }) => row.includes(key.slice(10)))).toBe(false);
  });
  it.each(['rfg_short', 'rfg_', `rfg_${'x'.repeat(43)}`, `rfg_${'x'.repeat(3_000)}`])('that is invalid (%s) is rejected', async (key) => {
    expect([await statusOf(key), (await gateway.ask('GET', '/v1/me', { headers: { 'x-api-key': key } })).status]).toEqual([401, 401]);
  });
  it('together with an access token is rejected as ambiguous', async () => {
    const { accessToken } = await registerUser();
    const { key } = (await make(accessToken)).json;
    expect((await gateway.ask('GET', '/v1/me', { token: accessToken, headers: { 'x-api-key': key } })).status).toBe(401);
  });
  it('is limited to fifty per account', async () => {
    const { accessToken } = await registerUser();
    const codes = await Promise.all(Array.from({ length: 52 }, async () => (await make(accessToken)).json.code));
    expect(codes.filter((code) => code === 'too-many-api-keys')).toHaveLength(2);
  });
});

describe('signing keys', () => {
  const kidOf = (token: string) => decodeProtectedHeader(token).kid;

  it('rotate without interruption: both verify, and the new one signs after its delay', async () => {
    const boss = await registerUser('boss@example.org');
    const rotate = (signsInSeconds: number) =>
      gateway.ask('POST', '/v1/operators/signing-keys', { token: boss.accessToken, body: { signsInSeconds } });
    const made = await rotate(3_600);
    const ask = (path: string) => gateway.ask('GET', path, { token: boss.accessToken });
    const list = await ask('/v1/operators/signing-keys?limit=1');
    expect(list.json.items).toEqual([made.json]);
    const older = await ask(`/v1/operators/signing-keys?cursor=${list.json.nextCursor}`);
    expect(older.json).toMatchObject({ items: [{ retiresAt: made.json.signsFrom }], nextCursor: null });
    expect(list.headers.get('link')).toBe(`</v1/operators/signing-keys?limit=1&cursor=${made.json.kid}>; rel="next"`);
    expect((await ask(made.headers.get('location')!)).json).toEqual(made.json);
    expect((await ask('/v1/operators/signing-keys?cursor=nobody')).json.code).toBe('request-invalid');
    expect((await gateway.ask('GET', '/.well-known/jwks.json')).json.keys).toHaveLength(2);
    expect(kidOf((await registerUser()).accessToken)).toBe(kidOf(boss.accessToken));

    await rotate(0);
    const after = await registerUser();
    expect(kidOf(after.accessToken)).not.toBe(kidOf(boss.accessToken));
    expect([await statusOf(boss.accessToken), await statusOf(after.accessToken)]).toEqual([200, 200]);
  });
  it('are for operators', async () => {
    const { accessToken } = await registerUser();
    expect((await gateway.ask('POST', '/v1/operators/signing-keys', { token: accessToken, body: {} })).json.code).toBe('forbidden');
  });
});

describe('the audit log', () => {
  it('lists events for operators, in pages', async () => {
    const boss = await registerUser('boss@example.org');
    const page = async (query: string) =>
      (await gateway.ask('GET', `/v1/operators/security-events?${query}`, { token: boss.accessToken })).json;
    const first = await page('limit=3');
    expect(first.items).toHaveLength(3);
    const second = await page(`limit=3&cursor=${first.nextCursor}`);
    expect(BigInt(second.items[0].id)).toBeLessThan(BigInt(first.items[2].id));
    expect((await page('kind=password-changed')).items.length).toBeGreaterThan(0);
    const { at } = first.items[1];
    const [min, max] = [await page(`atMin=${at}&limit=100`), await page(`atMax=${new Date(Date.parse(at) + 1).toISOString()}&limit=100`)];
    for (const { items } of [min, max]) expect(items.map(({ id }: { id: string }) => id)).toContain(first.items[1].id);
  });
  it('is limited by age and rows', async () => {
    const events = gateway.app.get(SecurityEventStore, { strict: false });
    const source = gateway.app.get(Database, { strict: false }).source;
    await queryRows(source, `UPDATE identity.security_events SET at = now() - interval '40 days' WHERE id <= 5`);
    await events.maintain(30);
    await events.sweep(1_000_000);
    expect(await queryRows(source, 'SELECT id FROM identity.security_events WHERE id <= 5')).toEqual([]);
    await events.sweep(10);
    expect((await queryRows(source, 'SELECT id FROM identity.security_events')).length).toBeLessThanOrEqual(10);
  });
});
