/** Races between a refresh and the end of its session on two connections: in any commit order all tokens of the session are revoked. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { register as metrics } from 'prom-client';
import { until } from '#testing';
import { grantOperator } from '../../testing/grant-operator.ts';
import { type Answer, type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

/** Number of unordered races per way of ending a session; the ordered ones always run. */
const rounds = Number(process.env.SESSION_RACE_ROUNDS ?? 2);
const plenty = '100000';
const environment = {
  GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: plenty,
  GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: plenty,
  GATEWAY_RATE_LIMIT_PER_MINUTE: plenty,
  GATEWAY_KEY_SECRET: Buffer.alloc(32, 5).toString('base64'),
};
const password = 'correct horse battery';
const nextPassword = 'another horse entirely';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}
interface Person extends Tokens {
  readonly id: string;
  readonly email: string;
  readonly sessionId: string;
}

let gateway: OwnGateway;
/** One connection holds the locks, the other reads pg_stat_activity, which is a snapshot within a transaction. */
let db: pg.Client;
let watcher: pg.Client;
beforeAll(async () => {
  gateway = await startGateway(environment);
  db = new pg.Client({ connectionString: gateway.databaseUrl });
  watcher = new pg.Client({ connectionString: gateway.databaseUrl });
  await Promise.all([db.connect(), watcher.connect()]);
});
afterAll(async () => {
  await Promise.all([db.end(), watcher.end()]);
  await gateway.stop();
});

const post = (path: string, body: unknown, token?: string) => gateway.ask('POST', path, { body, ...(token ? { token } : {}) });
const refresh = (refreshToken: string) => post('/v1/auth/refresh', { refreshToken });
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sub: string; sid: string };

let people = 0;
async function registerUser(): Promise<Person> {
  const email = `racer${people++}@example.org`;
  await post('/v1/auth/register', { email, password });
  const tokens = (await post('/v1/auth/login', { email, password })).json as Tokens;
  const { sub: id, sid: sessionId } = claimsOf(tokens.accessToken);
  return { ...tokens, id, email, sessionId };
}

/** Ways of ending: each receives the refreshed session and another access token of the account. */
const ends: Record<string, (racer: Person, other: Tokens) => Promise<Answer>> = {
  'DELETE /v1/sessions': (_racer, other) => gateway.ask('DELETE', '/v1/sessions', { token: other.accessToken }),
  'DELETE /v1/sessions/{id}': ({ sessionId }, other) => gateway.ask('DELETE', `/v1/sessions/${sessionId}`, { token: other.accessToken }),
  'POST /v1/auth/logout': ({ refreshToken }) => post('/v1/auth/logout', { refreshToken }),
  'POST /v1/auth/password': (_racer, other) =>
    post('/v1/auth/password', { currentPassword: password, newPassword: nextPassword }, other.accessToken),
};

/** Runs `lock` on a separate connection, starts each step once the previous one waits for that lock, then releases it. */
async function inThisOrder(lock: string, parameters: string[], steps: (() => Promise<Answer>)[]): Promise<Answer[]> {
  const started: Promise<Answer>[] = [];
  await db.query('BEGIN');
  try {
    await db.query(lock, parameters);
    for (const step of steps) {
      started.push(step());
      expect(await until(async () => (await waiting()) === started.length, 20_000)).toBe(true);
    }
  } finally {
    await db.query('COMMIT');
  }
  return Promise.all(started);
}

async function waiting(): Promise<number> {
  const sql = `SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event IN ('transactionid', 'tuple', 'relation')`;
  return ((await watcher.query(sql)).rows[0] as { waiting: number }).waiting;
}

const lockAccount = 'SELECT 1 FROM identity.users WHERE id = $1 FOR UPDATE';

/** The tokens of a session that are still accepted. */
async function alive(given: readonly Tokens[], at = gateway): Promise<string[]> {
  const found: string[] = [];
  for (const { accessToken, refreshToken } of given) {
    if ((await at.ask('GET', '/v1/me', { token: accessToken })).status !== 401) found.push('access token');
    if ((await at.ask('POST', '/v1/auth/refresh', { body: { refreshToken } })).status !== 401) found.push('refresh token');
  }
  return found;
}

const givenBy = (answers: readonly Answer[]) => answers.filter(({ json }) => json?.refreshToken).map(({ json }) => json as Tokens);

async function pair(): Promise<[Person, Tokens]> {
  const racer = await registerUser();
  return [racer, (await post('/v1/auth/login', { email: racer.email, password })).json as Tokens];
}

describe('a session that is refreshed and ended concurrently', () => {
  const outlived: Tokens[] = [];

  it.each(Object.keys(ends))('is revoked after %s, in both orders', async (name) => {
    const [racer, other] = await pair();
    const end = () => ends[name]!(racer, other);
    const first = await inThisOrder(lockAccount, [racer.id], [() => refresh(racer.refreshToken), end]);
    expect(first.map(({ status }) => status)).toEqual([200, 204]);
    outlived.push(...givenBy(first));
    expect(await alive([racer, ...givenBy(first)])).toEqual([]);

    const [second, another] = await pair();
    const answers = await inThisOrder(lockAccount, [second.id], [() => ends[name]!(second, another), () => refresh(second.refreshToken)]);
    expect(await alive([second, ...givenBy(answers)])).toEqual([]);
  });

  it.each(Object.keys(ends))(
    'is revoked after %s in random order',
    async (name) => {
      for (let round = 0; round < rounds; round++) {
        const [racer, other] = await pair();
        const answers = await Promise.all([refresh(racer.refreshToken), ends[name]!(racer, other)]);
        expect(answers[1].status).toBe(204);
        outlived.push(...givenBy(answers));
        expect(await alive([racer, ...givenBy(answers)])).toEqual([]);
      }
    },
    60_000 + rounds * 10_000,
  );

  it('is rejected by an instance that starts later, from its first request', async () => {
    metrics.clear(); // two instances in one process would register the same metrics twice
    const copy = await startGateway({ ...environment, DATABASE_URL: gateway.databaseUrl });
    try {
      expect(outlived.length).toBeGreaterThan(0);
      expect(await alive(outlived, copy)).toEqual([]);
    } finally {
      await copy.stop();
    }
  });
});

describe('a password change', () => {
  const lockTokens = 'LOCK TABLE identity.refresh_tokens IN EXCLUSIVE MODE';
  const change = (by: Tokens, newPassword: string) => post('/v1/auth/password', { currentPassword: password, newPassword }, by.accessToken);
  const login = (email: string, tried: string) => post('/v1/auth/login', { email, password: tried });

  it('prevents a session for a concurrent login with the old password', async () => {
    const mine = await registerUser();
    const [late, changed] = await inThisOrder(lockTokens, [], [() => login(mine.email, password), () => change(mine, nextPassword)]);
    expect(changed?.status).toBe(204);
    expect(await alive(givenBy([late!]))).toEqual([]);
    expect((await login(mine.email, nextPassword)).status).toBe(200);
  });
  it('succeeds once for two concurrent requests', async () => {
    const mine = await registerUser();
    const answers = await inThisOrder(
      lockAccount,
      [mine.id],
      [() => change(mine, nextPassword), () => change(mine, 'a third horse as well')],
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401]);
  });
});

describe('the deletion of an account', () => {
  const request = ({ accessToken }: Tokens) => gateway.ask('DELETE', '/v1/me', { body: { password }, token: accessToken });

  it('that is requested during a login is cancelled by it, so that nobody is logged in to an account that ends', async () => {
    const mine = await registerUser();
    const login = () => post('/v1/auth/login', { email: mine.email, password });
    const [requested, late] = await inThisOrder(lockAccount, [mine.id], [() => request(mine), login]);
    expect([requested?.status, late?.status]).toEqual([202, 200]);
    const { rows } = await db.query('SELECT deletion_due_at FROM identity.users WHERE id = $1', [mine.id]);
    expect(rows).toEqual([{ deletion_due_at: null }]);
    expect((await gateway.ask('GET', `/v1/account-deletions/${requested!.json.id}`)).json.state).toBe('cancelled');
  });
});

describe('a role', () => {
  const change = (id: string, roles: string[], boss: Tokens) =>
    gateway.ask('PATCH', `/v1/operators/users/${id}`, { body: { roles }, token: boss.accessToken, headers: { 'if-match': '*' } });

  async function operator(): Promise<Person> {
    const person = await registerUser();
    await grantOperator(gateway.databaseUrl, person.email);
    return { ...person, ...((await post('/v1/auth/login', { email: person.email, password })).json as Tokens) };
  }

  it('that is taken away is in no token of a concurrent login', async () => {
    const [boss, mine] = [await operator(), await operator()];
    const login = () => post('/v1/auth/login', { email: mine.email, password });
    const [changed, late] = await inThisOrder(lockAccount, [mine.id], [() => change(mine.id, ['user'], boss), login]);
    expect([changed?.status, late?.status]).toEqual([200, 200]);
    expect((await gateway.ask('GET', '/v1/operators/users', { token: (late!.json as Tokens).accessToken })).status).toBe(403);
    expect(await alive([mine])).toEqual([]);
  });

  it('stays with one of two operators who take it from each other at once', async () => {
    await db.query(`UPDATE identity.users SET roles = '{user}'`);
    const [one, other] = [await operator(), await operator()];
    const answers = await Promise.all([change(other.id, ['user'], one), change(one.id, ['user'], other)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const { rows } = await db.query(`SELECT count(*)::int AS operators FROM identity.users WHERE 'operator' = ANY(roles)`);
    expect(rows).toEqual([{ operators: 1 }]);
  });
});
