import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { readKeySecret, readOrMakeKeySecret } from './key-secret.ts';

/** The one secret of this gateway, read at the first use. Only a gateway whose database holds no keys yet makes one. */
@Injectable()
export class GatewaySecret {
  private secret: Buffer | undefined;

  constructor(@Inject(IDENTITY_CONFIG) private readonly config: Pick<IdentityConfig, 'GATEWAY_KEY_SECRET' | 'GATEWAY_KEY_PATH'>) {}

  /** @throws Failure service-unavailable while there is none: it is made once the database has been reached */
  async read(): Promise<Buffer> {
    const secret = await this.find();
    if (!secret) throw new Failure('service-unavailable', 'The keys of the gateway are not there yet.', { retryAfterSeconds: 2 });
    return secret;
  }

  /** @returns undefined when none is configured and the file does not exist */
  async find(): Promise<Buffer | undefined> {
    this.secret ??= await readKeySecret(this.source);
    return this.secret;
  }

  async findOrMake(): Promise<Buffer> {
    this.secret ??= await readOrMakeKeySecret(this.source);
    return this.secret;
  }

  private get source() {
    return { given: this.config.GATEWAY_KEY_SECRET, path: this.config.GATEWAY_KEY_PATH };
  }
}
