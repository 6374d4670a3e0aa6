import { Breaker } from './breaker.ts';
import type { EntryKey } from './redis-keys.ts';

export interface ColdEntry extends EntryKey {
  /** The bytes that Redis holds, including the generation stamp. */
  readonly sealed: Buffer;
  readonly deadAtMs: number;
}

/**
 * The third tier: slower and larger than Redis, and allowed to lose entries. A copy is used only while Redis still holds its id (see
 * `redisKeys().cold`), so the tier needs no invalidations.
 */
export interface ColdTier {
  /** A load that took at least this long is copied immediately; default 50. */
  readonly expensiveLoadMs?: number;
  /** Larger entries are not sent. */
  readonly maxEntryBytes: number;
  /** @returns the sealed entry, undefined when there is none. May reject or hang: ColdGuard limits the wait */
  get(entryKey: EntryKey): Promise<Buffer | undefined>;
  /** Stores all entries, or rejects. */
  put(entries: readonly ColdEntry[]): Promise<void>;
}

export interface ColdGuardOptions {
  readonly tier: ColdTier;
  readonly deadlineMs?: number;
  readonly maxInFlight?: number;
  readonly breaker?: Breaker;
  readonly onError: (operation: string, error: unknown) => void;
}

/** Calls the cold tier with a timeout, a limit of concurrent reads and a circuit breaker. Never throws. */
export class ColdGuard {
  readonly breaker: Breaker;
  readonly maxEntryBytes: number;
  readonly expensiveLoadMs: number;
  readonly #options: ColdGuardOptions;
  readonly #deadlineMs: number;
  readonly #maxInFlight: number;
  #inFlight = 0;

  constructor(options: ColdGuardOptions) {
    this.#options = options;
    this.breaker = options.breaker ?? new Breaker({ failures: 3 });
    this.maxEntryBytes = options.tier.maxEntryBytes;
    this.expensiveLoadMs = options.tier.expensiveLoadMs ?? 50;
    this.#deadlineMs = options.deadlineMs ?? 100;
    this.#maxInFlight = options.maxInFlight ?? 32;
  }

  /** @returns undefined when there is none, or the call was skipped or timed out */
  async get(entryKey: EntryKey): Promise<Buffer | undefined> {
    return this.#inFlight >= this.#maxInFlight ? undefined : this.#run('get', () => this.#options.tier.get(entryKey));
  }

  /** @returns whether the entries are stored */
  async put(entries: readonly ColdEntry[]): Promise<boolean> {
    const kept = await this.#run('put', () => this.#options.tier.put(entries).then(() => true), 20 * this.#deadlineMs);
    return kept ?? false;
  }

  async #run<T>(operation: string, work: () => Promise<T>, deadlineMs = this.#deadlineMs): Promise<T | undefined> {
    if (!this.breaker.allows()) return undefined;
    this.#inFlight += 1;
    try {
      const answer = await withTimeout(work(), deadlineMs);
      this.breaker.succeeded();
      return answer;
    } catch (error) {
      this.breaker.failed();
      this.#options.onError(operation, error);
      return undefined;
    } finally {
      this.#inFlight -= 1;
    }
  }
}

function withTimeout<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the cold tier took longer than ${deadlineMs} ms`)), deadlineMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
