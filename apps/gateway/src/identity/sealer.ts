import { createHmac, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { seal, unseal } from '#platform';
import { GatewaySecret } from './gateway-secret.ts';

/** Purposes of encryption; each has its own key, derived from the gateway's secret. */
export type SealedPurpose =
  | 'webhook secrets'
  | 'stored replies'
  | 'refresh tokens'
  | 'file links'
  | 'picture links'
  | 'spectrogram links'
  | 'rendition links'
  | 'playlist links'
  | 'stream links'
  | 'track playlist links'
  | 'track stream links'
  | 'account export links';

/** Encrypts sensitive data for the database. The secret is loaded at first use, not at the start. */
@Injectable()
export class Sealer {
  constructor(private readonly secret: GatewaySecret) {}

  /** @param boundTo associated data; decryption requires the same */
  async seal(purpose: SealedPurpose, plain: string, boundTo: string): Promise<Buffer> {
    return seal(Buffer.from(plain), await this.keyFor(purpose), boundTo);
  }

  /** @returns undefined when it was encrypted with another secret (and not the previous one) or other associated data */
  async unseal(purpose: SealedPurpose, sealed: Buffer, boundTo: string): Promise<string | undefined> {
    const current = unseal(sealed, await this.keyFor(purpose), boundTo);
    const previous = this.previousKeyFor(purpose);
    return (current ?? (previous && unseal(sealed, previous, boundTo)))?.toString();
  }

  /** @returns the same, sealed with the current secret; undefined when it is already, or nothing opens it */
  async reseal(purpose: SealedPurpose, sealed: Buffer, boundTo: string): Promise<Buffer | undefined> {
    const previous = this.previousKeyFor(purpose);
    const plain = previous && unseal(sealed, previous, boundTo);
    return plain && this.seal(purpose, plain.toString(), boundTo);
  }

  /** Whether there is a previous secret: what it sealed is to be sealed again. */
  get isReplacing(): boolean {
    return this.secret.previous !== undefined;
  }

  /** Keyed hash (32 bytes) for comparing texts; without the secret it cannot be brute-forced. */
  async fingerprint(purpose: SealedPurpose, text: string): Promise<Buffer> {
    return createHmac('sha256', await this.keyFor(purpose))
      .update(text)
      .digest();
  }

  /** With the previous secret; undefined where there is none. */
  previousFingerprint(purpose: SealedPurpose, text: string): Buffer | undefined {
    const key = this.previousKeyFor(purpose);
    return key && createHmac('sha256', key).update(text).digest();
  }

  private async keyFor(purpose: SealedPurpose): Promise<Buffer> {
    return derive(await this.secret.read(), purpose);
  }

  private previousKeyFor(purpose: SealedPurpose): Buffer | undefined {
    return this.secret.previous && derive(this.secret.previous, purpose);
  }
}

const derive = (secret: Buffer, purpose: SealedPurpose) => Buffer.from(hkdfSync('sha256', secret, '', `rafaga ${purpose}`, 32));
