/** The PostgreSQL connection of a service. It opens in the background, so that a service can start before its database. */
import type { OnModuleInit } from '@nestjs/common';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { Failure } from '#contracts';
import {
  closePostgres,
  connectPostgres,
  createPostgres,
  inTransaction,
  isPostgresUnresponsive,
  migrateSchema,
  type PostgresOptions,
  pingPostgres,
  type TransactionOptions,
} from '#storage';
import type { Log } from '../logs/log.ts';

const pingTimeoutMs = 900;

export class Database implements OnModuleInit {
  readonly #optionsOf: () => PostgresOptions;
  readonly #log: Log;
  readonly #closing = new AbortController();
  readonly #opened = Promise.withResolvers<void>();
  #source: DataSource | undefined;

  /** @param optionsOf called once, when the connection is opened and every feature has registered its entities and migrations */
  constructor(optionsOf: () => PostgresOptions, log: Log) {
    this.#optionsOf = optionsOf;
    this.#log = log;
  }

  /** Connects and migrates in the background, without a time limit. */
  onModuleInit(): void {
    void this.#open().finally(() => this.#opened.resolve());
  }

  async #open(): Promise<void> {
    try {
      const options = this.#optionsOf();
      this.#source = createPostgres(options, (error) => this.#log.warn({ err: error }, 'an idle database connection was lost'));
      await connectPostgres(this.#source, options, {
        signal: this.#closing.signal,
        onRetry: (error, waitMs) => this.#log.warn({ err: error, waitMs }, 'database unavailable; retrying'),
      });
      this.#log.info({ schema: options.schema }, 'database ready');
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#log.error({ err: error }, 'failed to open the database');
    }
  }

  /** Every migration of this service, as `schema.Name`. */
  migrationNames(): string[] {
    return this.#optionsOf().migrations.flatMap(({ schema, steps }) => steps.map((Step) => `${schema}.${new Step().name ?? Step.name}`));
  }

  /**
   * Only migrates, without opening the connection.
   *
   * @param only steps as `schema.Name`; all of them unless given
   */
  async migrate(only?: ReadonlySet<string>): Promise<void> {
    const { url, migrations, applicationName, timeouts } = this.#optionsOf();
    for (const { schema, steps } of migrations) {
      const wanted = only ? steps.filter((Step) => only.has(`${schema}.${new Step().name ?? Step.name}`)) : steps;
      await migrateSchema(url, { schema, steps: wanted }, { applicationName, ...(timeouts ? { timeouts } : {}) });
    }
  }

  /** Resolves when the schema is migrated or the migration has failed; does not reject. */
  whenOpen(): Promise<void> {
    return this.#opened.promise;
  }

  /** The data source if it is connected, for callers that retry. */
  get sourceOrNone(): DataSource | undefined {
    return this.#source?.isInitialized ? this.#source : undefined;
  }

  /** @throws Failure `service-unavailable` until the database is connected and migrated, and while it is unresponsive */
  get source(): DataSource {
    const source = this.sourceOrNone;
    if (!source || isPostgresUnresponsive(source))
      throw new Failure('service-unavailable', 'The database is not reachable.', { retryAfterSeconds: 2 });
    return source;
  }

  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.source.getRepository(entity);
  }

  /** As {@link inTransaction}. */
  transaction<T>(work: (tx: EntityManager) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return inTransaction(this.source, work, options);
  }

  /** @throws Error when PostgreSQL does not answer in time */
  async ping(): Promise<void> {
    if (!this.#source || !(await pingPostgres(this.#source, pingTimeoutMs))) throw new Error('no answer');
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#source) await this.#opened.promise;
    if (this.#source?.isInitialized) await closePostgres(this.#source);
  }
}
