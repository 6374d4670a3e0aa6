import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { readKeySecret, readOrMakeKeySecret } from '#platform';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';

type SecretConfig = Pick<IdentityConfig, 'GATEWAY_KEY_SECRET' | 'GATEWAY_KEY_PATH' | 'GATEWAY_KEY_SECRET_PREVIOUS'>;

/** The secret of this gateway, loaded at first use. It is generated only if the database contains no keys yet. */
@Injectable()
export class GatewaySecret {
  private secret: Buffer | undefined;

  constructor(@Inject(IDENTITY_CONFIG) private readonly config: SecretConfig) {}

  /** Opens what another secret sealed while they are being exchanged; seals nothing. */
  get previous(): Buffer | undefined {
    const { GATEWAY_KEY_SECRET_PREVIOUS: previous } = this.config;
    return previous ? Buffer.from(previous, 'base64') : undefined;
  }

  /** @throws Failure service-unavailable until it exists: it is generated once the database is reachable */
  async read(): Promise<Buffer> {
    const secret = await this.find();
    if (!secret) throw new Failure('service-unavailable', 'The keys of the gateway are not available yet.', { retryAfterSeconds: 2 });
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
