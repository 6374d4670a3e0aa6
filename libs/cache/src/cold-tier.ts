import { Breaker } from './breaker.ts';
import type { Place } from './place.ts';

export interface ColdEntry extends Place {
  /** As Redis holds it, with the stamp that says when it stops being true. */
  readonly sealed: Buffer;
  readonly deadAtMs: number;
}

/**
 * Where entries wait that Redis may let go: slow, large, and allowed to lose anything. What it gives is believed only when Redis still names
 * that very entry (see `redisKeys().cold`), so it need not hear of invalidations.
 */
export interface ColdTier {
  /** What took this long to load is copied at once; 50 unless told. */
  readonly dearMs?: number;
  /** Larger entries are not sent. */
  readonly maxEntryBytes: number;
  /** @returns the sealed entry, undefined when there is none. May reject or hang: nobody waits longer than the guard lets them */
  get(place: Place): Promise<Buffer | undefined>;
  /** Keeps all of them, or rejects. */
  put(entries: readonly ColdEntry[]): Promise<void>;
}

export interface ColdGuardOptions {
  readonly tier: ColdTier;
  readonly deadlineMs?: number;
  readonly maxInFlight?: number;
  readonly breaker?: Breaker;
  readonly onTrouble: (operation: string, error: unknown) => void;
}

/** The only way from the cache to the cold tier: a short wait, few at a time, none at all while it keeps failing. Nothing is thrown. */
export class ColdGuard {
  readonly breaker: Breaker;
  readonly maxEntryBytes: number;
  readonly dearMs: number;
  readonly #options: ColdGuardOptions;
  readonly #deadlineMs: number;
  readonly #maxInFlight: number;
  #inFlight = 0;

  constructor(options: ColdGuardOptions) {
    this.#options = options;
    this.breaker = options.breaker ?? new Breaker({ failures: 3 });
    this.maxEntryBytes = options.tier.maxEntryBytes;
    this.dearMs = options.tier.dearMs ?? 50;
    this.#deadlineMs = options.deadlineMs ?? 100;
    this.#maxInFlight = options.maxInFlight ?? 32;
  }

  /** @returns undefined when there is none, and when it was not asked or did not answer in time */
  async get(place: Place): Promise<Buffer | undefined> {
    return this.#inFlight >= this.#maxInFlight ? undefined : this.#run('get', () => this.#options.tier.get(place));
  }

  /** @returns whether they are kept */
  async put(entries: readonly ColdEntry[]): Promise<boolean> {
    const kept = await this.#run('put', () => this.#options.tier.put(entries).then(() => true), 20 * this.#deadlineMs);
    return kept ?? false;
  }

  async #run<T>(operation: string, work: () => Promise<T>, deadlineMs = this.#deadlineMs): Promise<T | undefined> {
    if (!this.breaker.allows()) return undefined;
    this.#inFlight += 1;
    try {
      const answer = await inTime(work(), deadlineMs);
      this.breaker.succeeded();
      return answer;
    } catch (error) {
      this.breaker.failed();
      this.#options.onTrouble(operation, error);
      return undefined;
    } finally {
      this.#inFlight -= 1;
    }
  }
}

function inTime<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the cold tier took longer than ${deadlineMs} ms`)), deadlineMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
