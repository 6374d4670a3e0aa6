import type { DataSource } from 'typeorm';
import { watchOf } from './watched.ts';

/** Whether PostgreSQL answers `SELECT 1` on this pool within `timeoutMs`. Never throws: a probe wants a word, not an exception. */
export async function pingPostgres(dataSource: DataSource, timeoutMs: number): Promise<boolean> {
  if (!dataSource.isInitialized || watchOf(dataSource)?.silent) return false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false);
  });
  const answered = dataSource.query('SELECT 1').then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}
