/** A service's PostgreSQL connection. It opens in the background, so that a service can start before its database and recover when it returns. */
import type { OnModuleInit } from '@nestjs/common';
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

export class Database implements OnModuleInit {
  readonly #optionsOf: () => PostgresOptions;
  readonly #log: Log;
  readonly #closing = new AbortController();
  readonly #opened = Promise.withResolvers<void>();
  #source: DataSource | undefined;

  /** @param optionsOf read once, when the connection is opened: by then every feature has registered its entities and migrations */
  constructor(optionsOf: () => PostgresOptions, log: Log) {
    this.#optionsOf = optionsOf;
    this.#log = log;
  }

  /** Connects and migrates in the background, for as long as it takes. */
  onModuleInit(): void {
    void this.#open().finally(() => this.#opened.resolve());
  }

  async #open(): Promise<void> {
    try {
      const options = this.#optionsOf();
      this.#source = createPostgres(options, (error) => this.#log.warn({ err: error }, 'an idle database connection died'));
      await connectPostgres(this.#source, options, {
        signal: this.#closing.signal,
        onRetry: (error, waitMs) => this.#log.warn({ err: error, waitMs }, 'the database is not there yet'),
      });
      this.#log.info({ schema: options.schema }, 'the database is ready');
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#log.error({ err: error }, 'the database cannot be opened');
    }
  }

  /** Settles when the schema is there, or never will be; does not reject. */
  whenOpen(): Promise<void> {
    return this.#opened.promise;
  }

  /** The data source, connected or not: for whoever retries by itself. */
  get sourceOrNone(): DataSource | undefined {
    return this.#source?.isInitialized ? this.#source : undefined;
  }

  /** @throws Failure `service-unavailable` until the database has been reached and migrated, and while it answers nobody */
  get source(): DataSource {
    const source = this.sourceOrNone;
    if (!source || isPostgresSilent(source))
      throw new Failure('service-unavailable', 'The database is not reachable.', { retryAfterSeconds: 2 });
    return source;
  }

  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    return this.source.getRepository(entity);
  }

  transaction<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return inTransaction(this.source, work);
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
