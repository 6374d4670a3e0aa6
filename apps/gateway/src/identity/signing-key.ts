/** A key pair for access tokens, in memory and in stored form. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { seal, unseal } from '#platform';
import type { SigningKeyRow } from './signing-key.store.ts';

export interface SigningKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly publicJwk: JWK;
  /** Absent if it was encrypted with another secret: the key verifies but cannot sign. */
  readonly privateKey: KeyObject | undefined;
  readonly signsFromMs: number;
  readonly retiresAtMs: number;
}

const generate = promisify(generateKeyPair);

/** The newest key that may sign. */
export function currentSigningKey(keys: readonly SigningKey[], nowMs = Date.now()): SigningKey | undefined {
  const ready = keys.filter(({ privateKey, signsFromMs, retiresAtMs }) => privateKey && signsFromMs <= nowMs && nowMs < retiresAtMs);
  return ready.sort((a, b) => b.signsFromMs - a.signsFromMs)[0];
}

/** Whether an active key can be decrypted with this secret. */
export const someKeyOpens = (rows: readonly SigningKeyRow[], secret: Buffer): boolean =>
  rows.some(({ retiredAt, sealedPrivate, kid }) => retiredAt === null && unseal(sealedPrivate, secret, kid) !== undefined);

export function openSigningKey({ kid, publicJwk, sealedPrivate, signsFrom, retiredAt }: SigningKeyRow, secret: Buffer): SigningKey {
  const der = unseal(sealedPrivate, secret, kid);
  return {
    kid,
    publicJwk: { ...(publicJwk as JWK), kid, use: 'sig', alg: 'RS256' },
    publicKey: createPublicKey({ key: publicJwk, format: 'jwk' }),
    privateKey: der && createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
    signsFromMs: signsFrom.getTime(),
    retiresAtMs: retiredAt?.getTime() ?? Number.POSITIVE_INFINITY,
  };
}

/** The kid is the key's thumbprint (RFC 7638). */
export async function newSigningKey(secret: Buffer, signsFrom: Date): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2_048 });
  const publicJwk = publicKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint(publicJwk as JWK);
  const sealedPrivate = seal(privateKey.export({ format: 'der', type: 'pkcs8' }), secret, kid);
  return { kid, publicJwk, sealedPrivate, createdAt: new Date(), signsFrom, retiredAt: null };
}
