import { createHmac, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { GatewaySecret } from './gateway-secret.ts';
import { seal, unseal } from './sealed.ts';

/** What is sealed; each purpose has a key of its own, derived from the gateway's secret. */
export type SealedPurpose = 'webhook secrets' | 'stored replies' | 'refresh tokens' | 'file links' | 'picture links';

/** Makes what nobody may read in the database unreadable there. The secret is read at the first use, not at the start. */
@Injectable()
export class Sealer {
  constructor(private readonly secret: GatewaySecret) {}

  /** @param boundTo what the sealed bytes belong to: they open for nothing else */
  async seal(purpose: SealedPurpose, plain: string, boundTo: string): Promise<Buffer> {
    return seal(Buffer.from(plain), await this.keyFor(purpose), boundTo);
  }

  /** @returns undefined when it was sealed with another secret or for something else */
  async unseal(purpose: SealedPurpose, sealed: Buffer, boundTo: string): Promise<string | undefined> {
    return unseal(sealed, await this.keyFor(purpose), boundTo)?.toString();
  }

  /** 32 bytes that say whether two texts are the same and, without the secret, nothing else: no guessing at a password in them. */
  async fingerprint(purpose: SealedPurpose, text: string): Promise<Buffer> {
    return createHmac('sha256', await this.keyFor(purpose))
      .update(text)
      .digest();
  }

  private async keyFor(purpose: SealedPurpose): Promise<Buffer> {
    return Buffer.from(hkdfSync('sha256', await this.secret.read(), '', `rafaga ${purpose}`, 32));
  }
}
