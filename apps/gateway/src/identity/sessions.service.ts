import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { AccessTokens } from './access-token.ts';
import type { Credentials } from './accounts.service.ts';
import { EndedSessions } from './ended-sessions.ts';
import { Passwords } from './passwords.ts';
import { RefreshTokenStore, type SessionToken } from './refresh-token.store.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { type OpenSession, SessionListStore } from './session-list.store.ts';
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
    private readonly open: SessionListStore,
    private readonly ended: EndedSessions,
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
    const begun = await this.refreshTokens.begin(user.id, this.config.GATEWAY_REFRESH_TOKEN_DAYS * dayMs, address);
    await this.events.record({ kind: 'login-succeeded', userId: user.id, address });
    return this.session(user, begun);
  }

  /** @throws Failure token-reused, which also ends the session; refresh-token-invalid */
  async refresh(token: string, address: string): Promise<Session> {
    const rotation = await this.refreshTokens.rotate(token, address);
    if (rotation.outcome === 'invalid') throw invalidToken();
    const { userId } = rotation;
    await this.events.record({ kind: rotation.outcome === 'reused' ? 'token-reused' : 'token-refreshed', userId, address });
    if (rotation.outcome === 'reused') {
      this.ended.add([rotation.sessionId]);
      throw new Failure('token-reused', 'This refresh token was used before; its session has been ended. Log in again.');
    }
    const user = await this.users.byId(userId);
    if (!user) throw invalidToken();
    return this.session(user, rotation);
  }

  /** Ends a session; ending one that is not there is no fault and tells nothing. */
  async end(token: string, address: string): Promise<void> {
    const session = await this.refreshTokens.end(token);
    if (!session) return;
    this.ended.add([session.sessionId]);
    await this.events.record({ kind: 'logged-out', userId: session.userId, address });
  }

  list(userId: string): Promise<OpenSession[]> {
    return this.open.open(userId);
  }

  /** @throws Failure session-not-found, also for somebody else's */
  async endOne(userId: string, sessionId: string, address: string): Promise<void> {
    if ((await this.endWhere(userId, { only: sessionId }, address)) === 0)
      throw new Failure('session-not-found', `You have no session ${sessionId}.`);
  }

  /** Logs out everywhere, or everywhere else. @returns how many sessions ended */
  async endWhere(userId: string, which: { only?: string; except?: string | undefined }, address: string): Promise<number> {
    const ids = await this.open.end(userId, which);
    this.ended.add(ids);
    if (ids.length > 0) await this.events.record({ kind: 'sessions-ended', userId, address });
    return ids.length;
  }

  private async session(user: UserRow, { token, sessionId }: SessionToken): Promise<Session> {
    const accessToken = await this.accessTokens.issue(user, sessionId);
    return { accessToken, refreshToken: token, tokenType: 'Bearer', expiresInSeconds: this.accessTokens.lifetimeSeconds };
  }
}

const invalidToken = () => new Failure('refresh-token-invalid', 'This refresh token is unknown, expired or ended. Log in again.');
