/**
 * Publishes to an address of the owner's choice: a request signed after Standard Webhooks, whose id is the same for every attempt, so that the receiver
 * tells repetitions apart. It answers `{ "id": …, "url": … }`;
 * without an id the one of the publication stands for it.
 */
import { parseRetryAfter } from '#compute';
import { signedHeaders } from '#platform';
import type { Access, Earlier, OutgoingPost, Publisher, ReadBack, Refusal, Sent } from '../publisher.ts';
import { type Answer, call, type HttpClient, isAnswer, textIn } from '../publisher-http.ts';

export class WebhookPublisher implements Publisher {
  readonly name = 'webhook';
  readonly title = 'Webhook';
  readonly connectBy = 'address';
  readonly textMaxUnits = 20_000;
  readonly attachmentsMax = 20;
  readonly isConfigured: boolean;
  readonly #http: HttpClient;

  /** @param isConfigured whether secrets can be kept */
  constructor(http: HttpClient, isConfigured: boolean) {
    this.#http = http;
    this.isConfigured = isConfigured;
  }

  faultOfFiles(): undefined {}

  async send({ author, secret }: Access, { id, text, files }: OutgoingPost, signal: AbortSignal): Promise<Sent> {
    const attachments = files.map(({ fileName, contentType, bytes }) => ({
      ...{ fileName, contentType, sizeBytes: bytes.byteLength },
      base64: Buffer.from(bytes).toString('base64'),
    }));
    const body = JSON.stringify({ id, type: 'post.publish', timestamp: new Date().toISOString(), data: { id, text, attachments } });
    const answer = await this.#signed({ url: author, secret, id, method: 'POST', body, signal });
    if (!isAnswer(answer)) return answer;
    const providerId = textIn(answer.body, 'id', 500);
    if (answer.status === 409) return { kind: 'duplicate', providerId, detail: detailOf(answer) };
    const refusal = refusalIn(answer);
    if (refusal) return refusal;
    const url = textIn(answer.body, 'url');
    return { kind: 'taken', providerId: providerId ?? id, url: url && /^https?:\/\//.test(url) ? url : null };
  }

  async readBack({ secret, readBackUrl }: Access, providerId: string, signal: AbortSignal): Promise<ReadBack> {
    if (!readBackUrl) return { kind: 'unreadable', detail: 'The account has no address to read posts back from.' };
    const url = readBackUrl.replaceAll('{id}', encodeURIComponent(providerId));
    const answer = await this.#signed({ url, secret, id: `read-${encodeURIComponent(providerId)}`, method: 'GET', body: '', signal });
    if (!isAnswer(answer)) return answer;
    if (answer.status === 403) return { kind: 'unreadable', detail: detailOf(answer) };
    if (answer.status === 404 || answer.status === 410) return { kind: 'missing' };
    const refusal = refusalIn(answer);
    if (refusal) return refusal;
    const text = textIn(answer.body, 'text', 100_000);
    return text === null ? { kind: 'missing' } : { kind: 'found', text, url: textIn(answer.body, 'url') };
  }

  /** The receiver knows the id of every attempt. */
  async findEarlier(): Promise<Earlier> {
    return { kind: 'unknown' };
  }

  isSameText(sent: string, found: string): boolean {
    return sent.normalize('NFC').trim() === found.normalize('NFC').trim();
  }

  #signed({ url, secret, id, method, body, signal }: SignedCall): Promise<Answer | Refusal> {
    const message = { id, timestampSeconds: Math.floor(Date.now() / 1_000), body };
    const length: Record<string, string> =
      method === 'POST' ? { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) } : {};
    const headers = { ...length, 'user-agent': 'Rafaga-Publisher/1.0', ...signedHeaders(message, [secret]) };
    return call(this.#http, { url, method, headers, signal, ...(method === 'POST' ? { body } : {}) });
  }
}

interface SignedCall {
  readonly url: string;
  readonly secret: string;
  readonly id: string;
  readonly method: 'GET' | 'POST';
  readonly body: string;
  readonly signal: AbortSignal;
}

function refusalIn(answer: Answer): Refusal | undefined {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return undefined;
  const detail = detailOf(answer);
  if (status === 429) return { kind: 'rate-limited', retryAfterSeconds: parseRetryAfter(headers['retry-after']), detail };
  if (status === 401 || status === 410) return { kind: 'revoked', detail };
  if (status === 426) return { kind: 'version-expired', detail };
  if (status >= 500 || status === 408) return { kind: 'unreachable', mayHaveActed: true, detail };
  return { kind: 'refused', detail };
}

function detailOf({ status, body }: Answer): string {
  const message = textIn(body, 'message', 500);
  return `The receiver answered ${status}${message ? `: ${message}` : '.'}`;
}
