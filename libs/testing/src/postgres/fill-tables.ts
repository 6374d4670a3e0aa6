/** Tables with as many rows as an installation has after years, for specs that require an index. */
import type { DataSource } from 'typeorm';

/** Runs a statement that writes many rows, for as long as a busy machine takes: the limit on the duration of statements does not hold for it. */
export async function fillTables(source: DataSource, sql: string, parameters: readonly unknown[] = []): Promise<void> {
  await source.transaction(async (tx) => {
    await tx.query('SET LOCAL statement_timeout = 0');
    await tx.query(sql, [...parameters]);
  });
}
