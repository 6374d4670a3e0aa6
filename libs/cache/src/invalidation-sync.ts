import type { Invalidation, InvalidationChannel, InvalidationTarget } from './invalidation.ts';
import { readInvalidation } from './invalidation.ts';
import type { InvalidationLog } from './invalidation-log.ts';
import type { SyncStatus } from './namespace-state.ts';
import { PendingInvalidations } from './pending-invalidations.ts';
import { RedisGuard } from './redis-guard.ts';
import type { RedisTier } from './redis-tier.ts';

export interface InvalidationSyncOptions {
  readonly service: string;
  readonly origin: string;
  readonly tier: RedisTier | undefined;
  readonly log: InvalidationLog | undefined;
  readonly channel: InvalidationChannel | undefined;
  readonly maxStalenessMs: number;
  readonly now: () => number;
  /** Removes the target from this instance's memory. */
  readonly invalidateLocally: (target: InvalidationTarget) => void;
  readonly invalidateEverything: () => void;
  readonly onError: (operation: string, error: unknown) => void;
}

/**
 * Keeps this instance's memory in sync with the other instances. The channel is fast and may lose messages; the log in Redis is complete and is
 * read twice per `maxStalenessMs`. Up to `inSyncUntilMs` all entries in memory are in sync; after it an entry is served only until it is
 * `maxStalenessMs` old. So an instance that receives nothing serves stale values for at most `maxStalenessMs`.
 */
export class InvalidationSync implements SyncStatus {
  readonly pending = new PendingInvalidations();
  readonly maxStalenessMs: number;
  inSyncUntilMs: number;
  readonly #options: InvalidationSyncOptions;
  readonly #unsubscribe: (() => void) | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: InvalidationSyncOptions) {
    this.#options = options;
    this.maxStalenessMs = options.maxStalenessMs;
    const alone = options.log === undefined && options.channel === undefined;
    this.inSyncUntilMs = alone ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    this.#unsubscribe = options.channel?.subscribe((message) => this.#receive(message));
    if (options.log) this.#timer = setInterval(() => void this.run(), options.maxStalenessMs / 2).unref();
  }

  /** Invalidates `target` in Redis and in all other instances; this instance's memory has dropped it already. Never rejects. */
  async broadcast(target: InvalidationTarget): Promise<void> {
    const answer = await this.#options.tier?.invalidate(this.#message(target, true));
    await this.#publish(target, answer !== RedisGuard.unavailable);
  }

  /** Tells the other instances that a key has a new value. @param stored whether Redis holds it; if not, Redis' entry is invalidated */
  async announce(namespace: string, key: string, stored: boolean): Promise<void> {
    const target = { kind: 'key', namespace, key } as const;
    if (!stored) return this.broadcast(target);
    const answer = await this.#options.tier?.announce(this.#message(target, true));
    await this.#publish(target, answer !== RedisGuard.unavailable);
  }

  /** Applies missed invalidations and retries pending ones. Overlapping calls share one run. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#unsubscribe?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log, now, invalidateLocally, invalidateEverything, origin } = this.#options;
    const askedAtMs = now();
    const read = await log?.read();
    if (read === undefined || read === RedisGuard.unavailable) return;
    if (read.gap) invalidateEverything();
    for (const message of read.messages) if (message.origin !== origin) invalidateLocally(message);
    this.inSyncUntilMs = askedAtMs + this.maxStalenessMs;
    await this.#retryPending();
  }

  async #retryPending(): Promise<void> {
    for (const target of this.pending.list()) {
      const answer = await this.#options.tier?.invalidate(this.#message(target, true));
      if (answer === RedisGuard.unavailable) return;
      this.pending.acknowledge(target);
    }
  }

  async #publish(target: InvalidationTarget, recorded: boolean): Promise<void> {
    if (!recorded) this.pending.add(target);
    try {
      await this.#options.channel?.publish(this.#message(target, recorded));
    } catch (error) {
      this.#options.onError('publish', error);
    }
  }

  #receive(received: unknown): void {
    const message = readInvalidation(received);
    if (!message || message.service !== this.#options.service || message.origin === this.#options.origin) return;
    this.#options.invalidateLocally(message);
    if (!message.recorded) void this.#record(message);
  }

  /** Records an invalidation in Redis that its origin could not record. */
  async #record(message: Invalidation): Promise<void> {
    const answer = await this.#options.tier?.invalidate({ ...message, recorded: true });
    if (answer === RedisGuard.unavailable) this.pending.add(message);
  }

  #message(target: InvalidationTarget, recorded: boolean): Invalidation {
    return { ...target, origin: this.#options.origin, service: this.#options.service, recorded };
  }
}
