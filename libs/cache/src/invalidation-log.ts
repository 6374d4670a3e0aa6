import type { Redis } from 'ioredis';
import { type Invalidation, readInvalidation } from './invalidation.ts';
import type { RedisKeys } from './keys.ts';
import { RedisGuard, type Unavailable } from './redis-guard.ts';

/** What was said since the last look; `gap` when something may have been said that can no longer be read. */
export type News = { readonly gap: boolean; readonly messages: readonly Invalidation[] };

const pageSize = 500;

/**
 * Reads the invalidations that Redis keeps, by number. Numbers have no holes, so a lost message, a trimmed log, an evicted key or another
 * life of Redis all show as a gap, which means: trust nothing you remember.
 */
export class InvalidationLog {
  readonly #guard: RedisGuard;
  readonly #keys: RedisKeys;
  #life: string | undefined;
  #last = 0;

  constructor(guard: RedisGuard, keys: RedisKeys) {
    this.#guard = guard;
    this.#keys = keys;
  }

  read(): Promise<News | Unavailable> {
    return this.#guard.run('sync', async (redis, life) => {
      if (life !== this.#life) return this.#startOver(redis, life);
      return this.#readOn(redis);
    });
  }

  async #startOver(redis: Redis, life: string): Promise<News> {
    this.#last = Number(await redis.get(this.#keys.logSequence));
    this.#life = life;
    return { gap: true, messages: [] };
  }

  async #readOn(redis: Redis): Promise<News> {
    const messages: Invalidation[] = [];
    for (;;) {
      const [sequence, page] = await this.#page(redis);
      if (sequence < this.#last || !this.#follows(page, sequence)) {
        this.#last = sequence;
        return { gap: true, messages: [] };
      }
      messages.push(...page.flatMap(([, fields]) => parse(fields[1])));
      this.#last += page.length;
      if (page.length < pageSize) return { gap: false, messages };
    }
  }

  async #page(redis: Redis) {
    const [sequence, page] = await Promise.all([
      redis.get(this.#keys.logSequence),
      redis.xrange(this.#keys.log, `(${this.#last}-1`, '+', 'COUNT', pageSize),
    ]);
    return [Number(sequence), page] as const;
  }

  #follows(page: readonly [string, string[]][], sequence: number): boolean {
    const numbered = page.every(([id], index) => id === `${this.#last + index + 1}-1`);
    return numbered && (page.length === pageSize || this.#last + page.length >= sequence);
  }
}

function parse(text: string | undefined): Invalidation[] {
  try {
    const message = readInvalidation(JSON.parse(text ?? ''));
    return message ? [message] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
