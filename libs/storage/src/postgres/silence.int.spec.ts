/** A PostgreSQL that is alive to the kernel and to nobody else, and one that is only slow. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { freeze, type OwnServer, startPostgres, until } from '#testing';
import { isPostgresSilent, openPostgres, type PostgresOptions } from './data-source.ts';
import { listenToPostgres } from './listen.ts';
import { pingPostgres } from './ping.ts';
import { inTransaction, queryRows } from './transaction.ts';
import { closePostgres } from './watched.ts';

const silenceMs = 1_200;
let server: OwnServer;
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
const answersAgain = () => until(() => pingPostgres(source, 1_000), 20_000);

describe('a PostgreSQL that is frozen', () => {
  it('keeps nobody waiting: who waits and who comes later are told that it is away, and all is well when it goes on', async () => {
    await queryRows(source, 'SELECT 1'); // a connection stands
    const waiting = queryRows(source, 'SELECT pg_sleep(600)');
    thaw = freeze(server);
    const byQueryBuilder = source.createQueryBuilder().select('1').from('pg_class', 'c').getRawMany();
    const asked = [waiting, byQueryBuilder, queryRows(source, 'SELECT 1'), inTransaction(source, (tx) => queryRows(tx, 'SELECT 1'))];
    for (const each of await Promise.allSettled(asked)) expect(each).toMatchObject({ status: 'rejected', reason: unavailable });
    expect(isPostgresSilent(source)).toBe(true);
    expect(await pingPostgres(source, 60_000)).toBe(false);
    thaw();
    expect(await answersAgain()).toBe(true);
    expect(isPostgresSilent(source)).toBe(false);
    expect(await queryRows(source, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('ends a transaction in the middle, which then never happened', async () => {
    await queryRows(source, 'CREATE TABLE silence.note (text text)');
    const broken = inTransaction(source, async (tx) => {
      await queryRows(tx, `INSERT INTO silence.note VALUES ('lost')`);
      thaw = freeze(server);
      await queryRows(tx, 'SELECT 1');
    });
    await expect(broken).rejects.toMatchObject(unavailable);
    thaw();
    expect(await answersAgain()).toBe(true);
    expect(await queryRows(source, 'SELECT * FROM silence.note')).toEqual([]);
  });

  it('is noticed by who only listens, who hears again when it goes on', async () => {
    const stop = new AbortController();
    const lost = Promise.withResolvers<unknown>();
    let heard = Promise.withResolvers<void>();
    const onNotify = () => heard.resolve();
    const more = { signal: stop.signal, timeouts: { silenceMs }, askEveryMs: 200 };
    const listening = listenToPostgres({ url: server.url, channel: 'news', onNotify, onLost: lost.resolve, ...more });
    await heard.promise;
    thaw = freeze(server);
    await lost.promise;
    heard = Promise.withResolvers<void>();
    thaw();
    await heard.promise;
    stop.abort();
    await listening;
  });

  it('does not keep us from leaving', async () => {
    const other = await openPostgres(optionsWith({ silenceMs: 60_000 }));
    const left = queryRows(other, 'SELECT pg_sleep(600)').catch((error: unknown) => error);
    thaw = freeze(server);
    await closePostgres(other);
    expect(await left).toMatchObject(unavailable);
  });
});

describe('a PostgreSQL that is slow', () => {
  it('is waited for: statements, locks and migrations that say nothing for longer than the silence we bear', async () => {
    const slow = await openPostgres(optionsWith({ silenceMs }, [SlowStep]));
    try {
      await queryRows(slow, 'SELECT pg_advisory_lock(1), pg_sleep(2)');
      const second = inTransaction(slow, (tx) => queryRows(tx, 'SELECT pg_advisory_xact_lock(2), 1 AS one, pg_sleep(2)'));
      expect(await second).toMatchObject([{ one: 1 }]);
      expect(isPostgresSilent(slow)).toBe(false);
    } finally {
      await closePostgres(slow);
    }
  });

  it('that takes longer than a statement may is given up also when its answer got lost on the way', async () => {
    const source = await openPostgres(optionsWith({ silenceMs: 60_000, statementMs: 100 }));
    try {
      await source.query(`SET statement_timeout = 0`); // as if the answer that the statement was cancelled had never arrived
      await expect(queryRows(source, 'SELECT pg_sleep(600)')).rejects.toMatchObject(unavailable);
    } finally {
      await closePostgres(source);
    }
  });
});
