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

  /** @returns undefined when it was encrypted with another secret or other associated data */
  async unseal(purpose: SealedPurpose, sealed: Buffer, boundTo: string): Promise<string | undefined> {
    return unseal(sealed, await this.keyFor(purpose), boundTo)?.toString();
  }

  /** Keyed hash (32 bytes) for comparing texts; without the secret it cannot be brute-forced. */
  async fingerprint(purpose: SealedPurpose, text: string): Promise<Buffer> {
    return createHmac('sha256', await this.keyFor(purpose))
      .update(text)
      .digest();
  }

  private async keyFor(purpose: SealedPurpose): Promise<Buffer> {
    return Buffer.from(hkdfSync('sha256', await this.secret.read(), '', `rafaga ${purpose}`, 32));
  }
}
