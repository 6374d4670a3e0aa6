/** What came of loading keys before anybody asked for them. */
export interface WarmReport {
  readonly loaded: number;
  /** Were in memory already. */
  readonly present: number;
  readonly failed: number;
  /** Not tried: the time was over. */
  readonly left: number;
}

export interface WarmOptions {
  /** How many loads at a time; the rest of the service needs the loader too. */
  readonly concurrency?: number;
  /** No load begins after this. */
  readonly budgetMs?: number;
}

/** Which warmed keys have proved to be of use. Holds only those that nobody has asked for yet, so never more than were warmed. */
export class Warmth {
  readonly #waiting = new Set<string>();
  loaded = 0;
  used = 0;

  /** True while some warmed key waits for its first use: a read has to look only then. */
  get waits(): boolean {
    return this.#waiting.size > 0;
  }

  counts(): { loaded: number; used: number } {
    return { loaded: this.loaded, used: this.used };
  }

  add(key: string): void {
    this.loaded += 1;
    this.#waiting.add(key);
  }

  /** Somebody asked for the key and memory had it. */
  saw(key: string): void {
    if (this.#waiting.delete(key)) this.used += 1;
  }

  /** It left before anybody asked. */
  lost(key: string): void {
    this.#waiting.delete(key);
  }
}

/**
 * Loads keys ahead of need, a few at a time, the first of the list first.
 *
 * @param isPresent spares a key that is there
 * @param load loads and stores one key; its failure is counted, not thrown
 */
export async function warmUp(
  keys: readonly string[],
  isPresent: (key: string) => boolean,
  load: (key: string) => Promise<unknown>,
  { concurrency = 4, budgetMs = 30_000 }: WarmOptions = {},
): Promise<WarmReport> {
  const untilMs = performance.now() + budgetMs;
  const report = { loaded: 0, present: 0, failed: 0, left: keys.length };
  const queue = keys.values();
  const worker = async () => {
    for (const key of queue) {
      if (performance.now() > untilMs) return;
      report.left -= 1;
      if (isPresent(key)) report.present += 1;
      else report[await outcomeOf(load, key)] += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return report;
}

const outcomeOf = async (load: (key: string) => Promise<unknown>, key: string): Promise<'loaded' | 'failed'> => {
  try {
    await load(key);
    return 'loaded';
  } catch {
    return 'failed'; // counted by the caller; whoever asks for this key later meets the failure itself
  }
};
