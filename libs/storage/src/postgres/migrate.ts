/** Runs migrations, each in its own transaction (unless it says `transaction = false`), with one runner at a time per schema. */
import { setTimeout } from 'node:timers/promises';
import { type DataSource, type Logger, MigrationExecutor, type MigrationInterface, type QueryRunner } from 'typeorm';
import { isLockTimeout } from './availability.ts';
import { closePostgres, createGuardedDataSource } from './guarded-data-source.ts';
import { keepAlive, type PostgresTimeouts, timeoutsOf } from './timeouts.ts';

export interface SchemaMigrations {
  /** Lower-case name of the PostgreSQL schema; created when missing. */
  readonly schema: string;
  /** In any order: TypeORM sorts by the 13-digit timestamp at the end of each name. */
  readonly steps: readonly (new () => MigrationInterface)[];
}

export interface MigrateOptions {
  readonly applicationName: string;
  readonly timeouts?: Partial<PostgresTimeouts>;
}

/**
 * Brings one schema up to date. Replicas that start together wait for each other on an advisory lock, so each step runs once. Neither a step nor the
 * wait for the lock has a time limit; only an unresponsive server ends them. A step waits for a table that others use for three seconds at a time, and
 * then begins anew: whoever asks for the table meanwhile waits behind it.
 * @throws RangeError when the schema's name is not a lower-case identifier
 */
export async function migrateSchema(url: string, { schema, steps }: SchemaMigrations, options: MigrateOptions): Promise<void> {
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(schema)) throw new RangeError(`not a schema name: ${schema}`);
  const { connectMs, silenceMs } = timeoutsOf(options.timeouts);
  const dataSource = createGuardedDataSource({ silenceMs }, url, ({ Client }) => ({
    type: 'postgres',
    url,
    schema,
    applicationName: `${options.applicationName} migrations`,
    poolSize: 2,
    connectTimeoutMS: connectMs,
    extra: { Client, ...keepAlive },
    poolErrorHandler: () => undefined, // the running step fails with the same error
    installExtensions: false,
    logging: false,
    logger: quiet,
    migrations: [...steps],
    migrationsTableName: 'migration',
  }));
  await dataSource.initialize();
  try {
    await runLocked(dataSource, schema);
  } finally {
    await closePostgres(dataSource);
  }
}

const nothing = () => undefined;
/** TypeORM prints failed steps even so; whoever started the migrations is told by the error. */
const quiet: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

async function runLocked(dataSource: DataSource, schema: string): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await lockMigrations(runner, schema);
    await createSchema(runner, schema);
    await runner.query(`SET lock_timeout = '${lockTimeout}'`);
    await runPending(dataSource, runner);
    await runner.query('SELECT pg_advisory_unlock(hashtext($1), hashtext($2))', ['migrations', schema]);
  } finally {
    await runner.release();
  }
}

const lockTimeout = '3s';
const busyPauseMs = 1_000;

/** Steps that ended before a lock was not given are not run again. */
async function runPending(dataSource: DataSource, runner: QueryRunner): Promise<void> {
  for (;;) {
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    try {
      await executor.executePendingMigrations();
      return;
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
    }
    await setTimeout(busyPauseMs);
  }
}

const lockPollMs = 100;

/**
 * The lock belongs to this session, so PostgreSQL releases it when the runner ends unexpectedly. It is asked for again and again: a statement that waits
 * for it would be a transaction that `CREATE INDEX CONCURRENTLY` of the holder waits for.
 */
async function lockMigrations(runner: QueryRunner, schema: string): Promise<void> {
  for (;;) {
    const sql = 'SELECT pg_try_advisory_lock(hashtext($1), hashtext($2)) AS taken';
    const [row] = (await runner.query(sql, ['migrations', schema])) as { taken: boolean }[];
    if (row?.taken) return;
    await setTimeout(lockPollMs);
  }
}

/** Checks first, because `CREATE SCHEMA IF NOT EXISTS` needs privileges on the database even when the schema exists. */
async function createSchema(runner: QueryRunner, schema: string): Promise<void> {
  const found: unknown[] = await runner.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  if (found.length === 0) await runner.query(`CREATE SCHEMA "${schema}"`);
}
