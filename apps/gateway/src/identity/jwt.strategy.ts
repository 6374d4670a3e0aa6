import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { decodeProtectedHeader } from 'jose';
import { ExtractJwt, type SecretOrKeyProvider, Strategy } from 'passport-jwt';
import { Failure } from '#contracts';
import { type AccessClaims, accessClaims, accessTokenHeader } from './access-token.ts';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { SigningKeySet } from './signing-key-set.ts';

/** The key for a token comes from our own key set by its kid; `jwk`, `jku` and `x5u` in a header are never looked at. */
const keyFrom =
  (keys: SigningKeySet): SecretOrKeyProvider =>
  (_request, token: string, done) => {
    const answer = done as (error: unknown, key?: unknown) => void;
    keyOf(keys, token).then(
      (key) => answer(null, key),
      (error: unknown) => answer(error),
    );
  };

async function keyOf(keys: SigningKeySet, token: string) {
  const { kid } = accessTokenHeader.parse(decodeProtectedHeader(token));
  const key = await keys.verifying(kid);
  if (!key) throw new Failure('unauthenticated', 'This access token was not issued here.');
  return key;
}

/** Verifies access tokens: RS256 only, our issuer and audience, not expired, and of the type at+jwt. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(keys: SigningKeySet, @Inject(IDENTITY_CONFIG) config: IdentityConfig) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: keyFrom(keys),
      algorithms: ['RS256'],
      issuer: config.GATEWAY_TOKEN_ISSUER,
      audience: config.GATEWAY_TOKEN_AUDIENCE,
    });
  }

  validate(payload: unknown): AccessClaims {
    return accessClaims.parse(payload);
  }
}
