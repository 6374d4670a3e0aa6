import { hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { readOrMakeKeySecret, seal, unseal } from '#platform';
import { canSeal, PUBLISHING_CONFIG, type PublishingConfig } from './publishing.config.ts';

@Injectable() // encrypts tokens for the database; the secret is loaded at first use
export class TokenSealer {
  private key: Promise<Buffer> | undefined;

  constructor(@Inject(PUBLISHING_CONFIG) private readonly config: PublishingConfig) {}

  /** @param boundTo associated data; decryption requires the same */
  async seal(value: object, boundTo: string): Promise<Buffer> {
    return seal(Buffer.from(JSON.stringify(value)), await this.readKey(), boundTo);
  }

  /** @returns undefined when it was encrypted with another secret (and not the previous one) or other associated data */
  async unseal(sealed: Buffer, boundTo: string): Promise<unknown> {
    const plain = unseal(sealed, await this.readKey(), boundTo) ?? this.openWithPrevious(sealed, boundTo);
    return plain && (JSON.parse(plain.toString()) as unknown);
  }

  /** @returns the same, sealed with the current secret; undefined when it is already, or nothing opens it */
  async reseal(sealed: Buffer, boundTo: string): Promise<Buffer | undefined> {
    const plain = this.openWithPrevious(sealed, boundTo);
    return plain && seal(plain, await this.readKey(), boundTo);
  }

  /** Whether there is a previous secret: what it sealed is to be sealed again. */
  get isReplacing(): boolean {
    return this.config.POSTS_KEY_SECRET_PREVIOUS !== undefined;
  }

  private openWithPrevious(sealed: Buffer, boundTo: string): Buffer | undefined {
    const { POSTS_KEY_SECRET_PREVIOUS: previous } = this.config;
    return previous ? unseal(sealed, derive(Buffer.from(previous, 'base64')), boundTo) : undefined;
  }

  private readKey(): Promise<Buffer> {
    this.key ??= this.load().catch((error: unknown) => {
      this.key = undefined;
      throw error;
    });
    return this.key;
  }

  private async load(): Promise<Buffer> {
    if (!canSeal(this.config)) throw new Failure('publisher-not-configured', 'There is no secret to seal tokens with.');
    const secret = await readOrMakeKeySecret({ given: this.config.POSTS_KEY_SECRET, path: this.config.POSTS_KEY_PATH });
    return derive(secret);
  }
}

const derive = (secret: Buffer) => Buffer.from(hkdfSync('sha256', secret, '', 'rafaga publisher tokens', 32));
