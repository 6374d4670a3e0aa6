/** Calls back after a transaction of TypeORM has committed, for a hint to this process that must not come before the rows are visible. */
import type { DataSource, EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';

/** Bounded by the transactions that are open: an entry goes with its query runner. */
const waiting = new WeakMap<QueryRunner, Set<() => void>>();
const subscribed = new WeakSet<DataSource>();

class CommitSubscriber implements EntitySubscriberInterface {
  afterTransactionCommit({ queryRunner }: { queryRunner: QueryRunner }): void {
    if (queryRunner.isTransactionActive) return; // only a savepoint was released
    const callbacks = waiting.get(queryRunner) ?? [];
    waiting.delete(queryRunner);
    for (const callback of callbacks) callback();
  }

  afterTransactionRollback({ queryRunner }: { queryRunner: QueryRunner }): void {
    if (!queryRunner.isTransactionActive) waiting.delete(queryRunner);
  }
}

/** Once for each `callback`, however often it was asked for. At once where `tx` is in no transaction; never after a rollback. */
export function afterCommit({ queryRunner, dataSource }: EntityManager, callback: () => void): void {
  if (!queryRunner?.isTransactionActive) {
    callback();
    return;
  }
  if (!subscribed.has(dataSource)) dataSource.subscribers.push(new CommitSubscriber());
  subscribed.add(dataSource);
  waiting.set(queryRunner, (waiting.get(queryRunner) ?? new Set()).add(callback));
}
