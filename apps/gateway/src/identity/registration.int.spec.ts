import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { register as metrics } from 'prom-client';
import { grantOperator } from '../../testing/grant-operator.ts';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { createAccount } from './testing/create-account.ts';

const password = 'correct horse battery';
const plenty = '100000';
const environment = {
  GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: plenty,
  GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: plenty,
};
let gateway: OwnGateway;
let db: pg.Client;
let operator: string;
beforeAll(async () => {
  gateway = await startGateway({ ...environment, GATEWAY_REGISTRATION: 'invite' });
  db = new pg.Client({ connectionString: gateway.databaseUrl });
  await db.connect();
  await createAccount(gateway.databaseUrl, 'boss@example.org', password);
  await grantOperator(gateway.databaseUrl, 'boss@example.org');
  operator = (await gateway.ask('POST', '/v1/auth/login', { body: { email: 'boss@example.org', password } })).json.accessToken;
});
afterAll(async () => {
  await db?.end();
  await gateway?.stop();
});

const register = (email: string, invitation?: string) =>
  gateway.ask('POST', '/v1/auth/register', { body: { email, password, invitation } });
const invite = async (body: object = {}) => (await gateway.ask('POST', '/v1/invitations', { token: operator, body })).json;

describe('registration by invitation', () => {
  it('refuses who has none, and whoever makes one up', async () => {
    for (const made of [undefined, 'rfi_made-up']) {
      const { status, json } = await register('eve@example.org', made);
      expect([status, json.code]).toEqual([403, 'invitation-invalid']);
    }
  });

  it('works once, and can be read where its Location says until then', async () => {
    const made = await gateway.ask('POST', '/v1/invitations', { token: operator, body: {} });
    const { token, ...shown } = made.json;
    const self = made.headers.get('location')!;
    const read = async () => (await gateway.ask('GET', self, { token: operator })).json;
    expect(await read()).toEqual(shown);
    const registered = await register('one@example.org', token);
    expect([registered.status, registered.headers.get('location')]).toEqual([201, '/v1/me']);
    expect((await read()).code).toBe('invitation-not-found');
    expect((await register('two@example.org', token)).json.code).toBe('invitation-invalid');
  });

  it('lets one of two concurrent registrations with the same token win', async () => {
    const { token } = await invite();
    const answers = await Promise.all([register('first@example.org', token), register('second@example.org', token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403]);
    const { rowCount } = await db.query(`SELECT 1 FROM identity.users WHERE email IN ('first@example.org', 'second@example.org')`);
    expect(rowCount).toBe(1);
  });

  it('keeps the invitation when the address is taken', async () => {
    const { token } = await invite();
    expect((await register('boss@example.org', token)).json.code).toBe('email-taken');
    expect((await register('free@example.org', token)).status).toBe(201);
  });

  it('accepts only the address that an invitation is bound to, in any spelling', async () => {
    const { token } = await invite({ email: 'Cleo@Example.org' });
    expect((await register('eve@example.org', token)).json.code).toBe('invitation-invalid');
    expect((await register('CLEO@example.org', token)).status).toBe(201);
  });

  it('refuses an expired invitation', async () => {
    const { id, token } = await invite();
    await db.query(`UPDATE identity.invitations SET expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
    expect((await register('late@example.org', token)).json.code).toBe('invitation-invalid');
  });

  it('refuses a revoked invitation', async () => {
    const { id, token } = await invite();
    const remove = () => gateway.ask('DELETE', `/v1/invitations/${id}`, { token: operator });
    expect([(await remove()).status, (await remove()).json.code]).toEqual([204, 'invitation-not-found']);
    expect((await register('revoked@example.org', token)).json.code).toBe('invitation-invalid');
  });

  it('lists open invitations in pages, without their tokens, of which only the hash is stored', async () => {
    const made = [await invite(), await invite(), await invite()];
    const first = (await gateway.ask('GET', '/v1/invitations?limit=2', { token: operator })).json;
    const second = (await gateway.ask('GET', `/v1/invitations?limit=2&cursor=${first.nextCursor}`, { token: operator })).json;
    const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
    expect(ids.slice(0, 3)).toEqual(made.map(({ id }) => id).reverse());
    const { rows } = await db.query('SELECT * FROM identity.invitations');
    for (const { token } of made) expect(JSON.stringify([first, second, rows])).not.toContain(token);
  });

  it('is for operators to give', async () => {
    const { token } = await invite();
    await register('plain@example.org', token);
    const { accessToken } = (await gateway.ask('POST', '/v1/auth/login', { body: { email: 'plain@example.org', password } })).json;
    expect((await gateway.ask('POST', '/v1/invitations', { token: accessToken, body: {} })).json.code).toBe('forbidden');
  });
});

describe('closed registration', () => {
  it('refuses everybody with its own code', async () => {
    metrics.clear(); // the second gateway of this process registers its own
    const closed = await startGateway({ ...environment, GATEWAY_REGISTRATION: 'closed' });
    try {
      const { status, json } = await closed.ask('POST', '/v1/auth/register', { body: { email: 'eve@example.org', password } });
      expect([status, json.code]).toEqual([403, 'registration-closed']);
    } finally {
      await closed.stop();
    }
  });
});
