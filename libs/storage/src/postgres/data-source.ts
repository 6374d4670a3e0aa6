/**
 * Opens PostgreSQL: a bounded pool that survives restarts of the server, time limits on every wait, and a schema that is migrated (never
 * synchronised) before the first query.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type EntitySchema } from 'typeorm';
import { backoffMs } from '#contracts';
import { isPostgresUnavailable } from './availability.ts';
import { createGuardedDataSource } from './guarded-data-source.ts';
import { migrateSchema, type SchemaMigrations } from './migrate.ts';
import { keepAlive, type PostgresTimeouts, timeoutsOf } from './timeouts.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Default schema of the entities: `audio`, `identity`, … */
  readonly schema: string;
  /** Name of the service, shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Maximum number of connections of this process. */
  readonly poolSize: number;
  readonly entities: readonly (EntityClass | EntitySchema)[];
  /** Every schema that this service needs, in order; several services may list the same schema. */
  readonly migrations: readonly SchemaMigrations[];
  readonly timeouts?: Partial<PostgresTimeouts>;
}

export interface ConnectOptions {
  /** Ends the wait; its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Called after every failed attempt, for the log. */
  readonly onRetry?: (error: unknown, waitMs: number) => void;
}

type EntityClass = abstract new (...args: never[]) => unknown;

/** The server cancels a statement at its timeout and reports it; when the report has not arrived after this additional time, it is lost. */
const replyMarginMs = 5_000;

/** Creates the data source without connecting: a service can start without its database and call {@link connectPostgres} in the background. */
export function createPostgres(options: PostgresOptions, onPoolError: (error: unknown) => void = ignorePoolError): DataSource {
  const { connectMs, statementMs, idleInTransactionMs, silenceMs } = timeoutsOf(options.timeouts);
  return createGuardedDataSource({ silenceMs, maxWaitMs: statementMs + replyMarginMs }, options.url, ({ Client }) => ({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    applicationName: options.applicationName,
    poolSize: options.poolSize,
    entities: [...options.entities] as (EntitySchema | (new () => unknown))[],
    synchronize: false,
    logging: false,
    installExtensions: false, // gen_random_uuid() is built in since PostgreSQL 13
    connectTimeoutMS: connectMs, // pg has no default timeout, neither to connect nor to wait for a connection of the pool
    poolErrorHandler: onPoolError, // without a handler, an error of an idle connection ends the process
    extra: {
      Client,
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: idleInTransactionMs,
      ...keepAlive,
    },
  }));
}

/**
 * Migrates and connects; retries while PostgreSQL is unavailable (capped backoff, until `signal` aborts). Any number of replicas may run this at once.
 * @throws errors that a retry cannot solve: wrong password, a migration that fails
 */
export async function connectPostgres(dataSource: DataSource, options: PostgresOptions, connect: ConnectOptions = {}): Promise<void> {
  for (let attempt = 1; !dataSource.isInitialized; attempt++) {
    connect.signal?.throwIfAborted();
    try {
      for (const schema of options.migrations) await migrateSchema(options.url, schema, options);
      await dataSource.initialize();
    } catch (error) {
      if (!isPostgresUnavailable(error)) throw error;
      const waitMs = backoffMs({ attempt, baseMs: 100, capMs: 5_000 });
      connect.onRetry?.(error, waitMs);
      await delay(waitMs, undefined, connect.signal ? { signal: connect.signal } : {});
    }
  }
}

/** Combines {@link createPostgres} and {@link connectPostgres}, for programs that need the database from the start. */
export async function openPostgres(options: PostgresOptions, connect: ConnectOptions = {}): Promise<DataSource> {
  const dataSource = createPostgres(options);
  await connectPostgres(dataSource, options, connect);
  return dataSource;
}

/** The pool has already removed the failed connection; a query that runs on it receives the error too. */
function ignorePoolError(): void {}
