/** A refresh token: 256 random bits. Only its hash is stored, and for some seconds the encrypted token, for reuse of the previous one. */
import { createHash, randomBytes } from 'node:crypto';

/** A token in its stored form. */
export interface SealedToken {
  readonly hash: Buffer;
  readonly sealed: Buffer;
}

export const newRefreshToken = (): string => randomBytes(32).toString('base64url');

export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();
