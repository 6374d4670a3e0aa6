import { Injectable } from '@nestjs/common';
import { hashOfToken, newRefreshToken, type SealedToken } from './refresh-token.ts';
import { Sealer } from './sealer.ts';

/** Encrypts the successor of a refresh token. Decryption requires the gateway's secret and the previous token. */
@Injectable()
export class RefreshSuccessors {
  constructor(private readonly sealer: Sealer) {}

  async make(parent: string): Promise<SealedToken & { readonly token: string }> {
    const token = newRefreshToken();
    return { token, hash: hashOfToken(token), sealed: await this.sealer.seal('refresh tokens', token, parent) };
  }

  /** @returns undefined when it was encrypted with another secret */
  open(sealed: Buffer, parent: string): Promise<string | undefined> {
    return this.sealer.unseal('refresh tokens', sealed, parent);
  }
}
