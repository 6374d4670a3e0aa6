/** The one connection to NATS that a process has: it waits for the first connect, never gives up, and says how it is. */
import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { Failure } from '#contracts';
import type { Log } from '../logs/log.ts';

export interface NatsLinkOptions {
  readonly url: string;
  readonly name: string;
  readonly log: Log;
}

export class NatsLink {
  readonly #options: NatsLinkOptions;
  readonly #first: PromiseWithResolvers<NatsConnection> = Promise.withResolvers();
  #connection: NatsConnection | undefined;
  #up = false;
  #closing = false;

  constructor(options: NatsLinkOptions) {
    this.#options = options;
    this.#first.promise.catch(() => {});
  }

  get isUp(): boolean {
    return this.#up && this.#connection?.isClosed() === false;
  }

  /** The live connection. @throws Failure `service-unavailable` while NATS is away: a caller is told at once rather than left waiting */
  get connection(): NatsConnection {
    if (!this.#connection || !this.isUp)
      throw new Failure('service-unavailable', 'The message bus is not reachable.', { retryAfterSeconds: 2 });
    return this.#connection;
  }

  /** The live connection, or undefined while NATS is away. */
  get connectionOrNone(): NatsConnection | undefined {
    return this.isUp ? this.#connection : undefined;
  }

  /** Settles once the first connect worked; rejects when the link was closed before. */
  whenConnected(): Promise<NatsConnection> {
    return this.#first.promise;
  }

  /** Starts connecting in the background; a service may start before NATS does. */
  start(): void {
    void this.#run().catch((error: unknown) => {
      this.#first.reject(error);
      if (!this.#closing) this.#options.log.error({ err: error }, 'the connection to NATS ended');
    });
  }

  async #run(): Promise<void> {
    const connection = await connect({
      servers: this.#options.url,
      name: this.#options.name,
      waitOnFirstConnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      pingInterval: 5_000,
      maxPingOut: 2,
      noAsyncTraces: true,
    });
    this.#connection = connection;
    if (this.#closing) return void connection.close();
    this.#up = true;
    this.#first.resolve(connection);
    this.#options.log.info({}, 'connected to NATS');
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.#turn(false, 'lost NATS');
      if (status.type === 'reconnect') this.#turn(true, 'NATS is back');
      if (status.type === 'error') this.#options.log.warn({ err: status.error }, 'NATS reported an error');
    }
    this.#up = false;
  }

  #turn(up: boolean, message: string): void {
    if (this.#up === up || this.#closing) return;
    this.#up = up;
    this.#options.log[up ? 'info' : 'warn']({}, message);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#first.reject(new Error('the link was closed'));
    if (this.#connection && !this.#connection.isClosed()) await (this.isUp ? this.#connection.drain() : this.#connection.close());
    this.#up = false;
  }
}
