/** A refresh token: 256 random bits. Only its hash is stored, and for some seconds itself, sealed, for whoever sends the token before it again. */
import { createHash, randomBytes } from 'node:crypto';

/** A token as the database may keep it. */
export interface SealedToken {
  readonly hash: Buffer;
  readonly sealed: Buffer;
}

export const newRefreshToken = (): string => randomBytes(32).toString('base64url');

export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();
