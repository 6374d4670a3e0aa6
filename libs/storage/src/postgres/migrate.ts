/** Explicit migrations, each in a transaction of its own, one runner at a time per schema. */
import { type DataSource, MigrationExecutor, type MigrationInterface, type QueryRunner } from 'typeorm';
import { keepAlive, type PostgresTimeouts, timeoutsOf } from './timeouts.ts';
import { closePostgres, watchSilence } from './watched.ts';

export interface SchemaMigrations {
  /** Lower-case name of the PostgreSQL schema; created when missing. */
  readonly schema: string;
  /** In any order: TypeORM sorts by the 13-digit time that ends each name. */
  readonly steps: readonly (new () => MigrationInterface)[];
}

export interface MigrateOptions {
  readonly applicationName: string;
  readonly timeouts?: Partial<PostgresTimeouts>;
}

/**
 * Brings one schema up to date and leaves. Copies that start together wait for each other on an advisory lock, so each step runs once.
 * A step may take as long as it takes, and so may the wait for the lock; only a server that answers nobody any more ends it.
 * @throws RangeError when the schema's name is not a plain lower-case word
 */
export async function migrateSchema(url: string, { schema, steps }: SchemaMigrations, options: MigrateOptions): Promise<void> {
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(schema)) throw new RangeError(`not a schema name: ${schema}`);
  const { connectMs, silenceMs } = timeoutsOf(options.timeouts);
  const dataSource = watchSilence({ silenceMs }, url, ({ Client }) => ({
    type: 'postgres',
    url,
    schema,
    applicationName: `${options.applicationName} migrations`,
    poolSize: 2,
    connectTimeoutMS: connectMs,
    extra: { Client, ...keepAlive },
    poolErrorHandler: () => undefined, // the step that was running fails with the same error
    installExtensions: false,
    logging: false,
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

async function runLocked(dataSource: DataSource, schema: string): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    // The lock belongs to this session; a runner that dies gives it back by dying.
    await runner.query('SELECT pg_advisory_lock(hashtext($1), hashtext($2))', ['migrations', schema]);
    await createSchema(runner, schema);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    await executor.executePendingMigrations();
    await runner.query('SELECT pg_advisory_unlock(hashtext($1), hashtext($2))', ['migrations', schema]);
  } finally {
    await runner.release();
  }
}

/** Asks first: `CREATE SCHEMA IF NOT EXISTS` needs rights on the database even when there is nothing to create. */
async function createSchema(runner: QueryRunner, schema: string): Promise<void> {
  const found: unknown[] = await runner.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  if (found.length === 0) await runner.query(`CREATE SCHEMA "${schema}"`);
}
