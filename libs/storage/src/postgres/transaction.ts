/** Transactions and raw queries; an unavailable server becomes the failure `service-unavailable`. */
import type { DataSource, EntityManager } from 'typeorm';
import { orUnavailable } from './availability.ts';

/** A data source (any connection of its pool for each query) or the manager of a transaction. */
export type Queryable = Pick<EntityManager, 'query'> | Pick<DataSource, 'query'>;

/**
 * Runs `work` in one transaction: commits when it resolves, rolls back when it throws. The isolation level is PostgreSQL's default, READ COMMITTED;
 * setting it explicitly would cost a round trip.
 * @throws Failure `service-unavailable` while PostgreSQL is unavailable (the outcome of an interrupted commit is then unknown), else what `work` threw
 */
export function inTransaction<T>(dataSource: DataSource, work: (tx: EntityManager) => Promise<T>): Promise<T> {
  return orUnavailable(dataSource.transaction(work));
}

/**
 * Returns the rows of any statement: TypeORM returns `[rows, count]` for UPDATE and DELETE and rows for all others.
 * The caller declares the type of a row.
 * @throws Failure `service-unavailable` while PostgreSQL is unavailable
 */
export async function queryRows<Row>(on: Queryable, sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  const result: unknown = await orUnavailable(on.query(sql, [...parameters]));
  if (!Array.isArray(result)) return [];
  return (result.length === 2 && Array.isArray(result[0]) ? result[0] : result) as Row[];
}

/**
 * SQL condition, always true, that makes the commit of its transaction asynchronous (`synchronous_commit = off`). A crash of PostgreSQL can lose such
 * a commit, so use it only for changes that are detected and repeated, never for a result that a client has received.
 */
export const asyncCommit = `(SELECT set_config('synchronous_commit', 'off', true)) IS NOT NULL`;
