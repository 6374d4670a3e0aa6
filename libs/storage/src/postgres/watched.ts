/** Data sources whose connections do not wait for a server that is silent. */
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type DataSourceOptions, type QueryRunner, type ReplicationMode } from 'typeorm';
import { orUnavailable } from './availability.ts';
import { type SilenceLimits, SilenceWatch } from './silence-watch.ts';

const watches = new WeakMap<DataSource, SilenceWatch>();
const goodbyeMs = 2_000;

/** Whatever asks through it (repositories, query builders, transactions) is told `service-unavailable` while PostgreSQL is away. */
class HonestSource extends DataSource {
  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    const runner = super.createQueryRunner(mode);
    const ask = runner.query.bind(runner) as (...words: unknown[]) => Promise<unknown>;
    return Object.assign(runner, { query: (...words: unknown[]) => orUnavailable(ask(...words)) });
  }
}

/** @param optionsWith given the watch, whose `Client` belongs into `extra` */
export function watchSilence(limits: SilenceLimits, url: string, optionsWith: (watch: SilenceWatch) => DataSourceOptions): DataSource {
  const question = { connectionString: url, application_name: 'is anybody there' };
  const watch: SilenceWatch = new SilenceWatch(question, limits, () => dataSource.isInitialized);
  const dataSource = new HonestSource(optionsWith(watch));
  watches.set(dataSource, watch);
  return dataSource;
}

export const watchOf = (dataSource: DataSource): SilenceWatch | undefined => watches.get(dataSource);

/** Says goodbye, but does not wait for long to hear it returned: a frozen server would keep us from leaving. */
export async function closePostgres(dataSource: DataSource): Promise<void> {
  const patience = new AbortController();
  const closed = dataSource.destroy();
  const late = delay(goodbyeMs, undefined, { signal: patience.signal }).then(
    () => watches.get(dataSource)?.hangUp(),
    () => undefined, // it was closed in time
  );
  await closed.finally(() => patience.abort());
  await late;
}
