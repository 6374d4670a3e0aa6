/**
 * Publishes to an address of the owner's choice: a request signed after Standard Webhooks, whose id is the same for every attempt, so that the receiver
 * tells repetitions apart. It answers `{ "id": …, "url": … }`;
 * without an id the one of the publication stands for it.
 */
import { signedHeaders, signedStreamHeaders } from '#platform';
import type { Access, Earlier, OutgoingPost, Publisher, ReadBack, Refusal, Sent } from '../publisher.ts';
import { type Answer, call, type HttpClient, isAnswer, refusalOf, textIn } from '../publisher-http.ts';
import { webhookBody } from './webhook-body.ts';

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
    const body = webhookBody({ id, text, files }, new Date());
    const signed = await signedStreamHeaders({ id, timestampSeconds: nowSeconds(), body: body.chunks() }, secret, signal);
    const headers = { ...signed, ...agent, 'content-type': 'application/json', 'content-length': String(body.sizeBytes) };
    const totalMs = files.length > 0 ? 60_000 : 10_000;
    const answer = await call(this.#http, { url: author, method: 'POST', headers, body: body.chunks, signal, totalMs });
    if (!isAnswer(answer)) return answer;
    const providerId = textIn(answer.body, 'id', 500);
    if (answer.status === 409) return { kind: 'duplicate', providerId, detail: detailOf(answer) };
    const refusal = refusalIn(answer);
    if (refusal) return refusal;
    return { kind: 'taken', providerId: providerId ?? id, url: addressIn(answer) };
  }

  async readBack({ secret, readBackUrl }: Access, providerId: string, signal: AbortSignal): Promise<ReadBack> {
    if (!readBackUrl) return { kind: 'unreadable', detail: 'The account has no address to read posts back from.' };
    const url = readBackUrl.replaceAll('{id}', encodeURIComponent(providerId));
    const message = { id: `read-${encodeURIComponent(providerId)}`, timestampSeconds: nowSeconds(), body: '' };
    const answer = await call(this.#http, { url, method: 'GET', headers: { ...agent, ...signedHeaders(message, [secret]) }, signal });
    if (!isAnswer(answer)) return answer;
    if (answer.status === 403) return { kind: 'unreadable', detail: detailOf(answer) };
    if (answer.status === 404 || answer.status === 410) return { kind: 'missing' };
    const refusal = refusalIn(answer);
    if (refusal) return refusal;
    const text = textIn(answer.body, 'text', 100_000);
    return text === null ? { kind: 'missing' } : { kind: 'found', text, url: addressIn(answer) };
  }

  /** The receiver knows the id of every attempt. */
  async findEarlier(): Promise<Earlier> {
    return { kind: 'unknown' };
  }

  isSameText(sent: string, found: string): boolean {
    return sent.normalize('NFC').trim() === found.normalize('NFC').trim();
  }
}

/** Where the post is shown; null where that is no address of the web, which a page could make a link of. */
function addressIn({ body }: Answer): string | null {
  const url = textIn(body, 'url');
  return url && /^https?:\/\//i.test(url) ? url : null;
}

const agent = { 'user-agent': 'Rafaga-Publisher/1.0' };
const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** 410: the receiver wants no more of it. */
const refusalIn = (answer: Answer): Refusal | undefined =>
  refusalOf(answer, detailOf(answer), (status) => (status === 401 || status === 410 ? 'revoked' : undefined));

function detailOf({ status, body }: Answer): string {
  const message = textIn(body, 'message', 500);
  return `The receiver answered ${status}${message ? `: ${message}` : '.'}`;
}
