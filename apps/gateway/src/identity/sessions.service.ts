import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import type { Page, PageRequest } from '#storage';
import { EndedSessions } from './ended-sessions.ts';
import { RefreshTokenStore } from './refresh-token.store.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { type OpenSession, type SessionSelection, SessionStore } from './session.store.ts';
import { type Session, SessionTokens } from './session-tokens.service.ts';

@Injectable() // refreshes, lists and ends sessions
export class Sessions {
  constructor(
    private readonly tokens: SessionTokens,
    private readonly refreshTokens: RefreshTokenStore,
    private readonly store: SessionStore,
    private readonly ended: EndedSessions,
    private readonly events: SecurityEventStore,
  ) {}

  /** @throws Failure token-reused, which also ends the session; refresh-token-invalid */
  async refresh(token: string, address: string): Promise<Session> {
    const refreshed = await this.tokens.refresh(token, address);
    if (refreshed.outcome === 'invalid') throw invalidToken();
    const { outcome, userId } = refreshed;
    await this.events.record({ kind: outcome === 'reused' ? 'token-reused' : 'token-refreshed', userId, address });
    if (outcome === 'refreshed') return refreshed.session;
    this.ended.add([refreshed.sessionId]);
    throw new Failure('token-reused', 'This refresh token was used before; its session has been ended. Log in again.');
  }

  /** Ends a session; an unknown one is not an error, so that the response reveals nothing. */
  async end(token: string, address: string): Promise<void> {
    const session = await this.refreshTokens.end(token);
    if (!session) return;
    this.ended.add([session.sessionId]);
    await this.events.record({ kind: 'logged-out', userId: session.userId, address });
  }

  /** The one refreshed last first. @throws Failure request-invalid for a cursor that is not ours */
  list(userId: string, page: PageRequest): Promise<Page<OpenSession>> {
    return this.store.open(userId, page);
  }

  /** @throws Failure session-not-found, also for another user's session */
  async endOne(userId: string, sessionId: string, address: string): Promise<void> {
    if ((await this.endWhere(userId, { only: sessionId }, address)) === 0)
      throw new Failure('session-not-found', `You have no session ${sessionId}.`);
  }

  /** Ends one session, all, or all but one. @returns how many ended */
  async endWhere(userId: string, which: SessionSelection, address: string): Promise<number> {
    const ids = await this.store.end(userId, which);
    this.ended.add(ids);
    if (ids.length > 0) await this.events.record({ kind: 'sessions-ended', userId, address });
    return ids.length;
  }
}

const invalidToken = () => new Failure('refresh-token-invalid', 'This refresh token is unknown, expired or ended. Log in again.');
