import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import * as z from 'zod';
import { type Role, roles } from '#contracts';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { SigningKeySet } from './signing-key-set.ts';

/** The JWS header of an access token, RFC 9068 §2.1; anything else is some other token. */
export const accessTokenHeader = z.object({ alg: z.literal('RS256'), typ: z.literal('at+jwt'), kid: z.string().min(1).max(128) });

/** What an access token says; signature, issuer, audience and times have been checked before this is read. */
export const accessClaims = z.object({
  sub: z.uuid(),
  roles: z.array(z.enum(roles)).max(roles.length),
  /** The session it belongs to. */
  sid: z.uuid(),
  jti: z.uuid(),
  iat: z.number().int(),
  exp: z.number().int(),
});
export type AccessClaims = z.output<typeof accessClaims>;

/** Signs access tokens: short-lived, RS256, for one audience. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly keys: SigningKeySet,
    @Inject(IDENTITY_CONFIG) private readonly config: IdentityConfig,
  ) {}

  get lifetimeSeconds(): number {
    return this.config.GATEWAY_ACCESS_TOKEN_SECONDS;
  }

  /** @param at when the session was last known to stand: the token expires by then plus its lifetime, however long signing takes */
  async issue(user: { readonly id: string; readonly roles: readonly Role[] }, sessionId: string, at: Date): Promise<string> {
    const { kid, privateKey } = await this.keys.signing();
    return new SignJWT({ roles: user.roles, sid: sessionId })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
      .setIssuer(this.config.GATEWAY_TOKEN_ISSUER)
      .setAudience(this.config.GATEWAY_TOKEN_AUDIENCE)
      .setSubject(user.id)
      .setJti(randomUUID())
      .setIssuedAt(at)
      .setExpirationTime(new Date(at.getTime() + this.lifetimeSeconds * 1_000))
      .sign(privateKey);
  }
}
