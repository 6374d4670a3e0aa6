import type { Invalidation, InvalidationChannel, InvalidationTarget } from './invalidation.ts';
import { readInvalidation } from './invalidation.ts';
import type { InvalidationLog } from './invalidation-log.ts';
import { PendingInvalidations } from './pending-invalidations.ts';
import { RedisGuard } from './redis-guard.ts';
import type { RedisTier } from './redis-tier.ts';
import type { Trust } from './room.ts';

export interface SynchroniserOptions {
  readonly service: string;
  readonly origin: string;
  readonly tier: RedisTier | undefined;
  readonly log: InvalidationLog | undefined;
  readonly channel: InvalidationChannel | undefined;
  readonly maxStalenessMs: number;
  readonly now: () => number;
  /** Forget this here. */
  readonly forget: (target: InvalidationTarget) => void;
  readonly forgetEverything: () => void;
  readonly onTrouble: (operation: string, error: unknown) => void;
}

/**
 * Keeps this instance's memory in step with the others. The channel is quick and may lose messages; the log in Redis loses none that it was
 * told and is read twice per `maxStalenessMs`. `untilMs` is the moment up to which everything remembered here is known to be in step; past it an
 * entry is served only until it is itself that old. So a deaf instance is wrong for at most `maxStalenessMs`.
 */
export class Synchroniser implements Trust {
  readonly pending = new PendingInvalidations();
  readonly maxStalenessMs: number;
  untilMs: number;
  readonly #options: SynchroniserOptions;
  readonly #unsubscribe: (() => void) | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #syncing: Promise<void> | undefined;

  constructor(options: SynchroniserOptions) {
    this.#options = options;
    this.maxStalenessMs = options.maxStalenessMs;
    const alone = options.log === undefined && options.channel === undefined;
    this.untilMs = alone ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    this.#unsubscribe = options.channel?.subscribe((message) => this.#hear(message));
    if (options.log) this.#timer = setInterval(() => void this.sync(), options.maxStalenessMs / 2).unref();
  }

  /** Tells everyone that `target` is not true any more. Memory here has already forgotten it. Never rejects. */
  async tell(target: InvalidationTarget): Promise<void> {
    const answer = await this.#options.tier?.invalidate(this.#message(target, true));
    await this.#spread(target, answer !== RedisGuard.unavailable);
  }

  /** Tells everyone that a key has a new value. @param stored whether Redis holds it; if not, what it holds is struck */
  async announce(namespace: string, key: string, stored: boolean): Promise<void> {
    const target = { kind: 'key', namespace, key } as const;
    if (!stored) return this.tell(target);
    const answer = await this.#options.tier?.announce(this.#message(target, true));
    await this.#spread(target, answer !== RedisGuard.unavailable);
  }

  /** Hears what was missed and says what could not be said. Overlapping calls are one. */
  sync(): Promise<void> {
    this.#syncing ??= this.#sync().finally(() => {
      this.#syncing = undefined;
    });
    return this.#syncing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#unsubscribe?.();
    await this.#syncing;
  }

  async #sync(): Promise<void> {
    const { log, now, forget, forgetEverything, origin } = this.#options;
    const askedAtMs = now();
    const news = await log?.read();
    if (news === undefined || news === RedisGuard.unavailable) return;
    if (news.gap) forgetEverything();
    for (const message of news.messages) if (message.origin !== origin) forget(message);
    this.untilMs = askedAtMs + this.maxStalenessMs;
    await this.#settlePending();
  }

  async #settlePending(): Promise<void> {
    for (const target of this.pending.list()) {
      const answer = await this.#options.tier?.invalidate(this.#message(target, true));
      if (answer === RedisGuard.unavailable) return;
      this.pending.settle(target);
    }
  }

  async #spread(target: InvalidationTarget, recorded: boolean): Promise<void> {
    if (!recorded) this.pending.add(target);
    try {
      await this.#options.channel?.publish(this.#message(target, recorded));
    } catch (error) {
      this.#options.onTrouble('publish', error);
    }
  }

  #hear(received: unknown): void {
    const message = readInvalidation(received);
    if (!message || message.service !== this.#options.service || message.origin === this.#options.origin) return;
    this.#options.forget(message);
    if (!message.recorded) void this.#record(message);
  }

  /** The one who said it could not reach Redis; perhaps we can. */
  async #record(message: Invalidation): Promise<void> {
    const answer = await this.#options.tier?.invalidate({ ...message, recorded: true });
    if (answer === RedisGuard.unavailable) this.pending.add(message);
  }

  #message(target: InvalidationTarget, recorded: boolean): Invalidation {
    return { ...target, origin: this.#options.origin, service: this.#options.service, recorded };
  }
}
