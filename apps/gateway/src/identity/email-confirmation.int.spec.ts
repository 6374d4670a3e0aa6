import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { type SmtpServer, startSmtpServer } from '../../testing/smtp-server.ts';
import { MailDelivery } from './mail.service.ts';

const plenty = '100000';
let smtp: SmtpServer;
let gateway: OwnGateway;
let db: pg.Client;
beforeAll(async () => {
  smtp = await startSmtpServer();
  gateway = await startGateway({
    SMTP_URL: smtp.url,
    SMTP_FROM: 'rafaga@example.org',
    GATEWAY_EMAIL_CONFIRMATION: 'required',
    GATEWAY_EMAIL_CONFIRMATION_URL: 'https://app.example.org/confirm',
    GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: plenty,
    GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: plenty,
  });
  db = new pg.Client({ connectionString: gateway.databaseUrl });
  await db.connect();
});
afterAll(async () => {
  await db?.end();
  await gateway?.stop();
  await smtp?.stop();
});

async function person() {
  const account = { email: `${randomUUID()}@example.org`, password: 'correct horse battery' };
  const { status, json } = await gateway.ask('POST', '/v1/auth/register', { body: account });
  expect([status, json.user.emailConfirmed]).toEqual([201, false]);
  const { accessToken } = (await gateway.ask('POST', '/v1/auth/login', { body: account })).json;
  return { ...account, id: json.user.id as string, token: accessToken as string };
}
type Person = Awaited<ReturnType<typeof person>>;

/** The tokens that were sent to an address, the oldest first. */
async function tokensOf({ email }: Pick<Person, 'email'>): Promise<string[]> {
  await gateway.app.get(MailDelivery, { strict: false }).settled();
  const mails = smtp.received.filter(({ to }) => to === email);
  return mails.map(
    ({ content }) => /#token=3D(rfc_[\w-]{43})|#token=(rfc_[\w-]{43})/.exec(content.replaceAll('=\n', ''))!.slice(1).find(Boolean)!,
  );
}
const begin = ({ token }: Person) =>
  gateway.ask('POST', '/v1/uploads', { token, headers: { 'tus-resumable': '1.0.0', 'upload-length': '10' } });
const resend = ({ token }: Person) => gateway.ask('POST', '/v1/auth/email-confirmation', { token });
const confirm = (token: string) => gateway.ask('POST', '/v1/auth/email-confirmation/confirm', { body: { token } });
/** As if the messages so far had been sent two minutes before. */
const later = ({ id }: Person) =>
  db.query(`UPDATE identity.email_confirmations SET created_at = created_at - interval '2 minutes' WHERE user_id = $1`, [id]);

describe('an account whose address is not confirmed', () => {
  it('can log in and read, and cannot upload, with an API key neither', async () => {
    const ana = await person();
    expect([(await gateway.ask('GET', '/v1/me', ana)).status, (await gateway.ask('GET', '/v1/uploads', ana)).status]).toEqual([200, 200]);
    const refused = await begin(ana);
    expect([refused.status, refused.json.code]).toEqual([403, 'email-not-confirmed']);
    const { key } = (await gateway.ask('POST', '/v1/api-keys', { token: ana.token, body: { name: 'k', scopes: ['read', 'write'] } })).json;
    expect((await begin({ ...ana, token: key })).status).toBe(403);
  });

  it('can do everything, with the same access token, once the token of the message was sent', async () => {
    const ana = await person();
    const [token] = await tokensOf(ana);
    expect(await confirm(token!)).toMatchObject({ status: 204 });
    expect([(await begin(ana)).status, (await gateway.ask('GET', '/v1/me', ana)).json.emailConfirmed]).toEqual([201, true]);
    expect((await confirm(token!)).json.code).toBe('confirmation-token-invalid');
    expect((await resend(ana)).status).toBe(202);
    expect(await tokensOf(ana)).toHaveLength(1);
    const { rows } = await db.query(`SELECT kind FROM identity.security_events WHERE user_id = $1 AND kind = 'email-confirmed'`, [ana.id]);
    expect(rows).toHaveLength(1);
  });
});

describe('another message', () => {
  it('is sent after a minute, five times a day, and each of its tokens confirms', async () => {
    const ana = await person();
    const early = await resend(ana);
    expect([early.status, early.json.code, Number(early.headers.get('retry-after'))]).toEqual([
      429,
      'too-many-requests',
      expect.any(Number),
    ]);
    expect(Number(early.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    for (let sent = 1; sent < 5; sent++) {
      await later(ana);
      expect((await resend(ana)).status).toBe(202);
    }
    await later(ana);
    const last = await resend(ana);
    expect([last.status, Number(last.headers.get('retry-after')) > 3_600]).toEqual([429, true]);
    const tokens = await tokensOf(ana);
    expect(new Set(tokens).size).toBe(5);
    expect((await confirm(tokens[1]!)).status).toBe(204);
  });

  it('is one, however many are asked for at once', async () => {
    const ana = await person();
    await later(ana);
    const answers = await Promise.all(Array.from({ length: 5 }, () => resend(ana)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(await tokensOf(ana)).toHaveLength(2);
  });
});

describe('a token', () => {
  it('confirms once when it is sent twice at the same time', async () => {
    const [token] = await tokensOf(await person());
    const answers = await Promise.all([confirm(token!), confirm(token!)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 403]);
  });

  it('is stored as its hash only, and confirms nothing after a day', async () => {
    const ana = await person();
    const [token] = await tokensOf(ana);
    const { rows } = await db.query('SELECT * FROM identity.email_confirmations WHERE user_id = $1', [ana.id]);
    expect(JSON.stringify(rows)).not.toContain(token);
    await db.query(`UPDATE identity.email_confirmations SET expires_at = now() WHERE user_id = $1`, [ana.id]);
    expect([(await confirm(token!)).status, (await begin(ana)).status]).toEqual([403, 403]);
  });
});
