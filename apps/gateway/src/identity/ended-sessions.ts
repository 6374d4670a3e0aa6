import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { sessionsEnded } from '#contracts';
import { Bus, Database, Lifecycle, Log } from '#platform';
import { queryRows } from '#storage';
import { AccessTokens } from './access-token.ts';
import { EndListeners } from './end-listeners.ts';

const ended = new Gauge({
  name: 'gateway_ended_sessions',
  help: 'Sessions whose access tokens are refused although they have not expired.',
});

/** Maximum time until every instance rejects the access tokens of an ended session, even without an event. */
const lookEveryMs = 5_000;

/** Rejects the access tokens of ended sessions: `EndedSessions` at once; a program without a bus leaves it to the gateways, which read the database. */
export interface SessionEnds {
  add(sessionIds: readonly string[]): void;
}

/**
 * Ended sessions whose access tokens have not expired: received by event, and polled from the database every five
 * seconds in case an event is lost. While the database is unavailable, the known ones stay rejected.
 */
@Injectable()
export class EndedSessions implements OnApplicationBootstrap, SessionEnds {
  /** Time at which each entry can be removed, because its last access token has expired. */
  private readonly until = new Map<string, number>();
  private readonly listeners = new EndListeners();
  private readonly lifetimeMs: number;
  private hasLooked = false;
  private firstLook: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    tokens: AccessTokens,
  ) {
    this.lifetimeMs = tokens.lifetimeSeconds * 1_000;
  }

  has(sessionId: string): boolean {
    return this.until.has(sessionId);
  }

  /**
   * Resolves once the sessions that ended before this process started are loaded.
   *
   * @throws Failure service-unavailable while the database is unavailable
   */
  known(): Promise<void> {
    if (this.hasLooked) return Promise.resolve();
    this.firstLook ??= this.look().finally(() => {
      this.firstLook = undefined;
    });
    return this.firstLook;
  }

  /** Calls `ended` when the session ends, immediately if it has ended. @returns a function that stops watching */
  watch(sessionId: string, ended: () => void): () => void {
    const leave = this.listeners.add(sessionId, ended);
    if (this.has(sessionId)) this.listeners.tell([sessionId]);
    return leave;
  }

  /** Rejects them in this process immediately and notifies the other instances. */
  add(sessionIds: readonly string[]): void {
    if (sessionIds.length === 0) return;
    this.note(sessionIds);
    try {
      for (let at = 0; at < sessionIds.length; at += 1_000)
        this.bus.publish(sessionsEnded, { sessionIds: sessionIds.slice(at, at + 1_000) });
    } catch (error) {
      this.log.warn({ err: error }, 'failed to publish ended sessions; other instances read them from the database');
    }
  }

  onApplicationBootstrap(): void {
    this.bus
      .subscribe(sessionsEnded, ({ sessionIds }) => this.note(sessionIds))
      .catch((error: unknown) => this.log.debug({ err: error }, 'closed before NATS was connected'));
    const step = async () => {
      await this.look();
      return lookEveryMs;
    };
    const run = () =>
      runBackgroundLoop({
        purpose: 'look for ended sessions',
        log: this.log,
        signal: this.lifecycle.stopping,
        wake: new WakeSignal(),
        step,
      });
    const running = this.database.whenOpen().then(run);
    this.lifecycle.onDrain('ended sessions', () => (this.database.sourceOrNone ? running : undefined));
  }

  private async look(): Promise<void> {
    const rows = await queryRows<{ family: string }>(
      this.database.source,
      `SELECT DISTINCT family FROM identity.refresh_tokens WHERE revoked_at > now() - make_interval(secs => $1)`,
      [this.lifetimeMs / 1_000 + lookEveryMs / 1_000],
    );
    this.note(rows.map(({ family }) => family));
    this.hasLooked = true;
    for (const [sessionId, untilMs] of this.until) if (untilMs < Date.now()) this.until.delete(sessionId);
    ended.set(this.until.size);
  }

  private note(sessionIds: readonly string[]): void {
    const untilMs = Date.now() + this.lifetimeMs + lookEveryMs;
    for (const sessionId of sessionIds) if (!this.until.has(sessionId)) this.until.set(sessionId, untilMs);
    this.listeners.tell(sessionIds);
  }
}
