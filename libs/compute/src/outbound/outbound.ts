/**
 * HTTP client for URLs that users supply, protected against server-side request forgery. A name is resolved once, its addresses are checked, and the
 * connection goes to a checked address; redirects are checked like the first URL; time and size are limited; bodies are not decompressed.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Failure } from '#contracts/plain';
import { abortFailure } from '../abort-reasons.ts';
import { checkUrl, type Destination, findDestination, type OutboundPolicy, type ResolveName, refused } from './destination.ts';
import { failureOf, type PinnedRequest, type RequestBody, sendPinned } from './pinned-request.ts';
import { systemResolver } from './system-resolver.ts';

export interface OutboundOptions extends OutboundPolicy {
  /** Default: DNS. */
  readonly resolve?: ResolveName;
  /** PEM of a certificate authority that replaces the built-in ones. */
  readonly ca?: string;
}

export interface OutboundLimits {
  /** From the DNS query to the last byte. */
  readonly totalMs: number;
  /** Without any byte received; also for the connection. */
  readonly idleMs: number;
  /** Of the body. */
  readonly maxBytes: number;
}

export interface OutboundRequest {
  readonly url: string;
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** How many redirects to follow, for GET only; default 0: a redirect is returned as a response. */
  readonly maxRedirects?: number;
  readonly limits: OutboundLimits;
  readonly signal?: AbortSignal;
}

export interface OutboundResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** URL of the response, after redirects. */
  readonly url: URL;
  /** As received, not decompressed. Read it to its end or destroy it. Its errors are Failures. */
  readonly body: Readable;
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export class Outbound {
  readonly #options: OutboundOptions;
  readonly #resolve: ResolveName;

  constructor(options: OutboundOptions) {
    this.#options = options;
    this.#resolve = options.resolve ?? systemResolver;
  }

  /** Checks the URL without a DNS query. @throws Failure `address-refused` */
  checkUrl(url: string): URL {
    return checkUrl(url, this.#options);
  }

  /** Checks the URL and its current addresses. @throws Failure `address-refused`, `remote-unreachable` */
  async check(url: string, withinMs: number): Promise<void> {
    await this.#find(checkUrl(url, this.#options), AbortSignal.timeout(withinMs));
  }

  /**
   * @throws Failure `address-refused`; `remote-unreachable` for DNS, connection, certificate and timeout errors; `remote-refused` for too many redirects
   *   or one without a valid location; `payload-too-large` when Content-Length exceeds the limit; the failure of `signal`
   */
  async send(request: OutboundRequest): Promise<OutboundResponse> {
    const deadline = startDeadline(request);
    try {
      const { message, url } = await this.#follow(request, deadline.signal);
      return { status: message.statusCode ?? 0, headers: message.headers, url, body: boundBody(message, request.limits, deadline) };
    } catch (error) {
      deadline.stop();
      throw failureOf(error, deadline.signal);
    }
  }

  async #follow(request: OutboundRequest, signal: AbortSignal): Promise<{ message: IncomingMessage; url: URL }> {
    const { maxRedirects = 0 } = request;
    let url = checkUrl(request.url, this.#options);
    for (let hops = 0; ; hops++) {
      const message = await this.#connect(await this.#find(url, signal), request, signal);
      if (maxRedirects === 0 || !redirects.has(message.statusCode ?? 0)) return { message: notTooLarge(message, request.limits), url };
      message.destroy();
      if (hops === maxRedirects) throw new Failure('remote-refused', `The server redirects more than ${maxRedirects} times.`);
      url = nextUrl(url, message.headers.location);
    }
  }

  /** Tries the addresses in order until one accepts the connection. */
  async #connect(destination: Destination, request: OutboundRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const { method = 'GET', headers = {}, body, limits } = request;
    const pinned: PinnedRequest = {
      method,
      headers: { 'accept-encoding': 'identity', ...headers },
      body,
      idleMs: limits.idleMs,
      ca: this.#options.ca,
    };
    for (const [index, address] of destination.addresses.entries()) {
      try {
        return await sendPinned(destination, address, pinned, signal);
      } catch (error) {
        if (signal.aborted || index === destination.addresses.length - 1 || !wasNotReached(error)) throw error;
      }
    }
    throw new Failure('remote-unreachable', 'The name of the server has no address.');
  }

  /** Stops waiting for the resolver when the signal aborts. */
  #find(url: URL, signal: AbortSignal): Promise<Destination> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(failureOf(new Error('aborted'), signal));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const found = findDestination(url, this.#options, this.#resolve, signal);
    return Promise.race([found, late]).finally(() => signal.removeEventListener('abort', onAbort));
  }
}

/** Nothing of the request has been sent, so another address may be tried. */
const wasNotReached = (error: unknown) =>
  /^(ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)$/.test(String((error as { cause?: { code?: unknown } }).cause?.code));

function nextUrl(from: URL, location: string | undefined): URL {
  if (!location || !URL.canParse(location, from.href)) throw new Failure('remote-refused', 'The server redirects to nowhere.');
  const next = new URL(location, from);
  if (from.protocol === 'https:' && next.protocol === 'http:') throw refused('The server redirects from https to http.');
  return next;
}

function notTooLarge(message: IncomingMessage, { maxBytes }: OutboundLimits): IncomingMessage {
  if (!(Number(message.headers['content-length'] ?? 0) > maxBytes)) return message;
  message.destroy();
  throw tooLarge(maxBytes);
}

const tooLarge = (maxBytes: number) => new Failure('payload-too-large', `The file is larger than ${maxBytes} bytes.`);

interface Deadline {
  readonly signal: AbortSignal;
  stop(): void;
}

function startDeadline({ limits: { totalMs }, signal }: OutboundRequest): Deadline {
  const control = new AbortController();
  const late = () => control.abort(new Failure('remote-unreachable', `The server took longer than ${Math.ceil(totalMs / 1_000)} s.`));
  const follow = () => signal && control.abort(abortFailure(signal));
  const timer = setTimeout(late, totalMs);
  signal?.addEventListener('abort', follow, { once: true });
  if (signal?.aborted) follow();
  const stop = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', follow);
  };
  return { signal: control.signal, stop };
}

function boundBody(message: IncomingMessage, { maxBytes }: OutboundLimits, deadline: Deadline): Readable {
  const body = Readable.from(bounded(message, maxBytes, deadline.signal), { objectMode: false });
  return body.once('close', () => {
    deadline.stop();
    message.destroy();
  });
}

async function* bounded(message: IncomingMessage, maxBytes: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  let sizeBytes = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
  } catch (error) {
    throw failureOf(error, signal);
  }
}
