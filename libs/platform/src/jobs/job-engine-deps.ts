/** The connections of the job engine. PostgreSQL and NATS may be unreachable; their getters then throw. */
import type { NatsConnection } from '@nats-io/nats-core';
import type { DataSource } from 'typeorm';

export interface JobsDatabase {
  /** @throws Failure `service-unavailable` while it is not open */
  readonly source: DataSource;
}

export interface JobsLink {
  /** @throws Failure `service-unavailable` while NATS is unreachable */
  readonly connection: NatsConnection;
}

export interface JobsLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
