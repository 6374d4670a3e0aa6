import { Injectable } from '@nestjs/common';
import { newSecret } from '#platform';
import { Sealer } from '../identity/sealer.ts';
import type { Claim } from './delivery-queue.store.ts';

const purpose = 'webhook secrets';

@Injectable() // generates webhook secrets, and decrypts them for signing; they are stored encrypted
export class WebhookSecrets {
  constructor(private readonly sealer: Sealer) {}

  async make(webhookId: string): Promise<{ readonly secret: string; readonly sealed: Buffer }> {
    const secret = newSecret();
    return { secret, sealed: await this.sealer.seal(purpose, secret, webhookId) };
  }

  /** Valid secrets, the current one first. Empty when they were encrypted with another gateway secret: the owner must rotate. */
  async open({ webhookId, sealedSecret, sealedPrevious }: Claim): Promise<string[]> {
    const sealed = sealedPrevious ? [sealedSecret, sealedPrevious] : [sealedSecret];
    const opened = await Promise.all(sealed.map((bytes) => this.sealer.unseal(purpose, bytes, webhookId)));
    return opened.filter((secret) => secret !== undefined);
  }
}
