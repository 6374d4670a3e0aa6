import type { RedisClient } from '#storage';
import type { Invalidation } from './invalidation.ts';
import { RedisGuard } from './redis-guard.ts';
import { redisKeys } from './redis-keys.ts';
import { RedisTier } from './redis-tier.ts';

export interface InvalidatorOptions {
  readonly redis: RedisClient;
  readonly onError: (operation: string, error: unknown) => void;
}

/** Invalidates entries of any service through the Redis log, which every instance of that service reads. */
export class Invalidator {
  readonly #guard: RedisGuard;
  readonly #tiers = new Map<string, RedisTier>();
  readonly #onError: InvalidatorOptions['onError'];

  constructor({ redis, onError }: InvalidatorOptions) {
    this.#guard = new RedisGuard({ redis, onError });
    this.#onError = onError;
  }

  /** @returns whether it is in the Redis log; if not, a receiver of the message has to record it. Never rejects */
  async record(message: Invalidation): Promise<boolean> {
    const answer = await this.#tierOf(message.service).invalidate({ ...message, recorded: true });
    return answer !== RedisGuard.unavailable;
  }

  close(): void {
    this.#guard.close();
  }

  #tierOf(service: string): RedisTier {
    const known = this.#tiers.get(service);
    if (known) return known;
    const onCorruptEntry = (error: unknown) => this.#onError('read', error);
    const tier = new RedisTier({
      guard: this.#guard,
      keys: redisKeys(service),
      now: Date.now,
      maxValueBytes: 0,
      hasCold: false,
      onCorruptEntry,
    });
    this.#tiers.set(service, tier);
    return tier;
  }
}
