/** A service's own PostgreSQL schema; opens in the background, so that a service can start before its database and heal when it returns. */
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { Failure } from '#contracts';
import {
  closePostgres,
  connectPostgres,
  createPostgres,
  inTransaction,
  isPostgresSilent,
  type PostgresOptions,
  pingPostgres,
} from '#storage';
import type { Log } from '../logs/log.ts';

const pingTimeoutMs = 900;

export class Database {
  readonly #options: PostgresOptions;
  readonly #log: Log;
  readonly #source: DataSource;
  readonly #closing = new AbortController();
  #opening: Promise<void> | undefined;

  constructor(options: PostgresOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#source = createPostgres(options, (error) => log.warn({ err: error }, 'an idle database connection died'));
  }

  /** Connects and migrates in the background, for as long as it takes. */
  start(): void {
    this.#opening ??= this.#open();
  }

  async #open(): Promise<void> {
    try {
      await connectPostgres(this.#source, this.#options, {
        signal: this.#closing.signal,
        onRetry: (error, waitMs) => this.#log.warn({ err: error, waitMs }, 'the database is not there yet'),
      });
      this.#log.info({ schema: this.#options.schema }, 'the database is ready');
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#log.error({ err: error }, 'the database cannot be opened');
    }
  }

  /** Settles when the schema is there, or never will be; does not reject. */
  whenOpen(): Promise<void> {
    this.start();
    return this.#opening ?? Promise.resolve();
  }

  /** The data source, connected or not: for whoever retries by itself. */
  get sourceOrNone(): DataSource | undefined {
    return this.#source.isInitialized ? this.#source : undefined;
  }

  /** @throws Failure `service-unavailable` until the database has been reached and migrated, and while it answers nobody */
  get source(): DataSource {
    if (!this.#source.isInitialized || isPostgresSilent(this.#source))
      throw new Failure('service-unavailable', 'The database is not reachable.', { retryAfterSeconds: 2 });
    return this.#source;
  }

  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.source.getRepository(entity);
  }

  transaction<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return inTransaction(this.source, work);
  }

  /** @throws Error when PostgreSQL does not answer in time */
  async ping(): Promise<void> {
    if (!(await pingPostgres(this.#source, pingTimeoutMs))) throw new Error('no answer');
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#opening;
    if (this.#source.isInitialized) await closePostgres(this.#source);
  }
}
