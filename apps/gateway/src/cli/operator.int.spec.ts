import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type TestDatabase, testDatabase, until } from '#testing';
import { verifyPassword } from '../identity/password-hash.ts';
import { withAccounts } from './account-database.ts';
import { readCommand } from './operator-arguments.ts';
import { perform } from './operator-commands.ts';

let database: TestDatabase;
let db: pg.Client;
let watcher: pg.Client;
beforeAll(async () => {
  database = await testDatabase('operator');
  db = new pg.Client({ connectionString: database.url });
  watcher = new pg.Client({ connectionString: database.url });
  await Promise.all([db.connect(), watcher.connect()]);
});
afterAll(async () => {
  await Promise.all([db?.end(), watcher?.end()]);
  await database?.drop();
});

async function type(line: string, password?: string): Promise<string> {
  const command = readCommand(line.split(' '));
  if (command.name === 'help') throw new Error('help prints no result');
  return withAccounts(database.url, (services) => perform(command, services, password));
}
const row = async (email: string) => (await db.query('SELECT * FROM identity.users WHERE email = $1', [email])).rows[0];
const kinds = async (email: string) =>
  (
    await db.query(
      `SELECT e.kind, e.address FROM identity.security_events e JOIN identity.users u ON u.id = e.user_id WHERE u.email = $1 ORDER BY e.id`,
      [email],
    )
  ).rows;

describe("the operator's command line", () => {
  it('works on an empty database: it makes the tables, and says how to begin', async () => {
    expect(await type('list')).toContain('create ADDRESS');
  });

  it('creates an operator and prints a password that fits, once', async () => {
    const said = await type('create Ana@Example.org');
    const { roles, password_hash: hash } = await row('ana@example.org');
    expect(roles).toEqual(['user', 'operator']);
    expect(await verifyPassword(/: (\S+)$/.exec(said)![1]!, hash)).toBe(true);
    expect(await kinds('ana@example.org')).toEqual([
      { kind: 'registered', address: 'command-line' },
      { kind: 'operator-granted', address: 'command-line' },
    ]);
  });

  it('creates an account with a given password, which it does not print', async () => {
    const said = await type('create --user --password-stdin ben@example.org', 'a password of my own');
    expect(said).toBe('Created the account ben@example.org.');
    expect((await row('ben@example.org')).roles).toEqual(['user']);
  });

  it('refuses a taken address, a bad address and a short password, in one sentence each', async () => {
    await expect(type('create ana@example.org')).rejects.toMatchObject({ code: 'email-taken' });
    await expect(type('create nobody')).rejects.toThrow('nobody is not an e-mail address.');
    await expect(type('create --password-stdin cleo@example.org', 'short')).rejects.toThrow('at least 10 characters');
    await expect(type('grant dora@example.org')).rejects.toThrow('There is no account dora@example.org.');
  });

  it('grants and revokes the role', async () => {
    await type('grant ben@example.org');
    expect((await row('ben@example.org')).roles).toEqual(['user', 'operator']);
    await type('revoke ben@example.org');
    expect((await row('ben@example.org')).roles).toEqual(['user']);
    expect((await kinds('ben@example.org')).map(({ kind }) => kind)).toEqual(['registered', 'operator-granted', 'operator-revoked']);
  });

  it('keeps the last operator', async () => {
    await expect(type('revoke ana@example.org')).rejects.toMatchObject({ code: 'last-operator' });
  });

  it('keeps one of two operators that are revoked at once on two connections', async () => {
    await type('grant ben@example.org');
    await db.query('BEGIN');
    await db.query('SELECT 1 FROM identity.users FOR UPDATE');
    const racing = Promise.allSettled([type('revoke ana@example.org'), type('revoke ben@example.org')]);
    try {
      expect(await until(async () => (await waiting()) === 2, 20_000)).toBe(true);
    } finally {
      await db.query('COMMIT');
    }
    expect((await racing).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await db.query(`SELECT 1 FROM identity.users WHERE 'operator' = ANY(roles)`)).rowCount).toBe(1);
  });

  it('issues a reset token, of which the database has the hash only', async () => {
    const said = await type('reset-password ben@example.org');
    const token = /rfp_[\w-]{43}/.exec(said)![0];
    const { rows } = await db.query('SELECT token_hash = sha256($1::text::bytea) AS matches FROM identity.password_resets', [token]);
    expect(rows).toEqual([{ matches: true }]);
  });

  it('lists accounts with their state', async () => {
    await db.query(`UPDATE identity.users SET disabled_at = now() WHERE email = 'ben@example.org'`);
    const lines = (await type('list')).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines.find((line) => line.startsWith('ben@example.org'))).toMatch(/\d{4}-\d\d-\d\d {2}\w+, disabled$/);
  });

  it('says in one sentence that the database is not reachable', async () => {
    const nowhere = 'postgres://user:secret@127.0.0.1:1/none';
    await expect(withAccounts(nowhere, async () => 'never')).rejects.toThrow('The database is not reachable.');
  });
});

async function waiting(): Promise<number> {
  const { rows } = await watcher.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%operator%'`,
  );
  return rows[0].n;
}
