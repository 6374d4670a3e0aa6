/** Works on lists in parallel, with a limit for each kind of work. */
import { availableParallelism } from 'node:os';
import { abortFailure, linkSignals } from '../abort-reasons.ts';

/** `io` waits on the event loop for others; `cpu` computes on worker threads. */
export type WorkKind = 'io' | 'cpu';
export type ParallelLimits = Readonly<Record<WorkKind, number>>;

export interface ParallelOptions {
  readonly kind: WorkKind;
  readonly signal?: AbortSignal;
}

export type ParallelWork<Item, Result> = (item: Item, index: number, signal: AbortSignal) => Promise<Result>;

export class ParallelExecutor {
  readonly limits: ParallelLimits;

  /**
   * @param wanted items of a list that are worked on at a time, by kind; never more of `cpu` than there are cores
   * @throws RangeError when one is under 1
   */
  constructor(wanted: ParallelLimits, cores = availableParallelism()) {
    for (const [kind, limit] of Object.entries(wanted))
      if (!(Number.isInteger(limit) && limit >= 1)) throw new RangeError(`the limit of ${kind} must be at least 1, not ${limit}`);
    this.limits = { io: wanted.io, cpu: Math.min(wanted.cpu, cores) };
  }

  /** As {@link parallelMap}, with the limit of the kind. */
  map<Item, Result>(items: Iterable<Item>, work: ParallelWork<Item, Result>, { kind, signal }: ParallelOptions): Promise<Result[]> {
    return parallelMap(items, work, { limit: this.limits[kind], ...(signal ? { signal } : {}) });
  }
}

/**
 * Works on at most `limit` items at a time. The first failure stops the work on the others and is thrown when it has stopped.
 *
 * @returns the results in the order of the items
 * @throws what the work threw first; Failure `cancelled` when the signal aborts
 */
export async function parallelMap<Item, Result>(
  items: Iterable<Item>,
  work: ParallelWork<Item, Result>,
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal },
): Promise<Result[]> {
  const failed = new AbortController();
  const linked = linkSignals(signal ? { signal } : {}, failed.signal);
  const results: Result[] = [];
  const iterator = items[Symbol.iterator]();
  let taken = 0;
  let failure: { readonly error: unknown } | undefined;
  const follow = async () => {
    while (!linked.signal.aborted) {
      const next = iterator.next();
      if (next.done) return;
      const index = taken++;
      results[index] = await work(next.value, index, linked.signal);
    }
  };
  const guarded = () =>
    follow().catch((error: unknown) => {
      failure ??= { error };
      failed.abort(error);
    });
  try {
    await Promise.all(Array.from({ length: limit }, guarded));
    if (failure) throw failure.error;
    if (linked.signal.aborted) throw abortFailure(linked.signal);
    return results;
  } finally {
    linked.dispose();
  }
}
