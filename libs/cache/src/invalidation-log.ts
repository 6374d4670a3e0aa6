import type { RedisClient } from '#storage';
import { type Invalidation, readInvalidation } from './invalidation.ts';
import { RedisGuard, type Unavailable } from './redis-guard.ts';
import type { RedisKeys } from './redis-keys.ts';

/** The invalidations since the last read; `gap` when some may be missing. */
export type LogRead = { readonly gap: boolean; readonly messages: readonly Invalidation[] };

const pageSize = 500;

/**
 * Reads the invalidation log in Redis by sequence number. Numbers are contiguous, so a lost message, a trimmed log, an evicted key or a
 * restarted Redis all show as a gap; after a gap all entries in memory must be dropped.
 */
export class InvalidationLog {
  readonly #guard: RedisGuard;
  readonly #keys: RedisKeys;
  #runId: string | undefined;
  #last = 0;

  constructor(guard: RedisGuard, keys: RedisKeys) {
    this.#guard = guard;
    this.#keys = keys;
  }

  read(): Promise<LogRead | Unavailable> {
    return this.#guard.run('sync', async (redis, runId) => {
      if (runId !== this.#runId) return this.#startOver(redis, runId);
      return this.#readOn(redis);
    });
  }

  async #startOver(redis: RedisClient, runId: string): Promise<LogRead> {
    this.#last = Number(await redis.get(this.#keys.logSequence));
    this.#runId = runId;
    return { gap: true, messages: [] };
  }

  async #readOn(redis: RedisClient): Promise<LogRead> {
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

  async #page(redis: RedisClient) {
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
