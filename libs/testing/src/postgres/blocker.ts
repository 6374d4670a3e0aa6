/** A second connection that holds others back, for specs about what meets at the same time. */
import type { DataSource, QueryRunner } from 'typeorm';
import { until } from '../infrastructure/servers.ts';

const waitAtMostMs = 20_000;

export class Blocker {
  readonly #runner: QueryRunner;
  readonly #pid: number;

  private constructor(runner: QueryRunner, pid: number) {
    this.#runner = runner;
    this.#pid = pid;
  }

  /** Opens a transaction on a connection of its own. Dispose of it: what was not committed is rolled back. */
  static async open(source: DataSource): Promise<Blocker> {
    const runner = source.createQueryRunner();
    await runner.startTransaction();
    const [row] = (await runner.query('SELECT pg_backend_pid() AS pid')) as { pid: number }[];
    return new Blocker(runner, row!.pid);
  }

  query(sql: string, parameters: readonly unknown[] = []): Promise<unknown> {
    return this.#runner.query(sql, [...parameters]);
  }

  /** @throws Error unless `count` connections wait for this one, or for others that do */
  async blocks(count = 1): Promise<void> {
    // Of pg_locks: pg_stat_activity stays as this transaction has seen it first.
    const sql = `WITH RECURSIVE waiting AS MATERIALIZED (SELECT DISTINCT pid, pg_blocking_pids(pid) AS behind FROM pg_locks WHERE NOT granted),
      blocked AS (SELECT pid FROM waiting WHERE $1 = ANY(behind) UNION SELECT w.pid FROM waiting w, blocked b WHERE b.pid = ANY(w.behind))
      SELECT pid FROM blocked`;
    const areWaiting = async () => ((await this.#runner.query(sql, [this.#pid])) as unknown[]).length >= count;
    if (!(await until(areWaiting, waitAtMostMs))) throw new Error(`fewer than ${count} connections wait for the blocker`);
  }

  async commit(): Promise<void> {
    await this.#runner.commitTransaction();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#runner.isTransactionActive) await this.#runner.rollbackTransaction();
    await this.#runner.release();
  }
}
