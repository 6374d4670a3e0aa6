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

/** What opens stored keys; the current one seals. */
export interface Secrets {
  readonly current: Buffer;
  readonly previous: Buffer | undefined;
}

const generate = promisify(generateKeyPair);

/** The newest key that may sign. */
export function currentSigningKey(keys: readonly SigningKey[], nowMs = Date.now()): SigningKey | undefined {
  const ready = keys.filter(({ privateKey, signsFromMs, retiresAtMs }) => privateKey && signsFromMs <= nowMs && nowMs < retiresAtMs);
  return ready.sort((a, b) => b.signsFromMs - a.signsFromMs)[0];
}

/** Whether an active key can be decrypted with this secret. */
export const someKeyOpens = (rows: readonly SigningKeyRow[], secrets: Secrets): boolean =>
  rows.some((row) => row.retiredAt === null && openPrivate(row, secrets) !== undefined);

const openPrivate = ({ sealedPrivate, kid }: SigningKeyRow, { current, previous }: Secrets): Buffer | undefined =>
  unseal(sealedPrivate, current, kid) ?? (previous && unseal(sealedPrivate, previous, kid));

/** @returns the private key sealed with the current secret; undefined when it is already, or nothing opens it */
export function resealed({ sealedPrivate, kid }: SigningKeyRow, { current, previous }: Secrets): Buffer | undefined {
  const der = previous && unseal(sealedPrivate, previous, kid);
  return der && seal(der, current, kid);
}

export function openSigningKey(row: SigningKeyRow, secrets: Secrets): SigningKey {
  const { kid, publicJwk, signsFrom, retiredAt } = row;
  const der = openPrivate(row, secrets);
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
