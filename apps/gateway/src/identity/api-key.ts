/** An API key: `rfg_` and 256 random bits. Only its hash and a readable prefix, which identifies it to users, are stored. */
import { createHash, randomBytes } from 'node:crypto';

const shape = /^rfg_[\w-]{43}$/;

export interface NewApiKey {
  /** Shown once. */
  readonly key: string;
  readonly prefix: string;
  readonly hash: Buffer;
}

/** Suitable for lookups: the hash of 256 random bits cannot be brute-forced. */
export const apiKeyHash = (key: string): Buffer => createHash('sha256').update(key).digest();

export const looksLikeApiKey = (text: string): boolean => shape.test(text);

export function newApiKey(): NewApiKey {
  const key = `rfg_${randomBytes(32).toString('base64url')}`;
  return { key, prefix: key.slice(0, 10), hash: apiKeyHash(key) };
}
