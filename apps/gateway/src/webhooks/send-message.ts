/** One attempt to send a message to its receiver over HTTP. */
import type { Readable } from 'node:stream';
import { type Outbound, parseRetryAfter } from '#compute';
import { Failure } from '#contracts';
import { type SignedMessage, signedHeaders } from '#platform';
import type { DeliveryAttempt } from './delivery-log.store.ts';

export interface Sending {
  readonly url: string;
  readonly message: SignedMessage;
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Sent {
  readonly done: DeliveryAttempt;
  /** The receiver's Retry-After. */
  readonly retryAfterSeconds: number | undefined;
}

const snippetBytes = 1_024;
const userAgent = 'Rafaga-Webhooks/1.0';

/** @throws the signal's reason; other errors are part of the result */
export async function sendMessage(outbound: Outbound, sending: Sending): Promise<Sent> {
  const at = new Date();
  const startedMs = performance.now();
  const ended = (status: number | null, error: string | null, snippet = ''): DeliveryAttempt => ({
    at: at.toISOString(),
    status,
    error,
    durationMs: Math.round(performance.now() - startedMs),
    snippet,
  });
  try {
    const { status, headers, body } = await post(outbound, sending);
    const snippet = await beginningOf(body);
    return {
      done: ended(status, null, headers['content-encoding'] ? '' : snippet),
      retryAfterSeconds: parseRetryAfter(headers['retry-after']),
    };
  } catch (error) {
    sending.signal.throwIfAborted();
    return { done: ended(null, Failure.from(error).code), retryAfterSeconds: undefined };
  }
}

const post = (outbound: Outbound, { url, message, secrets, timeoutMs, signal }: Sending) =>
  outbound.send({
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(message.body)),
      'user-agent': userAgent,
      ...signedHeaders(message, secrets),
    },
    body: message.body,
    limits: { totalMs: timeoutMs, idleMs: timeoutMs, maxBytes: Number.POSITIVE_INFINITY }, // only a snippet is read
    signal,
  });

/** Reads a snippet of the body; the status already determines the result, so errors are ignored. @returns at most 1,024 bytes as printable text */
async function beginningOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, snippetBytes - sizeBytes));
      sizeBytes += chunk.length;
      if (sizeBytes >= snippetBytes) break;
    }
  } catch {
    // the snippet is what was received so far
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim();
}
