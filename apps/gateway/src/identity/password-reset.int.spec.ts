import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { register as metrics } from 'prom-client';
import { until } from '#testing';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { type Mail, MailDelivery } from './mail.service.ts';

const plenty = '100000';
const password = 'correct horse battery';
const nextPassword = 'another horse entirely';
let gateway: OwnGateway;
let db: pg.Client;
let watcher: pg.Client;
const sent: Mail[] = [];
let delivery: MailDelivery;
beforeAll(async () => {
  gateway = await startGateway({
    GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: plenty,
    GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: plenty,
  });
  delivery = gateway.app.get(MailDelivery, { strict: false });
  db = new pg.Client({ connectionString: gateway.databaseUrl });
  watcher = new pg.Client({ connectionString: gateway.databaseUrl });
  await Promise.all([db.connect(), watcher.connect()]);
});
afterAll(async () => {
  await Promise.all([db?.end(), watcher?.end()]);
  await gateway?.stop();
});

const post = (path: string, body: unknown) => gateway.ask('POST', path, { body });
const login = (email: string, tried: string) => post('/v1/auth/login', { email, password: tried });
const confirm = (token: string, newPassword = nextPassword) => post('/v1/auth/password-reset/confirm', { token, newPassword });
const request = async (email: string) => {
  const answer = await post('/v1/auth/password-reset', { email });
  await delivery.settled();
  return answer;
};
let people = 0;
async function person() {
  const email = `reset${people++}@example.org`;
  const { json } = await post('/v1/auth/register', { email, password });
  return { email, id: json.user.id as string };
}
async function tokenFor(email: string): Promise<string> {
  await request(email);
  const mail = sent.filter(({ to }) => to === email).at(-1);
  return /rfp_[\w-]{43}/.exec(mail?.text ?? '')![0];
}

describe('a password reset', () => {
  it('without mail stores no token: an operator issues it', async () => {
    const { email } = await person();
    expect((await request(email)).status).toBe(202);
    expect((await db.query('SELECT 1 FROM identity.password_resets')).rowCount).toBe(0);
  });

  it('has the same response for an address with and without an account, and sends mail to the first only', async () => {
    delivery.use({ send: async (mail) => void sent.push(mail) });
    const { email } = await person();
    const [known, unknown] = [await request(email), await request('nobody@example.org')];
    expect([known.status, known.json, unknown.status, unknown.json]).toEqual([202, '', 202, '']);
    expect(sent.map(({ to }) => to)).toEqual([email]);
  });

  it('sets the password, ends all sessions and is recorded', async () => {
    const { email, id } = await person();
    const { accessToken, refreshToken } = (await login(email, password)).json;
    expect((await confirm(await tokenFor(email))).status).toBe(204);
    expect((await gateway.ask('GET', '/v1/me', { token: accessToken })).status).toBe(401);
    expect((await post('/v1/auth/refresh', { refreshToken })).status).toBe(401);
    expect([(await login(email, password)).status, (await login(email, nextPassword)).status]).toEqual([401, 200]);
    const { rows } = await db.query('SELECT kind FROM identity.security_events WHERE user_id = $1 ORDER BY id', [id]);
    expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['password-reset-issued', 'password-reset']));
  });

  it('works once, and only its hash is stored', async () => {
    const { email } = await person();
    const token = await tokenFor(email);
    const { rows } = await db.query('SELECT * FROM identity.password_resets');
    expect(JSON.stringify(rows)).not.toContain(token);
    expect([(await confirm(token)).status, (await confirm(token)).json.code]).toEqual([204, 'reset-token-invalid']);
  });

  it('works for an hour', async () => {
    const { email, id } = await person();
    const token = await tokenFor(email);
    const { rows } = await db.query(
      `SELECT extract(epoch FROM expires_at - created_at)::int AS lifetime FROM identity.password_resets WHERE user_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ lifetime: 3_600 }]);
    await db.query(`UPDATE identity.password_resets SET expires_at = now() - interval '1 second' WHERE user_id = $1`, [id]);
    expect((await confirm(token)).json.code).toBe('reset-token-invalid');
  });

  it('of a changed password is not valid any more', async () => {
    const { email } = await person();
    const token = await tokenFor(email);
    const { accessToken } = (await login(email, password)).json;
    const change = { currentPassword: password, newPassword: nextPassword };
    expect((await gateway.ask('POST', '/v1/auth/password', { body: change, token: accessToken })).status).toBe(204);
    expect((await confirm(token)).json.code).toBe('reset-token-invalid');
  });

  it('keeps at most three tokens of an account', async () => {
    const { email, id } = await person();
    const oldest = await tokenFor(email);
    for (let more = 0; more < 3; more++) await request(email);
    expect((await db.query('SELECT 1 FROM identity.password_resets WHERE user_id = $1', [id])).rowCount).toBe(3);
    expect((await confirm(oldest)).json.code).toBe('reset-token-invalid');
  });

  it('confirmed twice at once with one token sets one password', async () => {
    const { email, id } = await person();
    const token = await tokenFor(email);
    const passwords = ['the first new password', 'the second new password'];
    await db.query('BEGIN');
    await db.query('SELECT 1 FROM identity.users WHERE id = $1 FOR UPDATE', [id]);
    const racing = passwords.map((newPassword) => confirm(token, newPassword));
    try {
      expect(await until(async () => (await waiting()) === 2, 20_000)).toBe(true);
    } finally {
      await db.query('COMMIT');
    }
    const statuses = (await Promise.all(racing)).map(({ status }) => status);
    expect([...statuses].sort()).toEqual([204, 403]);
    const logins = await Promise.all(passwords.map((tried) => login(email, tried)));
    expect(logins.map(({ status }) => status)).toEqual(statuses.map((status) => (status === 204 ? 200 : 401)));
  });

  it('is limited like other uses of credentials', async () => {
    metrics.clear(); // the second gateway of this process registers its own
    const strict = await startGateway({ GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: '2' });
    try {
      const ask = () => strict.ask('POST', '/v1/auth/password-reset', { body: { email: 'a@example.org' } });
      const statuses = [await ask(), await ask(), await ask()].map(({ status }) => status);
      expect(statuses).toEqual([202, 202, 429]);
    } finally {
      await strict.stop();
    }
  });
});

/** Transactions that wait for the lock of an account. */
async function waiting(): Promise<number> {
  const { rows } = await watcher.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%identity.users%'`,
  );
  return rows[0].n;
}
