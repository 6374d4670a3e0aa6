/** What the engine stands on: PostgreSQL and NATS may each be away, and their getters then throw. */
import type { NatsConnection } from '@nats-io/nats-core';
import type { DataSource } from 'typeorm';

export interface JobsDatabase {
  /** @throws Failure `service-unavailable` while it has not been opened */
  readonly source: DataSource;
}

export interface JobsLink {
  /** @throws Failure `service-unavailable` while NATS is away */
  readonly connection: NatsConnection;
}

export interface JobsLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
