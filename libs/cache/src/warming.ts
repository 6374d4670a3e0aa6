/** The result of warming. */
export interface WarmReport {
  readonly loaded: number;
  /** Already in memory. */
  readonly present: number;
  readonly failed: number;
  /** Not tried because the time budget was spent. */
  readonly left: number;
}

export interface WarmOptions {
  /** Parallel loads; kept low because requests use the loader too. */
  readonly concurrency?: number;
  /** No load begins after this. */
  readonly budgetMs?: number;
}

/** Counts warmed keys and those of them that were read. Bounded: holds only warmed keys not read yet. */
export class WarmedKeys {
  readonly #unread = new Set<string>();
  loaded = 0;
  used = 0;

  /** False lets a read skip the lookup. */
  get hasUnread(): boolean {
    return this.#unread.size > 0;
  }

  counts(): { loaded: number; used: number } {
    return { loaded: this.loaded, used: this.used };
  }

  add(key: string): void {
    this.loaded += 1;
    this.#unread.add(key);
  }

  onRead(key: string): void {
    if (this.#unread.delete(key)) this.used += 1;
  }

  onRemoved(key: string): void {
    this.#unread.delete(key);
  }
}

/**
 * Loads keys into memory in list order, a few in parallel.
 *
 * @param isPresent keys for which it is true are skipped
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
    return 'failed'; // counted by the caller; a later read of the key reports the failure itself
  }
};
