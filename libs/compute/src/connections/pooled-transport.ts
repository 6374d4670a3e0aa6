/** Keep-alive connections to one endpoint. They lead to checked addresses only, and are replaced when the name leads elsewhere. */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { buildConnector, Dispatcher, Pool } from 'undici';
import { Failure } from '#contracts/plain';
import { abortFailure } from '../abort-reasons.ts';
import type { Destination } from '../outbound/destination.ts';
import { failureOf } from '../outbound/pinned-request.ts';
import type { AddressBook } from './address-book.ts';
import type { SocketCounts, Transport, TransportRequest, UpstreamResponse } from './upstream-options.ts';

export interface PoolLimits {
  readonly connections: number;
  readonly timeoutMs: number;
  /** PEM of a certificate authority that replaces the built-in ones. */
  readonly ca?: string | undefined;
}

const keepAliveMs = 30_000;
const maxHeaderBytes = 16 * 1_024;

type Undici = typeof import('undici');
let undici: Promise<Undici> | undefined;
/** Its modules take 4 MB: they are loaded with the first request. */
function loadUndici(): Promise<Undici> {
  undici ??= import('undici');
  return undici;
}

export class PooledTransport implements Transport {
  readonly #book: AddressBook;
  readonly #limits: PoolLimits;
  #current: { destination: Destination; pool: Pool } | undefined;
  /** Still finish what they have begun. */
  readonly #retired = new Set<Pool>();

  constructor(book: AddressBook, limits: PoolLimits) {
    this.#book = book;
    this.#limits = limits;
  }

  get sockets(): SocketCounts {
    const counts = [...(this.#current ? [this.#current.pool] : []), ...this.#retired].map(({ stats }) => stats);
    const sum = (read: (stats: Pool['stats']) => number) => counts.reduce((total, stats) => total + read(stats), 0);
    return { active: sum(({ connected, free }) => connected - free), idle: sum(({ free }) => free) };
  }

  async send({ url, method, headers, body, maxBytes, signal }: TransportRequest): Promise<Omit<UpstreamResponse, 'endpoint'>> {
    try {
      const [destination, loaded] = await unless(signal, Promise.all([this.#book.find(), loadUndici()]));
      const pool = this.#poolTo(destination, loaded);
      const answer = await pool.request({
        path: url.pathname + url.search,
        method,
        headers: { 'accept-encoding': 'identity', ...headers },
        body: body ?? null,
        signal,
      });
      return { status: answer.statusCode, headers: answer.headers as IncomingHttpHeaders, body: await wholeBody(answer, maxBytes) };
    } catch (error) {
      throw failureOf(error, signal);
    }
  }

  /** Connections end as soon as they have finished what they have begun; the next request opens new ones. */
  drain(): void {
    if (this.#current) this.#retire(this.#current.pool);
    this.#current = undefined;
  }

  async close(): Promise<void> {
    const pools = [...(this.#current ? [this.#current.pool] : []), ...this.#retired];
    this.#current = undefined;
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #poolTo(destination: Destination, loaded: Undici): Pool {
    if (this.#current?.destination === destination) return this.#current.pool;
    if (this.#current) this.#retire(this.#current.pool);
    const { connections, timeoutMs } = this.#limits;
    const pool = new loaded.Pool(destination.url.origin, {
      connections,
      pipelining: 1,
      allowH2: false,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: 2 * keepAliveMs,
      maxHeaderSize: maxHeaderBytes,
      connect: connectTo(destination, this.#limits, loaded),
    });
    this.#current = { destination, pool };
    return pool;
  }

  #retire(pool: Pool): void {
    this.#retired.add(pool);
    void pool.close().finally(() => this.#retired.delete(pool));
  }
}

/** Tries the checked addresses in order; the name is used for the certificate only. */
function connectTo(
  { hostname, addresses }: Destination,
  { timeoutMs, ca }: PoolLimits,
  { buildConnector: connectorOf }: Undici,
): buildConnector.connector {
  const connect = connectorOf({ timeout: timeoutMs, allowH2: false, ...(ca ? { ca } : {}) });
  return (options, callback) => {
    const servername = options.protocol === 'https:' && !isIP(hostname) ? { servername: hostname } : {};
    const tryAddress = (index: number): void =>
      connect({ ...options, hostname: addresses[index]!, ...servername }, (...[error, socket]: Parameters<buildConnector.Callback>) => {
        if (error && index + 1 < addresses.length) tryAddress(index + 1);
        else if (error) callback(error, null);
        else callback(null, socket!);
      });
    tryAddress(0);
  };
}

async function wholeBody({ headers, body }: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = Number(headers['content-length'] ?? 0) > maxBytes ? Number.POSITIVE_INFINITY : 0;
  if (sizeBytes === 0)
    for await (const chunk of body as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) break;
      chunks.push(chunk);
    }
  if (sizeBytes <= maxBytes) return Buffer.concat(chunks);
  body.on('error', () => undefined).destroy();
  throw new Failure('payload-too-large', `The answer is larger than ${maxBytes} bytes.`);
}

/** Stops waiting when the signal aborts; the promise itself continues for other callers. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(abortFailure(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return Promise.race([work, late]).finally(() => signal.removeEventListener('abort', onAbort));
}
