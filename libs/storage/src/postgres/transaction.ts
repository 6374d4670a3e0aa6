import type { DataSource, EntityManager } from 'typeorm';
import { orUnavailable } from './availability.ts';

/** Anything that runs SQL: a data source (its own connection each time) or the manager of a transaction. */
export type Queryable = Pick<EntityManager, 'query'> | Pick<DataSource, 'query'>;

/**
 * Runs `work` in one transaction, READ COMMITTED as PostgreSQL's own default (to name it would cost another round trip): committed when it resolves, rolled back when it throws.
 * @throws Failure `service-unavailable` while PostgreSQL is away (the outcome of a commit cut short is then unknown), else what `work` threw
 */
export function inTransaction<T>(dataSource: DataSource, work: (tx: EntityManager) => Promise<T>): Promise<T> {
  return orUnavailable(dataSource.transaction(work));
}

/**
 * The rows of a statement, whatever its kind: TypeORM answers `[rows, count]` to UPDATE and DELETE but rows to all others.
 * The caller names the row's shape; it is the one that wrote the SQL.
 * @throws Failure `service-unavailable` while PostgreSQL is away
 */
export async function queryRows<Row>(on: Queryable, sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  const answer: unknown = await orUnavailable(on.query(sql, [...parameters]));
  if (!Array.isArray(answer)) return [];
  return (answer.length === 2 && Array.isArray(answer[0]) ? answer[0] : answer) as Row[];
}

/**
 * SQL, for a WHERE: true, and the transaction does not wait for the disk when it commits. For what may be forgotten in a crash of PostgreSQL because
 * somebody would notice: never for what a client was told.
 */
export const withoutWaiting = `(SELECT set_config('synchronous_commit', 'off', true)) IS NOT NULL`;
