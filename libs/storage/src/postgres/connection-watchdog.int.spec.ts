/** An unresponsive PostgreSQL (frozen: the kernel still accepts connections) and a slow one. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { freeze, type ManagedServer, startPostgres, until } from '#testing';
import { openPostgres, type PostgresOptions } from './data-source.ts';
import { closePostgres, isPostgresUnresponsive, pingPostgres } from './guarded-data-source.ts';
import { listenToPostgres } from './listen.ts';
import { inTransaction, queryRows } from './transaction.ts';

const silenceMs = 1_200;
let server: ManagedServer;
let source: DataSource;
let thaw = () => {};

class SlowStep implements MigrationInterface {
  name = 'SlowStep1763683200000';
  up = (runner: QueryRunner): Promise<void> => runner.query('SELECT pg_sleep(2)');
  down = (): Promise<void> => Promise.resolve();
}
const optionsWith = (
  timeouts: PostgresOptions['timeouts'],
  steps: PostgresOptions['migrations'][number]['steps'] = [],
): PostgresOptions => ({
  url: server.url,
  schema: 'silence',
  applicationName: 'spec',
  poolSize: 3,
  entities: [],
  migrations: [{ schema: 'silence', steps }],
  timeouts: { connectMs: 1_500, ...timeouts },
});

beforeAll(async () => {
  server = await startPostgres();
  source = await openPostgres(optionsWith({ silenceMs }));
});
afterEach(() => thaw());
afterAll(async () => {
  if (source) await closePostgres(source);
  await server?.stop();
});

const unavailable = { code: 'service-unavailable' };
const isBack = () => until(() => pingPostgres(source, 1_000), 20_000);

describe('a frozen PostgreSQL', () => {
  it('fails pending and new queries with service-unavailable, and serves queries again when it resumes', async () => {
    await queryRows(source, 'SELECT 1'); // opens a connection
    const pending = queryRows(source, 'SELECT pg_sleep(600)');
    thaw = freeze(server);
    const byQueryBuilder = source.createQueryBuilder().select('1').from('pg_class', 'c').getRawMany();
    const queries = [pending, byQueryBuilder, queryRows(source, 'SELECT 1'), inTransaction(source, (tx) => queryRows(tx, 'SELECT 1'))];
    for (const outcome of await Promise.allSettled(queries)) expect(outcome).toMatchObject({ status: 'rejected', reason: unavailable });
    expect(isPostgresUnresponsive(source)).toBe(true);
    expect(await pingPostgres(source, 60_000)).toBe(false);
    thaw();
    expect(await isBack()).toBe(true);
    expect(isPostgresUnresponsive(source)).toBe(false);
    expect(await queryRows(source, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('aborts a running transaction, which is rolled back', async () => {
    await queryRows(source, 'CREATE TABLE silence.note (text text)');
    const aborted = inTransaction(source, async (tx) => {
      await queryRows(tx, `INSERT INTO silence.note VALUES ('lost')`);
      thaw = freeze(server);
      await queryRows(tx, 'SELECT 1');
    });
    await expect(aborted).rejects.toMatchObject(unavailable);
    thaw();
    expect(await isBack()).toBe(true);
    expect(await queryRows(source, 'SELECT * FROM silence.note')).toEqual([]);
  });

  it('is detected by an idle listener, which receives notifications again when it resumes', async () => {
    const stop = new AbortController();
    const lost = Promise.withResolvers<unknown>();
    let notified = Promise.withResolvers<void>();
    const onNotify = () => notified.resolve();
    const more = { signal: stop.signal, timeouts: { silenceMs }, pingEveryMs: 200 };
    const listening = listenToPostgres({ url: server.url, channel: 'news', onNotify, onLost: lost.resolve, ...more });
    await notified.promise;
    thaw = freeze(server);
    await lost.promise;
    notified = Promise.withResolvers<void>();
    thaw();
    await notified.promise;
    stop.abort();
    await listening;
  });

  it('does not block the close of the pool', async () => {
    const other = await openPostgres(optionsWith({ silenceMs: 60_000 }));
    const pending = queryRows(other, 'SELECT pg_sleep(600)').catch((error: unknown) => error);
    thaw = freeze(server);
    await closePostgres(other);
    expect(await pending).toMatchObject(unavailable);
  });
});

describe('a slow PostgreSQL', () => {
  it('is not treated as unresponsive: statements, locks and migrations may send no data for longer than the silence limit', async () => {
    const slow = await openPostgres(optionsWith({ silenceMs }, [SlowStep]));
    try {
      await queryRows(slow, 'SELECT pg_advisory_lock(1), pg_sleep(2)');
      const second = inTransaction(slow, (tx) => queryRows(tx, 'SELECT pg_advisory_xact_lock(2), 1 AS one, pg_sleep(2)'));
      expect(await second).toMatchObject([{ one: 1 }]);
      expect(isPostgresUnresponsive(slow)).toBe(false);
    } finally {
      await closePostgres(slow);
    }
  });

  it('fails a query after the statement timeout even when the reply is lost', async () => {
    const source = await openPostgres(optionsWith({ silenceMs: 60_000, statementMs: 100 }));
    try {
      await source.query(`SET statement_timeout = 0`); // simulates the loss of the reply that reports the cancelled statement
      await expect(queryRows(source, 'SELECT pg_sleep(600)')).rejects.toMatchObject(unavailable);
    } finally {
      await closePostgres(source);
    }
  });
});
