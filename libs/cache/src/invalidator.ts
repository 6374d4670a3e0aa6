import type { Redis } from 'ioredis';
import type { Invalidation } from './invalidation.ts';
import { redisKeys } from './keys.ts';
import { RedisGuard } from './redis-guard.ts';
import { RedisTier } from './redis-tier.ts';

export interface InvalidatorOptions {
  readonly redis: Redis;
  readonly onTrouble: (operation: string, error: unknown) => void;
}

/** Strikes for any service, from outside of it: in Redis, whose log every instance of that service reads. */
export class Invalidator {
  readonly #guard: RedisGuard;
  readonly #tiers = new Map<string, RedisTier>();
  readonly #onTrouble: InvalidatorOptions['onTrouble'];

  constructor({ redis, onTrouble }: InvalidatorOptions) {
    this.#guard = new RedisGuard({ redis, onTrouble });
    this.#onTrouble = onTrouble;
  }

  /** @returns whether Redis has it now; if not, whoever hears of it from elsewhere has to pass it on. Never rejects */
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
    const onGarbage = (error: unknown) => this.#onTrouble('read', error);
    const tier = new RedisTier({
      guard: this.#guard,
      keys: redisKeys(service),
      now: Date.now,
      maxValueBytes: 0,
      hasCold: false,
      onGarbage,
    });
    this.#tiers.set(service, tier);
    return tier;
  }
}
