/** A one-time token: a prefix that tells what it is for, and 256 random bits. Only its hash is stored; a lookup by hash reveals nothing by its timing. */
import { createHash, randomBytes } from 'node:crypto';

export interface OneTimeToken {
  /** Shown once. */
  readonly token: string;
  readonly hash: Buffer;
}

/** SHA-256, 32 bytes: 256 random bits need no slow hash. */
export const oneTimeTokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** @param prefix `rfi` for an invitation, `rfp` for a password reset, `rfc` for a confirmation of an address */
export function newOneTimeToken(prefix: 'rfi' | 'rfp' | 'rfc'): OneTimeToken {
  const token = `${prefix}_${randomBytes(32).toString('base64url')}`;
  return { token, hash: oneTimeTokenHash(token) };
}
