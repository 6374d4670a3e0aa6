import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Logger } from 'typeorm';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await startGateway({
    GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: '100000',
  });
});
afterAll(() => gateway.stop());

const nothing = () => undefined;
const quietLogger: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

const password = 'correct horse battery';
const post = (path: string, body: unknown) => gateway.ask('POST', path, { body });
const register = (email: string) => post('/v1/auth/register', { email, password });
const login = (email: string, tried = password) => post('/v1/auth/login', { email, password: tried });
const refresh = (refreshToken: string) => post('/v1/auth/refresh', { refreshToken });

async function newSession(email: string) {
  await register(email);
  return (await login(email)).json as { accessToken: string; refreshToken: string };
}

describe('an account', () => {
  it('is created once per normalised address', async () => {
    const { status, json } = await register('Ana@Example.org');
    expect(status).toBe(201);
    expect(json.user).toMatchObject({ email: 'ana@example.org', roles: ['user'] });
    expect(JSON.stringify(json)).not.toMatch(/password|hash/i);
    expect((await register('ana@example.ORG')).json.code).toBe('email-taken');
  });
  it('reports a registered address without a PostgreSQL error, which would log the address', async () => {
    await register('taken@example.org');
    const source = gateway.app.get(Database, { strict: false }).source;
    const errors: unknown[] = [];
    const before = source.logger;
    source.logger = { ...quietLogger, logQueryError: (error) => void errors.push(error) };
    const answers = await Promise.all(Array.from({ length: 4 }, () => register('taken@example.org')));
    source.logger = before;
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409, 409]);
    expect(errors).toEqual([]);
  });
  it('is created once by concurrent requests', async () => {
    const statuses = (await Promise.all([register('race@example.org'), register('race@example.org')])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 409]);
  });
  it('is no operator, whatever its address and its request say', async () => {
    expect((await register('operator@example.com')).json.user.roles).toEqual(['user']);
    expect((await post('/v1/auth/register', { email: 'eve@example.org', password, roles: ['operator'] })).status).toBe(400);
  });
  it('stores its password as an argon2id hash', async () => {
    await register('hash@example.org');
    const source = gateway.app.get(Database, { strict: false }).source;
    const [row] = await queryRows<{ password_hash: string }>(
      source,
      `SELECT password_hash FROM identity.users WHERE email = 'hash@example.org'`,
    );
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe('logging in', () => {
  it('returns a valid access token', async () => {
    const { accessToken } = await newSession('door@example.org');
    const { status, json } = await gateway.ask('GET', '/v1/me', { token: accessToken });
    expect([status, json.email]).toEqual([200, 'door@example.org']);
  });
  it('has the same response for an unknown address and a wrong password', async () => {
    await register('known@example.org');
    const [wrong, unknown] = [await login('known@example.org', 'wrong password'), await login('unknown@example.org')];
    const bare = ({ status, json }: typeof wrong) => ({ status, ...json, instance: '', traceId: '' });
    expect(bare(wrong)).toEqual(bare(unknown));
    expect(wrong.json.code).toBe('credentials-invalid');
  });
  it('is never cached', async () => expect((await login('nobody@example.org')).headers.get('cache-control')).toBe('no-store'));
});

describe('a session', () => {
  it('continues with each new refresh token', async () => {
    const first = await newSession('refresh@example.org');
    const second = (await refresh(first.refreshToken)).json;
    const third = await refresh(second.refreshToken);
    expect(third.status).toBe(200);
    expect(new Set([first, second, third.json].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect((await gateway.ask('GET', '/v1/me', { token: third.json.accessToken })).status).toBe(200);
  });
  it('ends when an older refresh token than the previous one is reused', async () => {
    const first = await newSession('thief@example.org');
    const third = (await refresh((await refresh(first.refreshToken)).json.refreshToken)).json;
    expect((await refresh(first.refreshToken)).json.code).toBe('token-reused');
    expect((await refresh(third.refreshToken)).json.code).toBe('refresh-token-invalid');
  });
  it('returns the same refresh token to concurrent refreshes', async () => {
    const { refreshToken } = await newSession('tabs@example.org');
    const [one, other] = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(one.json.refreshToken).toBe(other.json.refreshToken);
    for (const { json } of [one, other]) expect((await gateway.ask('GET', '/v1/me', { token: json.accessToken })).status).toBe(200);
    expect((await refresh(one.json.refreshToken)).status).toBe(200);
  });
  it('returns the same refresh token for ten seconds; later reuse ends it', async () => {
    const { refreshToken } = await newSession('late@example.org');
    const next = (await refresh(refreshToken)).json;
    expect((await refresh(refreshToken)).json.refreshToken).toBe(next.refreshToken);
    const source = gateway.app.get(Database, { strict: false }).source;
    const sql = `UPDATE identity.refresh_tokens SET rotated_at = rotated_at - interval '10 seconds' WHERE token_hash = sha256($1::text::bytea)`;
    await queryRows(source, sql, [refreshToken]);
    expect((await refresh(refreshToken)).json.code).toBe('token-reused');
    expect((await refresh(next.refreshToken)).json.code).toBe('refresh-token-invalid');
  });
  it('does not affect other sessions of its account', async () => {
    const phone = await newSession('two@example.org');
    const laptop = (await login('two@example.org')).json;
    await refresh((await refresh(phone.refreshToken)).json.refreshToken);
    expect((await refresh(phone.refreshToken)).json.code).toBe('token-reused');
    expect((await refresh(laptop.refreshToken)).status).toBe(200);
  });
  it('ends at logout, which has the same response for unknown tokens', async () => {
    const { refreshToken } = await newSession('bye@example.org');
    expect((await post('/v1/auth/logout', { refreshToken })).status).toBe(204);
    expect((await post('/v1/auth/logout', { refreshToken: 'made-up' })).status).toBe(204);
    expect((await refresh(refreshToken)).json.code).toBe('refresh-token-invalid');
  });
  it('stores its refresh tokens hashed, and encrypted while they can be returned again', async () => {
    const { refreshToken } = await newSession('stored@example.org');
    const next = (await refresh(refreshToken)).json.refreshToken;
    const source = gateway.app.get(Database, { strict: false }).source;
    const rows = async (condition: string, parameters: string[]) =>
      queryRows(source, `SELECT t.family FROM identity.refresh_tokens t WHERE ${condition}`, parameters);
    expect(
      await rows(`encode(token_hash, 'escape') || coalesce(encode(sealed_successor, 'escape'), '') LIKE '%' || $1 || '%'`, [next]),
    ).toEqual([]);
    const sealed = 'sealed_successor IS NOT NULL AND token_hash = sha256($1::text::bytea)';
    expect(await rows(sealed, [refreshToken])).toHaveLength(1);
    await refresh(next);
    expect(await rows(sealed, [refreshToken])).toEqual([]);
  });
});

describe('the audit log', () => {
  it('lists the events of an account in order', async () => {
    const { json } = await register('audit@example.org');
    await login('audit@example.org', 'wrong password');
    const session = (await login('audit@example.org')).json;
    await refresh((await refresh(session.refreshToken)).json.refreshToken);
    await refresh(session.refreshToken);
    const source = gateway.app.get(Database, { strict: false }).source;
    const events = await queryRows<{ kind: string; address: string }>(
      source,
      'SELECT kind, address FROM identity.security_events WHERE user_id = $1 ORDER BY id',
      [json.user.id],
    );
    expect(events.map(({ kind }) => kind)).toEqual([
      'registered',
      'login-failed',
      'login-succeeded',
      'token-refreshed',
      'token-refreshed',
      'token-reused',
    ]);
    expect(events[0]?.address).toBe('127.0.0.1');
  });
});
