/**
 * The one way to PostgreSQL: a bounded pool that survives restarts of the server, time limits on every wait, and a schema that is
 * migrated (never synchronised) before the first query.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type EntitySchema } from 'typeorm';
import { backoffMs } from '#contracts';
import { isPostgresAway } from './availability.ts';
import { migrateSchema, type SchemaMigrations } from './migrate.ts';
import { keepAlive, type PostgresTimeouts, timeoutsOf } from './timeouts.ts';
import { watchOf, watchSilence } from './watched.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Where entities without a schema of their own live: `audio`, `identity`, … */
  readonly schema: string;
  /** Shown in pg_stat_activity: the name of the service. */
  readonly applicationName: string;
  /** Connections at most, in this process. */
  readonly poolSize: number;
  readonly entities: readonly (EntityClass | EntitySchema)[];
  /** Every schema this service needs, in order; a schema that several services share may be named by each. */
  readonly migrations: readonly SchemaMigrations[];
  readonly timeouts?: Partial<PostgresTimeouts>;
}

export interface ConnectOptions {
  /** Ends the waiting; the reason is thrown. */
  readonly signal?: AbortSignal;
  /** Told of every failed try, so that somebody can read why the service is not ready. */
  readonly onRetry?: (error: unknown, waitMs: number) => void;
}

type EntityClass = abstract new (...args: never[]) => unknown;

/** The server ends a statement at its limit and says so; so much later its answer is not on its way any more. */
const lostAfterMs = 5_000;

/** The data source, not connected yet: a service may stand up without its database and call {@link connectPostgres} in the background. */
export function createPostgres(options: PostgresOptions, onPoolError: (error: unknown) => void = ignoreIdleDeath): DataSource {
  const { connectMs, statementMs, idleInTransactionMs, silenceMs } = timeoutsOf(options.timeouts);
  return watchSilence({ silenceMs, giveUpMs: statementMs + lostAfterMs }, options.url, ({ Client }) => ({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    applicationName: options.applicationName,
    poolSize: options.poolSize,
    entities: [...options.entities] as (EntitySchema | (new () => unknown))[],
    synchronize: false,
    logging: false,
    installExtensions: false, // gen_random_uuid() is built in since PostgreSQL 13
    connectTimeoutMS: connectMs, // pg waits for ever by default, also for a free place in the pool
    poolErrorHandler: onPoolError, // without a handler an idle connection that dies takes the process with it
    extra: {
      Client,
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: idleInTransactionMs,
      ...keepAlive,
    },
  }));
}

/**
 * Migrates and connects; waits while PostgreSQL is not up yet (capped backoff, until `signal`). Any number of copies may do so at once.
 * @throws what PostgreSQL said when waiting cannot help: wrong password, a migration that fails
 */
export async function connectPostgres(dataSource: DataSource, options: PostgresOptions, connect: ConnectOptions = {}): Promise<void> {
  for (let tries = 0; !dataSource.isInitialized; tries++) {
    connect.signal?.throwIfAborted();
    try {
      for (const schema of options.migrations) await migrateSchema(options.url, schema, options);
      await dataSource.initialize();
    } catch (error) {
      if (!isPostgresAway(error)) throw error;
      const waitMs = backoffMs({ attempt: tries + 1, baseMs: 100, capMs: 5_000 });
      connect.onRetry?.(error, waitMs);
      await delay(waitMs, undefined, connect.signal ? { signal: connect.signal } : {});
    }
  }
}

/** Nobody is there to answer: the last question, asked on a connection of its own, was in vain. */
export const isPostgresSilent = (dataSource: DataSource): boolean => watchOf(dataSource)?.silent ?? false;

/** {@link createPostgres} and {@link connectPostgres} in one, for whoever cannot do anything without the database. */
export async function openPostgres(options: PostgresOptions, connect: ConnectOptions = {}): Promise<DataSource> {
  const dataSource = createPostgres(options);
  await connectPostgres(dataSource, options, connect);
  return dataSource;
}

/** The pool has already dropped the dead connection; whoever runs a query on it gets the error as well. */
function ignoreIdleDeath(): void {}
