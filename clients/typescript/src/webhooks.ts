/** Verifies messages of webhooks (Standard Webhooks 1.0). */
import type { webhooks } from './schema.ts';

/** Any message that the API document declares. */
export type WebhookMessage = {
  [Event in keyof webhooks]: webhooks[Event]['post']['requestBody']['content']['application/json'];
}[keyof webhooks];

export interface VerifyOptions {
  /** How far the clock of the sender may be off, in seconds; 300 unless told. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970; the clock's unless told. */
  readonly nowMs?: number;
}

/** Somebody else sent it, or it was sent long ago. */
export class WebhookSignatureError extends Error {
  override readonly name = 'WebhookSignatureError';
}

/**
 * @param body as it arrived, byte for byte: parsed and printed again it has another signature
 * @param headers of the request
 * @param secret `whsec_…`, as the answer showed it that made the webhook
 * @throws WebhookSignatureError when the message is not to be trusted
 */
export async function verifyWebhook(
  body: string,
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>,
  secret: string,
  { toleranceSeconds = 300, nowMs = Date.now() }: VerifyOptions = {},
): Promise<WebhookMessage> {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headerOf(headers, name));
  if (!id || !timestamp || !signatures) throw new WebhookSignatureError('A header of the signature is missing.');
  if (!(Math.abs(nowMs / 1_000 - Number(timestamp)) <= toleranceSeconds))
    throw new WebhookSignatureError('The message is too old or too new.');
  const key = await crypto.subtle.importKey('raw', bytesOf(secret.replace(/^whsec_/, '')), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ]);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const ours = signatures.split(' ').filter((each) => each.startsWith('v1,'));
  for (const each of ours)
    if (await crypto.subtle.verify('HMAC', key, bytesOf(each.slice(3)), signed)) return JSON.parse(body) as WebhookMessage;
  throw new WebhookSignatureError('No signature fits.');
}

function headerOf(headers: Headers | Readonly<Record<string, string | string[] | undefined>>, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Nothing where the text is no base64: no signature fits it. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array(0);
  }
}
