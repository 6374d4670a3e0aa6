/** Standard Webhooks 1.0: secrets and signatures. */
import { createHmac, randomBytes } from 'node:crypto';

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
export function signedHeaders(message: SignedMessage, secrets: readonly string[]): Record<string, string> {
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': secrets.map((secret) => signature(message, secret)).join(' '),
  };
}

function signature({ id, timestampSeconds, body }: SignedMessage, secret: string): string {
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`).digest('base64')}`;
}
