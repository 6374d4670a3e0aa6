/** The plans of the queries of one piece of code, while others use the same connection pool. */
import { expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { queryPlans } from './query-plans.ts';

/** Answers each `EXPLAIN` with its own text, and logs a query when its turn comes, as TypeORM does. */
function fakeSource() {
  const source = {
    logger: { logQuery(_sql: string, _parameters?: unknown[]): void {} },
    async query(sql: string, parameters?: unknown[]) {
      await new Promise(setImmediate);
      source.logger.logQuery(sql, parameters);
      return [{ 'QUERY PLAN': sql }];
    },
  };
  return source;
}

it('has those of the work and of nothing that runs beside it', async () => {
  const source = fakeSource();
  const begun = Promise.withResolvers<void>();
  const beside = begun.promise.then(() => source.query('SELECT beside'));
  const plans = await queryPlans(source as unknown as DataSource, async () => {
    begun.resolve();
    await source.query('SELECT mine');
    await source.query('UPDATE mine');
    await beside;
  });
  expect(plans).toBe('EXPLAIN SELECT mine');
});
