/** Transactions and raw queries; an unavailable server becomes the failure `service-unavailable`. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager } from 'typeorm';
import { isReferenceViolation, isUndoneByAnother, orUnavailable } from './availability.ts';

/** A data source (any connection of its pool for each query) or the manager of a transaction. */
export type Queryable = Pick<EntityManager, 'query'> | Pick<DataSource, 'query'>;

/** The transaction that the current code runs in, until its `work` has settled. */
const open = new AsyncLocalStorage<{ readonly dataSource: DataSource; isOpen: boolean } | undefined>();

export interface TransactionOptions {
  readonly repeats?: number;
}

/**
 * Runs `work` in one transaction: commits when it resolves, rolls back when it throws. The isolation level is PostgreSQL's default, READ COMMITTED;
 * setting it explicitly would cost a round trip.
 * @param repeats how often `work` runs again where another transaction has undone it (a deadlock), or has deleted what its rows refer to. Only for work
 *   that does nothing but query `tx`: the work starts from its beginning each time
 * @throws Failure `service-unavailable` while PostgreSQL is unavailable (the outcome of an interrupted commit is then unknown), else what `work` threw
 */
export async function inTransaction<T>(
  dataSource: DataSource,
  work: (tx: EntityManager) => Promise<T>,
  { repeats = 0 }: TransactionOptions = {},
): Promise<T> {
  for (let left = repeats; ; left--)
    try {
      return await runOnce(dataSource, work);
    } catch (error) {
      if (left <= 0 || !(isUndoneByAnother(error) || isReferenceViolation(error))) throw error;
    }
}

function runOnce<T>(dataSource: DataSource, work: (tx: EntityManager) => Promise<T>): Promise<T> {
  return orUnavailable(
    dataSource.transaction((tx) => {
      const transaction = { dataSource, isOpen: true };
      return open
        .run(transaction, () => work(tx))
        .finally(() => {
          transaction.isOpen = false;
        });
    }),
  );
}

/**
 * Refuses a second connection of the pool to code that holds one in a transaction: as many such transactions as the pool has connections, each
 * waiting for one more, wait for each other until they time out. Called for each connection; not in production, where waiting is the lesser evil.
 * @throws Error when the current code runs in a transaction of `dataSource`
 */
export function refuseSecondConnection(dataSource: DataSource): void {
  const transaction = open.getStore();
  if (transaction?.isOpen && transaction.dataSource === dataSource && process.env.NODE_ENV !== 'production')
    throw new Error('A query within a transaction must use the connection of the transaction (`tx`), not another one of the pool.');
}

/**
 * Lets `work` use a second connection within a transaction. Only for work of which a process runs fewer at once than its pool has connections, such as
 * a job that reads from a cursor and commits what it has written on the way.
 */
export function withSecondConnection<T>(work: () => Promise<T>): Promise<T> {
  return open.run(undefined, work);
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
