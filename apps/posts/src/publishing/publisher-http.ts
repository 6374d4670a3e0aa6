/** JSON over HTTP with a provider: bounded in time and size, through the guard of outbound requests. */
import { json } from 'node:stream/consumers';
import { type OutboundRequest, type OutboundResponse, parseRetryAfter } from '#compute';
import { Failure } from '#contracts';
import type { Refusal } from './publisher.ts';

/** The part of `Outbound` that is used here. */
export interface HttpClient {
  send(request: OutboundRequest): Promise<OutboundResponse>;
}

export interface Answer {
  readonly status: number;
  readonly headers: OutboundResponse['headers'];
  /** Empty where the answer is no JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Call extends Pick<OutboundRequest, 'url' | 'method' | 'headers' | 'body'> {
  readonly signal: AbortSignal;
  /** Default: 10 s. */
  readonly totalMs?: number;
}

const maxAnswerBytes = 1_024 ** 2;

/** @returns a refusal `unreachable` or `refused` where there is no answer; `mayHaveActed` unless the connection was never made */
export async function call(http: HttpClient, { signal, totalMs = 10_000, ...request }: Call): Promise<Answer | Refusal> {
  try {
    const response = await http.send({ ...request, signal, limits: { totalMs, idleMs: totalMs, maxBytes: maxAnswerBytes } });
    return { status: response.status, headers: response.headers, body: await objectIn(response) };
  } catch (error) {
    signal.throwIfAborted();
    const failure = Failure.from(error);
    if (failure.code === 'file-lost') throw failure; // of a file that was to be sent
    if (failure.code === 'address-refused') return { kind: 'refused', detail: failure.message };
    return { kind: 'unreachable', mayHaveActed: !wasNeverConnected(failure), detail: failure.message };
  }
}

async function objectIn({ body, headers }: OutboundResponse): Promise<Readonly<Record<string, unknown>>> {
  if (!/\bjson\b/.test(headers['content-type'] ?? '')) {
    body.resume().on('error', () => undefined); // the answer is its status
    return {};
  }
  const value: unknown = await json(body).catch(() => undefined);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** DNS and connection errors, at which no byte of the request was sent. */
const wasNeverConnected = ({ cause }: Failure): boolean =>
  /^(ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|ENOTFOUND|EAI_AGAIN)$/.test(
    String((cause as { code?: unknown } | undefined)?.code),
  );

/**
 * What an answer means that is the same for all providers.
 *
 * @param own what a status means to this provider; undefined: as to the others
 * @returns undefined for a good answer
 */
export function refusalOf(
  { status, headers }: Answer,
  detail: string,
  own: (status: number) => 'token-expired' | 'revoked' | 'version-expired' | undefined,
): Refusal | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 429) return { kind: 'rate-limited', retryAfterSeconds: parseRetryAfter(headers['retry-after']), detail };
  const kind = own(status) ?? (status === 426 ? 'version-expired' : undefined);
  if (kind) return { kind, detail };
  if (status >= 500 || status === 408) return { kind: 'unreachable', mayHaveActed: true, detail };
  return { kind: 'refused', detail };
}

export const isAnswer = (value: Answer | Refusal): value is Answer => 'status' in value;

export const textIn = (body: Answer['body'], name: string, maxLength = 2_000): string | null => {
  const value = body[name];
  return typeof value === 'string' && value.length > 0 ? value.slice(0, maxLength).toWellFormed().replaceAll('\0', '') : null;
};
