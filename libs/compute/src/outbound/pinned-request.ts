/** One HTTP request to a checked address; Host and SNI carry the name. */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '#contracts/plain';
import type { Destination } from './destination.ts';

/** A function is called for each address that is tried, and its chunks are read as fast as the server takes them. */
export type RequestBody = string | Uint8Array | (() => AsyncIterable<Uint8Array>);

export interface PinnedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RequestBody | undefined;
  readonly idleMs: number;
  /** PEM of a certificate authority that replaces the built-in ones. */
  readonly ca: string | undefined;
}

const maxHeaderBytes = 16 * 1_024;

/** @throws Failure `remote-unreachable`; the signal's reason */
export async function sendPinned(
  destination: Destination,
  address: string,
  request: PinnedRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = open(destination, address, request, signal);
  sent.on('error', reject); // not removed: later errors are reported by the body
  sent.once('response', resolve);
  sent.once('timeout', () => sent.destroy(new Failure('remote-unreachable', 'The server was silent for too long.')));
  write(sent, request.body).catch(reject); // once there is an answer, the rest of the body makes no difference
  try {
    return await promise;
  } catch (error) {
    throw failureOf(error, signal);
  }
}

async function write(sent: ClientRequest, body: RequestBody | undefined): Promise<void> {
  if (typeof body === 'function') await pipeline(Readable.from(body(), { objectMode: false }), sent);
  else sent.end(body);
}

function open({ url, hostname, port }: Destination, address: string, request: PinnedRequest, signal: AbortSignal): ClientRequest {
  const common = {
    host: address,
    port,
    path: url.pathname + url.search,
    method: request.method,
    headers: { ...request.headers, host: url.host },
    agent: false, // a new connection, which is not reused for another name
    timeout: request.idleMs,
    maxHeaderSize: maxHeaderBytes,
    signal,
  } as const;
  if (url.protocol === 'http:') return requestHttp(common);
  const tls = { servername: isIP(hostname) ? '' : hostname, rejectUnauthorized: true };
  return requestHttps({ ...common, ...tls, ...(request.ca ? { ca: request.ca } : {}) });
}

/** Error texts of others stay in the cause, because they may describe the internal network. */
export function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted && signal.reason instanceof Failure) return signal.reason;
  if (error instanceof Failure) return error;
  const code = String((error as { code?: unknown }).code ?? '');
  const text = /CERT|SSL|TLS|SELF_SIGNED/.test(code)
    ? 'The certificate of the server is not valid.'
    : 'The server cannot be reached, or broke off.';
  return new Failure('remote-unreachable', text, { cause: error });
}
