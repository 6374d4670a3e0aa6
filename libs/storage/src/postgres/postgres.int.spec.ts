import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm';
import { startPostgres, type TestDatabase, testDatabase } from '#testing';
import { connectPostgres, createPostgres, openPostgres, type PostgresOptions } from './data-source.ts';
import { pingPostgres } from './guarded-data-source.ts';
import { loadPage } from './keyset.ts';
import { listenToPostgres } from './listen.ts';
import { inTransaction, type Queryable, queryRows } from './transaction.ts';

interface Note {
  id: string;
  text: string;
  createdAt: Date;
}
const noteEntity = new EntitySchema<Note>({
  name: 'note',
  columns: {
    id: { type: 'uuid', primary: true },
    text: { type: 'text' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
  },
});

class CreateNotes implements MigrationInterface {
  name = 'CreateNotes1763683200000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE notes.note (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), text text NOT NULL, created_at timestamptz NOT NULL)',
    );
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notes.note');
  }
}

let database: TestDatabase;
const open: DataSource[] = [];
const optionsFor = (url: string): PostgresOptions => ({
  url,
  schema: 'notes',
  applicationName: 'spec',
  poolSize: 3,
  entities: [noteEntity],
  migrations: [{ schema: 'notes', steps: [CreateNotes] }],
});
async function opened(options = optionsFor(database.url)): Promise<DataSource> {
  const dataSource = await openPostgres(options);
  open.push(dataSource);
  return dataSource;
}

beforeAll(async () => {
  database = await testDatabase('postgres');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((dataSource) => dataSource.isInitialized && dataSource.destroy()));
});
afterAll(() => database.drop());

describe('openPostgres', () => {
  it('creates and migrates the schema once when several replicas start together', async () => {
    const replicas = await Promise.all([opened(), opened(), opened(), opened()]);
    expect(await queryRows(replicas[0]!, 'SELECT name FROM notes.migration')).toEqual([{ name: 'CreateNotes1763683200000' }]);
  });
  it('rejects a schema name that is not an identifier', async () => {
    const options = { ...optionsFor(database.url), migrations: [{ schema: 'a"; DROP', steps: [] }] };
    await expect(openPostgres(options)).rejects.toThrow(RangeError);
  });
  it('does not retry with a wrong password', async () => {
    const url = new URL(database.url);
    url.password = 'wrong';
    await expect(openPostgres(optionsFor(url.href))).rejects.toThrow(/password/);
  });
  it('cancels a statement after its timeout', async () => {
    const dataSource = await opened({ ...optionsFor(database.url), timeouts: { statementMs: 50 } });
    await expect(dataSource.query('SELECT pg_sleep(5)')).rejects.toThrow(/statement timeout/);
  });
  it('waits for a server that is not up yet, until aborted', async () => {
    const dataSource = createPostgres(optionsFor('postgres://nobody@127.0.0.1:1/none'));
    const stop = new AbortController();
    const errors: unknown[] = [];
    const onRetry = (error: unknown) => errors.push(error) === 2 && stop.abort(new Error('aborted'));
    await expect(
      connectPostgres(dataSource, optionsFor('postgres://nobody@127.0.0.1:1/none'), { signal: stop.signal, onRetry }),
    ).rejects.toThrow();
    expect(errors).toHaveLength(2);
    expect(await pingPostgres(dataSource, 500)).toBe(false);
  });
});

describe('connectPostgres', () => {
  it('connects once the server comes up', async () => {
    const server = await startPostgres();
    try {
      await server.kill();
      const options = optionsFor(server.url);
      const dataSource = createPostgres(options);
      const refused = Promise.withResolvers<void>();
      const connecting = connectPostgres(dataSource, options, { onRetry: () => refused.resolve() });
      await refused.promise;
      await server.restart();
      await connecting;
      expect(await pingPostgres(dataSource, 2_000)).toBe(true);
      await dataSource.destroy();
    } finally {
      await server.stop();
    }
  });
});

describe('inTransaction', () => {
  it('rolls back when the work throws', async () => {
    const dataSource = await opened();
    const failing = inTransaction(dataSource, async (tx) => {
      await queryRows(tx, "INSERT INTO notes.note (text, created_at) VALUES ('lost', now())");
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await queryRows(dataSource, "SELECT 1 FROM notes.note WHERE text = 'lost'")).toEqual([]);
  });

  it('refuses a second connection within its work, which would wait for itself once all connections are taken', async () => {
    const dataSource = await opened();
    const [one, later] = ['SELECT 1 AS one', Promise.withResolvers<unknown>()];
    await expect(inTransaction(dataSource, () => queryRows(dataSource, one))).rejects.toThrow('must use the connection of the transaction');
    await expect(inTransaction(dataSource, () => inTransaction(dataSource, async () => one))).rejects.toThrow('must use the connection');
    const begunInIt = async () => void setImmediate(() => later.resolve(queryRows(dataSource, one)));
    await inTransaction(dataSource, begunInIt);
    expect(await later.promise).toEqual([{ one: 1 }]); // the transaction is over
  });
});

describe('two transactions that wait for each other', () => {
  it('end: one writes, the other is told to come again', async () => {
    const dataSource = await opened();
    await queryRows(dataSource, 'CREATE TABLE IF NOT EXISTS pair (id int PRIMARY KEY)');
    await queryRows(dataSource, 'INSERT INTO pair VALUES (1), (2) ON CONFLICT DO NOTHING');
    const lock = (tx: Queryable, id: number) => queryRows(tx, 'SELECT 1 FROM pair WHERE id = $1 FOR UPDATE', [id]);
    const bothHaveOne = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const run = (index: 0 | 1) =>
      inTransaction(dataSource, async (tx) => {
        await lock(tx, index + 1);
        bothHaveOne[index].resolve();
        await bothHaveOne[1 - index]!.promise;
        await lock(tx, 2 - index);
      });
    const outcomes = await Promise.allSettled([run(0), run(1)]);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
    expect(refused).toMatchObject([{ code: 'service-unavailable', retryAfterSeconds: 1 }]);
  });

  it('both write where their work may be done again', async () => {
    const dataSource = await opened();
    await queryRows(dataSource, 'CREATE TABLE IF NOT EXISTS sum (id int PRIMARY KEY, value int NOT NULL)');
    await queryRows(dataSource, 'INSERT INTO sum VALUES (1, 0), (2, 0)');
    const add = (tx: Queryable, id: number) => queryRows(tx, 'UPDATE sum SET value = value + 1 WHERE id = $1', [id]);
    const bothHaveOne = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    let runs = 0;
    const run = (index: 0 | 1) =>
      inTransaction(
        dataSource,
        async (tx) => {
          runs++;
          await add(tx, index + 1);
          bothHaveOne[index].resolve();
          await bothHaveOne[1 - index]!.promise;
          await add(tx, 2 - index);
        },
        { repeats: 1 },
      );
    await Promise.all([run(0), run(1)]);
    expect([runs, await queryRows(dataSource, 'SELECT value FROM sum ORDER BY id')]).toEqual([3, [{ value: 2 }, { value: 2 }]]);
  });
});

describe('a row that refers to one which is deleted meanwhile', () => {
  it('is not written, and the client is told to come again', async () => {
    const dataSource = await opened();
    await queryRows(dataSource, 'CREATE TABLE IF NOT EXISTS whole (id int PRIMARY KEY)');
    await queryRows(dataSource, 'CREATE TABLE IF NOT EXISTS part (whole_id int REFERENCES whole)');
    const added = inTransaction(dataSource, (tx) => queryRows(tx, 'INSERT INTO part VALUES (7)'));
    await expect(added).rejects.toMatchObject({ code: 'service-unavailable', retryAfterSeconds: 1 });
  });
});

describe('a value that PostgreSQL cannot store', () => {
  it.each([
    ['text with NUL', 'INSERT INTO notes.note (text, created_at) VALUES ($1, now())', 'a\u0000b'],
    ['a date in the year 0', "INSERT INTO notes.note (text, created_at) VALUES ('x', $1)", '0000-01-01T00:00:00Z'],
    ['a number beyond its type', 'SELECT $1::int', '2147483648'],
    ['an invalid id', 'SELECT $1::uuid', 'x'],
  ])('is reported as an invalid request with the error as the cause: %s', async (_, sql, value) => {
    const dataSource = await opened();
    const refused = { code: 'request-invalid', cause: expect.anything() };
    await expect(queryRows(dataSource, sql, [value])).rejects.toMatchObject(refused);
    await expect(inTransaction(dataSource, (tx) => tx.query(sql, [value]))).rejects.toMatchObject(refused);
  });
  it('is also rejected through a repository', async () => {
    const notes = (await opened()).getRepository(noteEntity);
    await expect(notes.insert({ id: randomUUID(), text: '\u0000', createdAt: new Date() })).rejects.toMatchObject({
      code: 'request-invalid',
    });
  });
});

describe('loadPage', () => {
  it('returns every row once, also rows of the same millisecond', async () => {
    const dataSource = await opened();
    await dataSource.query(
      `INSERT INTO notes.note (text, created_at)
       SELECT 'n' || i, '2026-01-01T00:00:00.123Z'::timestamptz + (i / 2) * interval '1 microsecond' FROM generate_series(0, 24) AS i`,
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await loadPage(dataSource.getRepository(noteEntity).createQueryBuilder('note'), { cursor, limit: 4 });
      seen.push(...page.items.map((note) => note.text));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    expect(seen[0]).toBe('n24');
  });
});

describe('a restart of PostgreSQL', () => {
  it('does not require a restart of the pool, the probe or the listener', async () => {
    const server = await startPostgres();
    const stop = new AbortController();
    try {
      const dataSource = await opened(optionsFor(server.url));
      let notified = Promise.withResolvers<void>();
      const listening = listenToPostgres({
        url: server.url,
        channel: 'news',
        onNotify: () => notified.resolve(),
        onLost: () => undefined,
        signal: stop.signal,
      });
      await notified.promise;
      await server.kill();
      expect(await pingPostgres(dataSource, 500)).toBe(false);
      await expect(queryRows(dataSource, 'SELECT 1')).rejects.toMatchObject({ code: 'service-unavailable' });
      notified = Promise.withResolvers<void>();
      await server.restart();
      await notified.promise;
      notified = Promise.withResolvers<void>();
      await dataSource.query('NOTIFY news');
      await notified.promise;
      expect(await pingPostgres(dataSource, 2_000)).toBe(true);
      stop.abort();
      await listening;
      await dataSource.destroy();
    } finally {
      stop.abort();
      await server.stop();
    }
  });
});
