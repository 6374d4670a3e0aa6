/** An API key: `rfg_` and 256 random bits. Only its hash is kept; the first letters stay readable, so that people can tell their keys apart. */
import { createHash, randomBytes } from 'node:crypto';

const shape = /^rfg_[\w-]{43}$/;

export interface NewApiKey {
  /** Shown once. */
  readonly key: string;
  readonly prefix: string;
  readonly hash: Buffer;
}

/** Fit for a lookup: who holds the hash of 256 random bits has nothing to guess at. */
export const apiKeyHash = (key: string): Buffer => createHash('sha256').update(key).digest();

export const looksLikeApiKey = (text: string): boolean => shape.test(text);

export function newApiKey(): NewApiKey {
  const key = `rfg_${randomBytes(32).toString('base64url')}`;
  return { key, prefix: key.slice(0, 10), hash: apiKeyHash(key) };
}
