/** Data sources that report an unavailable server as `service-unavailable` and do not wait for an unresponsive one. */
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type DataSourceOptions, type QueryRunner, type ReplicationMode } from 'typeorm';
import { orUnavailable } from './availability.ts';
import { ConnectionWatchdog, type WatchdogLimits } from './connection-watchdog.ts';
import { refuseSecondConnection } from './transaction.ts';

const watchdogs = new WeakMap<DataSource, ConnectionWatchdog>();
const closeTimeoutMs = 2_000;

/** Every query through it (repositories, query builders, transactions) fails with `service-unavailable` while PostgreSQL is unavailable. */
class GuardedDataSource extends DataSource {
  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    refuseSecondConnection(this);
    const runner = super.createQueryRunner(mode);
    const query = runner.query.bind(runner) as (...parameters: unknown[]) => Promise<unknown>;
    return Object.assign(runner, { query: (...parameters: unknown[]) => orUnavailable(query(...parameters)) });
  }
}

/** @param optionsWith builds the options; the watchdog's `Client` class belongs in `extra` */
export function createGuardedDataSource(
  limits: WatchdogLimits,
  url: string,
  optionsWith: (watchdog: ConnectionWatchdog) => DataSourceOptions,
): DataSource {
  const checkConfig = { connectionString: url, application_name: 'health check' };
  const watchdog: ConnectionWatchdog = new ConnectionWatchdog(checkConfig, limits, () => dataSource.isInitialized);
  const dataSource = new GuardedDataSource(optionsWith(watchdog));
  watchdogs.set(dataSource, watchdog);
  return dataSource;
}

/** True when the last health check, on a connection of its own, got no reply. */
export const isPostgresUnresponsive = (dataSource: DataSource): boolean => watchdogs.get(dataSource)?.isUnresponsive ?? false;

/** Returns whether PostgreSQL answers `SELECT 1` on this pool within `timeoutMs`. Never throws. */
export async function pingPostgres(dataSource: DataSource, timeoutMs: number): Promise<boolean> {
  if (!dataSource.isInitialized || isPostgresUnresponsive(dataSource)) return false;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false);
  });
  const answered = dataSource.query('SELECT 1').then(
    () => true,
    () => false,
  );
  return Promise.race([answered, timeout]).finally(() => clearTimeout(timer));
}

/** Closes the pool; destroys connections that are still open after a timeout, because a frozen server never completes the closing handshake. */
export async function closePostgres(dataSource: DataSource): Promise<void> {
  const inTime = new AbortController();
  const closed = dataSource.destroy();
  const timeout = delay(closeTimeoutMs, undefined, { signal: inTime.signal }).then(
    () => watchdogs.get(dataSource)?.destroyConnections(),
    () => undefined, // closed in time
  );
  await closed.finally(() => inTime.abort());
  await timeout;
}
