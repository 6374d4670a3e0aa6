/** The plans of the queries that a piece of code runs, so that a spec can require an index. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource } from 'typeorm';

/**
 * Runs `work` and then `EXPLAIN` for every SELECT that it sent through `source`; what others send meanwhile, as the relay of an outbox does, is not
 * looked at. Run `VACUUM ANALYZE` on the tables before.
 * @returns the plans as PostgreSQL prints them, one after the other
 */
export async function queryPlans(source: DataSource, work: () => Promise<unknown>): Promise<string> {
  const selects = await recordSelects(source, work);
  const lines: string[] = [];
  for (const { sql, parameters } of selects) {
    const rows = (await source.query(`EXPLAIN ${sql}`, parameters)) as { 'QUERY PLAN': string }[];
    lines.push(...rows.map((row) => row['QUERY PLAN']));
  }
  return lines.join('\n');
}

interface Select {
  readonly sql: string;
  readonly parameters: unknown[];
}

const recording = new AsyncLocalStorage<Select[]>();

async function recordSelects(source: DataSource, work: () => Promise<unknown>): Promise<Select[]> {
  const selects: Select[] = [];
  const { logger } = source;
  source.logger = Object.assign(Object.create(logger) as typeof logger, {
    logQuery: (sql: string, parameters: unknown[] = []) => {
      if (sql.startsWith('SELECT')) recording.getStore()?.push({ sql, parameters });
    },
  });
  try {
    await recording.run(selects, work);
  } finally {
    source.logger = logger;
  }
  return selects;
}
