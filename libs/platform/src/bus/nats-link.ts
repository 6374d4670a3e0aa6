/** The NATS connection of a process: connects in the background, reconnects without limit, and detects a server that does not answer. */
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
  /** A NATS that has not answered a ping for this long counts as gone, although the connection stands (a frozen server, a cut line). */
  readonly silenceMs?: number;
}

const defaultSilenceMs = 1_500;
/** Within the silence; silence is counted in ticks, so that a process whose own event loop was held up does not blame NATS. */
const ticksPerSilence = 6;

export class NatsLink {
  readonly #options: NatsLinkOptions;
  readonly #first: PromiseWithResolvers<NatsConnection> = Promise.withResolvers();
  #connection: NatsConnection | undefined;
  /** As the client library sees it. */
  #connected = false;
  /** NATS answers pings. */
  #answers = true;
  #pending: Promise<void> | undefined;
  #silentTicks = 0;
  readonly #listeners: ((failure: Failure) => void)[] = [];
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
    return this.#connected && this.#answers && this.#connection?.isClosed() === false;
  }

  /** The live connection. @throws Failure `service-unavailable` while NATS is away: a caller is told at once rather than left waiting */
  get connection(): NatsConnection {
    if (!this.#connection || !this.isUp) throw unreachable();
    return this.#connection;
  }

  /** The live connection, or undefined while NATS is away. */
  get connectionOrNone(): NatsConnection | undefined {
    return this.isUp ? this.#connection : undefined;
  }

  /** Called whenever NATS goes away: answers that are waited for will not come. */
  onDown(listener: (failure: Failure) => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves when NATS answers. One ping at a time, however many ask. @throws Failure `service-unavailable` while NATS is away */
  async ping(): Promise<void> {
    if (!this.#connection || !this.#connected) throw unreachable();
    this.#pending ??= this.#connection.flush().finally(() => {
      this.#pending = undefined;
    });
    await this.#pending;
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
    this.#connected = true;
    this.#first.resolve(connection);
    this.#watch(connection);
    this.#options.log.info({}, 'connected to NATS');
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.#set({ connected: false }, 'lost the connection to NATS');
      if (status.type === 'reconnect') this.#set({ connected: true, answers: true }, 'connected to NATS again');
      if (status.type === 'error') this.#options.log.warn({ err: status.error }, 'NATS reported an error');
    }
    this.#connected = false;
  }

  /** The library notices a silent server after 15 s; requests would wait that long for answers that cannot come. */
  #watch(connection: NatsConnection): void {
    const answered = () => {
      this.#silentTicks = 0;
      this.#set({ answers: true }, 'NATS answers again');
    };
    const tick = () => {
      if (!this.#connected) return;
      if (++this.#silentTicks > ticksPerSilence) this.#set({ answers: false }, 'NATS does not answer');
      this.ping().then(answered, () => undefined); // refused: the status of the connection tells
    };
    const timer = setInterval(tick, (this.#options.silenceMs ?? defaultSilenceMs) / ticksPerSilence).unref();
    void connection.closed().then(() => clearInterval(timer));
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

  #set({ connected = this.#connected, answers = this.#answers }: { connected?: boolean; answers?: boolean }, message: string): void {
    const wasUp = this.#connected && this.#answers;
    [this.#connected, this.#answers] = [connected, answers];
    if (connected) this.#silentTicks = answers ? 0 : this.#silentTicks;
    const isUp = connected && answers;
    if (wasUp === isUp || this.#closing.signal.aborted) return;
    this.#options.log[isUp ? 'info' : 'warn']({}, message);
    if (!isUp) this.#tellDown();
  }

  #tellDown(): void {
    for (const listener of this.#listeners) listener(unreachable());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#first.reject(new Error('the link was closed'));
    if (this.#connection && !this.#connection.isClosed()) await (this.isUp ? this.#connection.drain() : this.#connection.close());
    this.#connected = false;
    this.#tellDown();
  }
}

const unreachable = () => new Failure('service-unavailable', 'The message bus is not reachable.', { retryAfterSeconds: 2 });
