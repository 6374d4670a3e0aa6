/** Authenticated encryption: AES-256-GCM, version byte + 12-byte nonce + 16-byte tag + ciphertext, bound to an id. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const version = 1;

/** @param secret 32 bytes; @param boundTo associated data; decryption requires the same */
export function seal(plain: Buffer, secret: Buffer, boundTo: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(Buffer.from(boundTo));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), sealed]);
}

/** @returns undefined when the secret, the binding or the bytes are wrong */
export function unseal(sealed: Buffer, secret: Buffer, boundTo: string): Buffer | undefined {
  if (sealed[0] !== version || sealed.length < 29) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(1, 13)).setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(sealed.subarray(13, 29));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]);
  } catch {
    return undefined; // GCM reports no cause
  }
}
