/** The one connection to NATS that a process has: it waits for the first connect, never gives up, and says how it is. */
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/nats-core';
import { connect, type NodeConnectionOptions } from '@nats-io/transport-node';
import { Failure } from '#contracts';
import type { Log } from '../logs/log.ts';

export interface NatsLinkOptions {
  readonly url: string;
  readonly name: string;
  readonly log: Log;
  /** Who we are to NATS, and how we know that it is NATS; see nats-access.ts. */
  readonly access?: Pick<NodeConnectionOptions, 'authenticator' | 'tls'>;
  /** Answers arrive below this; the library's own `_INBOX` unless told. */
  readonly inboxPrefix?: string;
}

export class NatsLink {
  readonly #options: NatsLinkOptions;
  readonly #first: PromiseWithResolvers<NatsConnection> = Promise.withResolvers();
  #connection: NatsConnection | undefined;
  #up = false;
  readonly #closing = new AbortController();

  constructor(options: NatsLinkOptions) {
    this.#options = options;
    this.#first.promise.catch(() => {});
  }

  /** Where answers to this process arrive. */
  get inboxPrefix(): string | undefined {
    return this.#options.inboxPrefix;
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
      if (!this.#closing.signal.aborted) this.#options.log.error({ err: error }, 'the connection to NATS ended');
    });
  }

  async #run(): Promise<void> {
    const connection = await this.#firstConnect();
    if (!connection) return;
    this.#connection = connection;
    if (this.#closing.signal.aborted) return void connection.close();
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

  /** Tries until it works or the link is closed. A reason is logged when it is a new one: not there yet, a wrong password, a wrong certificate. */
  async #firstConnect(): Promise<NatsConnection | undefined> {
    let told = '';
    while (!this.#closing.signal.aborted) {
      try {
        return await this.#connect();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== told) this.#options.log.warn({ err: error }, 'NATS cannot be reached yet');
        told = reason;
        await delay(250 + Math.random() * 250, undefined, { signal: this.#closing.signal }).catch(() => undefined); // closed: the loop ends
      }
    }
    return undefined;
  }

  #connect(): Promise<NatsConnection> {
    return connect({
      servers: this.#options.url,
      name: this.#options.name,
      timeout: 5_000,
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: true, // two refusals in a row would otherwise end the connection for good, with the process left deaf
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      pingInterval: 5_000,
      maxPingOut: 2,
      noAsyncTraces: true,
      ...this.#options.access,
      ...(this.#options.inboxPrefix ? { inboxPrefix: this.#options.inboxPrefix } : {}),
    });
  }

  #turn(up: boolean, message: string): void {
    if (this.#up === up || this.#closing.signal.aborted) return;
    this.#up = up;
    this.#options.log[up ? 'info' : 'warn']({}, message);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#first.reject(new Error('the link was closed'));
    if (this.#connection && !this.#connection.isClosed()) await (this.isUp ? this.#connection.drain() : this.#connection.close());
    this.#up = false;
  }
}
