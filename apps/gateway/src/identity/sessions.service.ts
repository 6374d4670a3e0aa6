import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { AccessTokens } from './access-token.ts';
import type { Credentials } from './accounts.service.ts';
import { Passwords } from './passwords.ts';
import { RefreshTokenStore } from './refresh-token.store.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { type UserRow, UserStore } from './user.store.ts';

export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tokenType: 'Bearer';
  readonly expiresInSeconds: number;
}

const dayMs = 86_400_000;

@Injectable() // decides who is let in, for how long, and when a session ends
export class Sessions {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly refreshTokens: RefreshTokenStore,
    private readonly accessTokens: AccessTokens,
    private readonly events: SecurityEventStore,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** @throws Failure credentials-invalid, the same for an unknown address and a wrong password */
  async begin({ email, password }: Credentials, address: string): Promise<Session> {
    const user = await this.users.byEmail(email);
    const { matches, rehashed } = await this.passwords.check(password, user?.passwordHash);
    if (!user || !matches) {
      await this.events.record({ kind: 'login-failed', userId: user?.id, address });
      throw new Failure('credentials-invalid', 'There is no account with this e-mail address and password.');
    }
    if (rehashed) await this.users.changeHash(user.id, rehashed);
    const refreshToken = await this.refreshTokens.begin(user.id, this.config.GATEWAY_REFRESH_TOKEN_DAYS * dayMs);
    await this.events.record({ kind: 'login-succeeded', userId: user.id, address });
    return this.session(user, refreshToken);
  }

  /** @throws Failure token-reused, which also ends the session; refresh-token-invalid */
  async refresh(token: string, address: string): Promise<Session> {
    const rotation = await this.refreshTokens.rotate(token);
    if (rotation.outcome === 'invalid') throw invalidToken();
    const { userId } = rotation;
    await this.events.record({ kind: rotation.outcome === 'reused' ? 'token-reused' : 'token-refreshed', userId, address });
    if (rotation.outcome === 'reused') {
      throw new Failure('token-reused', 'This refresh token was used before; its session has been ended. Log in again.');
    }
    const user = await this.users.byId(userId);
    if (!user) throw invalidToken();
    return this.session(user, rotation.token);
  }

  /** Ends a session; ending one that is not there is no fault and tells nothing. */
  async end(token: string, address: string): Promise<void> {
    const userId = await this.refreshTokens.end(token);
    if (userId) await this.events.record({ kind: 'logged-out', userId, address });
  }

  private async session(user: UserRow, refreshToken: string): Promise<Session> {
    const accessToken = await this.accessTokens.issue(user);
    return { accessToken, refreshToken, tokenType: 'Bearer', expiresInSeconds: this.accessTokens.lifetimeSeconds };
  }
}

const invalidToken = () => new Failure('refresh-token-invalid', 'This refresh token is unknown, expired or ended. Log in again.');
