/** Standard Webhooks 1.0: secrets and signatures. */
import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';
const secretBytes = 32; // the standard asks for 24 to 64

/** `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string => prefix + randomBytes(secretBytes).toString('base64');

export interface Message {
  /** The same at every try and replay, so that a receiver can tell that it has it already. */
  readonly id: string;
  /** Of this try, so that a receiver can refuse what was recorded and sent again by others. */
  readonly timestampSeconds: number;
  readonly body: string;
}

/**
 * @param secrets the present one first; during a rotation also the one before
 * @returns the three headers of the standard
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(message: Message, secrets: readonly string[]): Record<string, string> {
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': secrets.map((secret) => signature(message, secret)).join(' '),
  };
}

function signature({ id, timestampSeconds, body }: Message, secret: string): string {
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`).digest('base64')}`;
}
