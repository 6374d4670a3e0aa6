import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, UsageMeter } from '#platform';
import { until } from '#testing';
import { grantOperator } from '../../testing/grant-operator.ts';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { type SmtpServer, startSmtpServer } from '../../testing/smtp-server.ts';
import { AccountDeletionStore } from './account-deletion.store.ts';
import { MailDelivery } from './mail.service.ts';

const plenty = '100000';
const password = 'correct horse battery';
let gateway: OwnGateway;
let boss: Person;
let smtp: SmtpServer;
beforeAll(async () => {
  smtp = await startSmtpServer();
  gateway = await startGateway({
    SMTP_URL: smtp.url,
    SMTP_FROM: 'rafaga@example.org',
    GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: plenty,
    GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: plenty,
  });
  await register('boss@example.org');
  await grantOperator(gateway.databaseUrl, 'boss@example.org');
  boss = await person('boss@example.org');
});
afterAll(async () => {
  await gateway?.stop();
  await smtp?.stop();
});

interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}
const register = (email: string) => gateway.ask('POST', '/v1/auth/register', { body: { email, password } });
const login = (email: string) => gateway.ask('POST', '/v1/auth/login', { body: { email, password } });
let people = 0;
async function person(email = `user${people++}@example.org`): Promise<Person> {
  await register(email);
  const token = (await login(email)).json.accessToken as string;
  return { email, token, id: (await gateway.ask('GET', '/v1/me', { token })).json.id };
}
const change = (id: string, body: object, ifMatch = '*') =>
  gateway.ask('PATCH', `/v1/operators/users/${id}`, { token: boss.token, body, headers: { 'if-match': ifMatch } });
/** Kinds, accounts and names in the audit log, newest first. */
const audited = async (kind: string) =>
  (await gateway.ask('GET', `/v1/operators/security-events?limit=3&kind=${kind}`, { token: boss.token })).json.items.map(
    ({ userId, changed }: { userId: string; changed: string[] }) => [userId, changed],
  );
const statusOf = async (token: string, path = '/v1/me') => (await gateway.ask('GET', path, { token })).status;

describe('accounts, for operators', () => {
  it('are changed by one of two operators who read the same, and deleted only as they were read', async () => {
    const { id } = await person();
    const path = `/v1/operators/users/${id}`;
    const read = await gateway.ask('GET', path, { token: boss.token });
    const etag = read.headers.get('etag')!;
    expect([read.json.links, read.json.revision]).toEqual([{ self: path }, undefined]);
    const both = await Promise.all([change(id, { quotas: { textUnits: 9 } }, etag), change(id, { roles: ['user', 'operator'] }, etag)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const remove = (ifMatch: string) => gateway.ask('DELETE', path, { token: boss.token, headers: { 'if-match': ifMatch } });
    expect((await remove(etag)).json.code).toBe('precondition-failed');
    expect((await remove(both.find(({ status }) => status === 200)!.headers.get('etag')!)).status).toBe(202);
    expect((await gateway.ask('PATCH', path, { token: boss.token, body: { disabled: true } })).status).toBe(428);
  });

  it('are listed in pages, newest first, without their password hashes', async () => {
    const [one, two] = [await person(), await person()];
    const first = (await gateway.ask('GET', '/v1/operators/users?limit=1', { token: boss.token })).json;
    const second = (await gateway.ask('GET', `/v1/operators/users?limit=1&cursor=${first.nextCursor}`, { token: boss.token })).json;
    expect([first.items[0].id, second.items[0].id]).toEqual([two.id, one.id]);
    expect(JSON.stringify(first)).not.toMatch(/argon2|hash/i);
  });
  it('are hidden from everybody else', async () => {
    const { id, token } = await person();
    expect([await statusOf(token, '/v1/operators/users'), await statusOf(token, `/v1/operators/users/${id}`)]).toEqual([403, 403]);
  });
  it('that do not exist are not found', async () => {
    const id = randomUUID();
    expect([(await change(id, { disabled: true })).json.code, await statusOf(boss.token, `/v1/operators/users/${id}`)]).toEqual([
      'user-not-found',
      404,
    ]);
  });
  it('become operators with the next login and lose the role at once', async () => {
    const { id, email } = await person();
    expect((await change(id, { roles: ['user', 'operator'] })).json.roles).toEqual(['user', 'operator']);
    const { accessToken } = (await login(email)).json;
    expect(await statusOf(accessToken, '/v1/operators/users')).toBe(200);
    expect((await change(id, { roles: ['user'] })).status).toBe(200);
    expect(await statusOf(accessToken, '/v1/operators/users')).toBe(401);
  });
  it('lose sessions, keys and login when they are disabled, and can log in again when they are enabled', async () => {
    const { id, email, token } = await person();
    const { key } = (await gateway.ask('POST', '/v1/api-keys', { token, body: { name: 'import' } })).json;
    expect((await change(id, { disabled: true })).json).toMatchObject({ disabled: true, disabledAt: expect.any(String) });
    expect([await statusOf(token), await statusOf(key)]).toEqual([401, 401]);
    expect((await login(email)).json.code).toBe('account-disabled');
    expect((await gateway.ask('POST', '/v1/auth/login', { body: { email, password: 'wrong password' } })).json.code).toBe(
      'credentials-invalid',
    );
    expect((await change(id, { disabled: false })).json.disabledAt).toBeNull();
    expect([(await login(email)).status, await statusOf(key)]).toEqual([200, 200]);
  });
  it('keep the last operator', async () => {
    for (const body of [{ roles: ['user'] }, { disabled: true }]) expect((await change(boss.id, body)).json.code).toBe('last-operator');
  });
  it.each([{ roles: [] }, { roles: ['operator'] }, { roles: ['user', 'user'] }, { email: 'x@example.org' }])('refuse %j', async (body) =>
    expect((await change(boss.id, body)).json.code).toBe('request-invalid'),
  );
});

describe('the deletion of an account', () => {
  const remove = (token: string, body?: object) => gateway.ask('DELETE', '/v1/me', { token, ...(body ? { body } : {}) });
  const query = (sql: string, values: unknown[] = []) => gateway.app.get(Database).source.query(sql, values);
  const statusAt = async (id: string) => (await gateway.ask('GET', `/v1/account-deletions/${id}`)).json;
  const begin = (id: string) => query(`UPDATE identity.deletions SET due_at = now() - interval '1 second' WHERE id = $1`, [id]);

  it('needs the password, or a recent login', async () => {
    const { id, token } = await person();
    expect((await remove(token, { password: 'wrong password' })).json.code).toBe('credentials-invalid');
    expect((await audited('deletion-request-failed'))[0]).toEqual([id, []]);
    await query(`UPDATE identity.refresh_tokens SET created_at = now() - interval '11 minutes' WHERE user_id = $1`, [id]);
    expect((await remove(token)).json.code).toBe('login-needed');
    expect((await remove(token, { password })).status).toBe(202);
  });
  it('ends sessions and keys at once and is scheduled in 30 days; a login cancels it', async () => {
    const { email, token } = await person();
    const { key } = (await gateway.ask('POST', '/v1/api-keys', { token, body: { name: 'import' } })).json;
    const { status, json, headers } = await remove(token);
    expect([status, json.state, Math.round((Date.parse(json.dueAt) - Date.parse(json.requestedAt)) / 86_400_000)]).toEqual([
      202,
      'scheduled',
      30,
    ]);
    expect(headers.get('location')).toBe(`/v1/account-deletions/${json.id}`);
    expect([await statusOf(token), await statusOf(key)]).toEqual([401, 401]);
    const again = (await login(email)).json.accessToken;
    expect([await statusOf(again), await statusOf(key), (await statusAt(json.id)).state]).toEqual([200, 200, 'cancelled']);
  });
  it('by an operator is cancelled by an operator only', async () => {
    const { id, email } = await person();
    const { json } = await gateway.ask('DELETE', `/v1/operators/users/${id}`, { token: boss.token });
    expect((await login(email)).json.code).toBe('account-disabled');
    expect((await change(id, { disabled: false })).json.deletionDueAt).toBeNull();
    expect([(await login(email)).status, (await statusAt(json.id)).state]).toEqual([200, 'cancelled']);
  });
  it('is not possible for the last operator, and not known under another id', async () => {
    expect((await remove(boss.token, { password })).json.code).toBe('last-operator');
    expect((await statusAt(randomUUID())).code).toBe('deletion-not-found');
  });
  it('does not count an operator who is to be deleted as one that stays', async () => {
    const other = await person();
    await change(other.id, { roles: ['user', 'operator'] });
    const session = (await login(other.email)).json;
    expect((await remove(session.accessToken, { password })).status).toBe(202);
    expect((await remove(boss.token, { password })).json.code).toBe('last-operator');
    expect((await login(other.email)).status).toBe(200); // cancels the deletion
    await change(other.id, { roles: ['user'] });
  });
  it('frees the address when it is due, keeps no address in the log, and waits for the services that keep something', async () => {
    const { id, email, token } = await person();
    const { json } = await remove(token);
    await begin(json.id);
    await until(async () => (await statusAt(json.id)).state === 'erasing', 20_000);
    expect((await statusAt(json.id)).waitingFor).toEqual(['gateway', 'audio', 'video', 'posts', 'cache']);
    expect([(await login(email)).json.code, (await register(email)).status]).toEqual(['credentials-invalid', 201]);
    expect(await query('SELECT 1 FROM identity.security_events WHERE user_id = $1', [id])).toEqual([]);
  });
  it('either begins or is cancelled, when the account logs in at that moment', async () => {
    const { id, email, token } = await person();
    const { json } = await remove(token);
    await begin(json.id);
    const [answer] = await Promise.all([login(email), gateway.app.get(AccountDeletionStore).begin(id)]);
    const { state } = await statusAt(json.id);
    expect([answer.status, state]).toEqual([state === 'cancelled' ? 200 : 401, expect.stringMatching(/^(cancelled|erasing)$/)]);
    expect((await query('SELECT 1 FROM identity.users WHERE id = $1', [id])).length).toBe(state === 'cancelled' ? 1 : 0);
  });
});

describe('quotas', () => {
  it('are set by operators for an account, for all others, and are shown to the account', async () => {
    const { id, token } = await person();
    const updated = await change(id, { quotas: { storageBytes: 1_000 } });
    expect(updated.json.quotas.storageBytes).toEqual({ limit: 1_000, used: 0, reserved: 0, resetsAt: null });
    const all = { token: boss.token, body: { audioMinutes: 60 } };
    expect((await gateway.ask('PATCH', '/v1/operators/quotas', all)).json).toMatchObject({ audioMinutes: 60, storageBytes: null });
    const { quotas } = (await gateway.ask('GET', '/v1/usage', { token })).json;
    expect([quotas.storageBytes.limit, quotas.audioMinutes.limit, quotas.requests.limit]).toEqual([1_000, 60, null]);
    await gateway.ask('PATCH', '/v1/operators/quotas', { token: boss.token, body: { audioMinutes: null } });
    expect(await statusOf(token, '/v1/operators/quotas')).toBe(403);
    expect((await audited('quotas-changed')).slice(0, 3)).toEqual([
      [boss.id, ['audioMinutes']],
      [boss.id, ['audioMinutes']],
      [id, ['storageBytes']],
    ]);
  });
  it('are not changed where another part of the change is refused', async () => {
    expect((await change(boss.id, { disabled: true, quotas: { storageBytes: 7 } })).json.code).toBe('last-operator');
    const { json } = await gateway.ask('GET', `/v1/operators/users/${boss.id}`, { token: boss.token });
    expect(json.quotas.storageBytes.limit).toBeNull();
    expect(
      (await audited('quotas-changed')).filter(
        ([userId, names]: [string, string[]]) => userId === boss.id && names.includes('storageBytes'),
      ),
    ).toEqual([]);
  });
  it('are not changed where the audit log cannot be written', async () => {
    const { id } = await person();
    const source = gateway.app.get(Database).source;
    await source.query("ALTER TABLE identity.security_events ADD CONSTRAINT closed CHECK (kind NOT LIKE '%-changed') NOT VALID");
    try {
      expect((await change(id, { quotas: { storageBytes: 7 } })).status).not.toBe(200);
      expect((await gateway.ask('PATCH', '/v1/operators/quotas', { token: boss.token, body: { requests: 7 } })).status).not.toBe(200);
      const settings = { token: boss.token, body: { GATEWAY_REGISTRATION: 'closed' } };
      expect((await gateway.ask('PATCH', '/v1/operators/settings/gateway', settings)).status).not.toBe(200);
    } finally {
      await source.query('ALTER TABLE identity.security_events DROP CONSTRAINT closed');
    }
    expect(await source.query('SELECT 1 FROM usage.quota WHERE owner_id = $1 OR amount = 7', [id])).toEqual([]);
    expect(await source.query('SELECT 1 FROM settings.value')).toEqual([]);
  });
  it('of storage refuse a file before its bytes are read, with what is used and how much there is', async () => {
    const { id, token } = await person();
    await change(id, { quotas: { storageBytes: 1_000 } });
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const { status, json } = await gateway.ask('POST', '/v1/tracks', { token, headers, body: 'x'.repeat(5_000) });
    expect([status, json.code, json.detail]).toEqual([403, 'quota-exceeded', expect.stringMatching(/^storageBytes: 0 of 1000 are used/)]);
    const upload = { 'tus-resumable': '1.0.0', 'upload-length': '2000', 'upload-metadata': `filename ${btoa('a.wav')}` };
    expect((await gateway.ask('POST', '/v1/uploads', { token, headers: upload })).json.code).toBe('quota-exceeded');
  });
  it('of requests refuse what is over them, but not what helps', async () => {
    const { id, token } = await person();
    await change(id, { quotas: { requests: 0 } });
    await gateway.app.get(UsageMeter).refresh();
    const refused = await gateway.ask('GET', '/v1/jobs', { token });
    expect([refused.status, refused.json.code]).toEqual([403, 'quota-exceeded']);
    expect([await statusOf(token, '/v1/usage'), await statusOf(token, '/v1/sessions')]).toEqual([200, 200]);
  });
});

describe('mail', () => {
  it('brings an invitation to its address, and a password reset to an account', async () => {
    const { json } = await gateway.ask('POST', '/v1/invitations', { token: boss.token, body: { email: 'guest@example.org' } });
    const { email } = await person();
    await gateway.ask('POST', '/v1/auth/password-reset', { body: { email } });
    await gateway.app.get(MailDelivery).settled();
    const contentFor = (to: string) => smtp.received.find((mail) => mail.to === to)?.content ?? '';
    expect(contentFor('guest@example.org')).toContain(json.token);
    expect(contentFor(email)).toMatch(/rfp_[\w-]{43}/);
  });
});

describe('settings', () => {
  const set = (body: object, service = 'gateway') => gateway.ask('PATCH', `/v1/operators/settings/${service}`, { token: boss.token, body });

  it('change while the service runs, and are taken away again', async () => {
    expect((await set({ GATEWAY_REGISTRATION: 'closed' })).json).toEqual({
      service: 'gateway',
      values: { GATEWAY_REGISTRATION: 'closed' },
    });
    const registration = async () => (await register('late@example.org')).status;
    expect(await until(async () => (await registration()) === 403, 20_000)).toBe(true);
    expect((await set({ GATEWAY_REGISTRATION: null })).json.values).toEqual({});
    expect((await audited('settings-changed'))[0]).toEqual([boss.id, ['gateway.GATEWAY_REGISTRATION']]);
    expect(await until(async () => [201, 409].includes(await registration()), 20_000)).toBe(true);
  });
  it('are refused in the words of the service, and nothing is stored', async () => {
    const { status, json } = await set({ GATEWAY_REGISTRATION: 'maybe', HTTP_PORT: 1 });
    expect([status, json.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      400,
      ['/GATEWAY_REGISTRATION', '/HTTP_PORT'],
    ]);
    expect((await gateway.ask('GET', '/v1/operators/settings/gateway', { token: boss.token })).json.values).toEqual({});
  });
  it('of a service that does not run are not changed', async () => {
    expect((await set({ LOG_LEVEL: 'debug' }, 'posts')).json.code).toBe('service-not-running');
  });
});

describe('GET /v1/usage', () => {
  it('reports the last 30 days, and refuses a period that is too long', async () => {
    const { token } = await person();
    const { json } = await gateway.ask('GET', '/v1/usage', { token });
    expect([json.days.length, json.totals.storageBytes]).toEqual([30, 0]);
    expect((await gateway.ask('GET', '/v1/usage?from=2024-01-01&to=2026-01-01', { token })).json.code).toBe('request-invalid');
  });
});
