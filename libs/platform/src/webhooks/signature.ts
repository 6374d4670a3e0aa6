/** Standard Webhooks 1.0: secrets and signatures. */
import { createHmac, type Hmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';
const secretBytes = 32; // the standard requires 24 to 64

/** `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string => prefix + randomBytes(secretBytes).toString('base64');

export interface SignedMessage {
  /** The same for every attempt and replay, so that receivers can deduplicate. */
  readonly id: string;
  /** Time of this attempt, so that receivers can reject replay attacks. */
  readonly timestampSeconds: number;
  readonly body: string;
}

/**
 * @param secrets the current one first; during a rotation also the previous one
 * @returns the three headers of the standard
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders({ body, ...message }: SignedMessage, secrets: readonly string[]): Record<string, string> {
  return headersOf(
    message,
    secrets.map((secret) => begin(message, secret).update(body)),
  );
}

/** As {@link signedHeaders}, for a body that is not held in memory. @param body read to its end once, or until `signal` aborts @throws its reason */
export async function signedStreamHeaders(
  { body, ...message }: Omit<SignedMessage, 'body'> & { readonly body: AsyncIterable<Uint8Array> },
  secret: string,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  const signature = begin(message, secret);
  for await (const chunk of body) {
    signal?.throwIfAborted();
    signature.update(chunk);
  }
  signal?.throwIfAborted();
  return headersOf(message, [signature]);
}

type Signed = Omit<SignedMessage, 'body'>;

const headersOf = ({ id, timestampSeconds }: Signed, signatures: readonly Hmac[]): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestampSeconds),
  'webhook-signature': signatures.map((signature) => `v1,${signature.digest('base64')}`).join(' '),
});

const begin = ({ id, timestampSeconds }: Signed, secret: string): Hmac =>
  createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64')).update(`${id}.${timestampSeconds}.`);
