import { Inject, Injectable } from '@nestjs/common';
import { AccessTokens } from './access-token.ts';
import type { LockedAccount } from './account-lock.ts';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { RefreshSuccessors } from './refresh-successors.ts';
import { type LiveSession, RefreshTokenStore, type Rotation } from './refresh-token.store.ts';
import { hashOfToken, newRefreshToken } from './refresh-token.ts';
import { type UserRow, UserStore } from './user.store.ts';

export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tokenType: 'Bearer';
  readonly expiresInSeconds: number;
}

export interface BegunSession {
  readonly session: Session;
  /** The deletion of the account was scheduled. */
  readonly cancelsDeletion: boolean;
}

export type Refreshed =
  | { readonly outcome: 'refreshed'; readonly userId: string; readonly session: Session }
  | Exclude<Rotation, { outcome: 'rotated' | 'repeated' }>;

const dayMs = 86_400_000;

@Injectable() // issues access and refresh tokens
export class SessionTokens {
  constructor(
    private readonly users: UserStore,
    private readonly refreshTokens: RefreshTokenStore,
    private readonly successors: RefreshSuccessors,
    private readonly accessTokens: AccessTokens,
    @Inject(IDENTITY_CONFIG) private readonly config: IdentityConfig,
  ) {}

  /** @returns undefined when the password was changed, or the account disabled, after the check */
  async begin(user: UserRow, address: string): Promise<BegunSession | undefined> {
    const token = newRefreshToken();
    const lifetimeMs = this.config.GATEWAY_REFRESH_TOKEN_DAYS * dayMs;
    const begun = await this.refreshTokens.begin(user, hashOfToken(token), { lifetimeMs, address });
    if (!begun) return undefined;
    const session = await this.session({ id: user.id, roles: begun.roles }, token, begun);
    return { session, cancelsDeletion: begun.cancelsDeletion };
  }

  async refresh(token: string, address: string): Promise<Refreshed> {
    const next = await this.successors.make(token);
    const rotation = await this.refreshTokens.rotate(token, next, address);
    if (rotation.outcome === 'invalid' || rotation.outcome === 'reused') return rotation;
    const successor = rotation.outcome === 'rotated' ? next.token : await this.successors.open(rotation.sealedSuccessor, token);
    const user = await this.users.byId(rotation.userId);
    if (!user || !successor) return { outcome: 'invalid' };
    return { outcome: 'refreshed', userId: user.id, session: await this.session(user, successor, rotation) };
  }

  private async session(
    user: Pick<UserRow, 'id'> & Pick<LockedAccount, 'roles'>,
    refreshToken: string,
    { sessionId, at }: LiveSession,
  ): Promise<Session> {
    const accessToken = await this.accessTokens.issue(user, sessionId, at);
    return { accessToken, refreshToken, tokenType: 'Bearer', expiresInSeconds: this.accessTokens.lifetimeSeconds };
  }
}
