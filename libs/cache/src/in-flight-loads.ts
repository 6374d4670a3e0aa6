/**
 * A load or write in progress for a key (single flight). An invalidation that arrives meanwhile marks it: callers already waiting still get the
 * value, because they asked before, but it is not stored and no new caller joins.
 */
export interface InFlightLoad {
  readonly key: string;
  invalidated: boolean;
}

export class InFlightLoads {
  readonly #waiting = new Map<string, { inFlight: InFlightLoad; outcome: Promise<unknown> }>();
  readonly #open = new Map<string, Set<InFlightLoad>>();

  get count(): number {
    return this.#open.size;
  }

  has(key: string): boolean {
    return this.#open.has(key);
  }

  /** Joins the load of `key`, or starts it. A failure rejects for every caller that joined; the next call starts a new load. */
  join<T>(key: string, work: (inFlight: InFlightLoad) => Promise<T>): Promise<T> {
    const known = this.#waiting.get(key);
    if (known) return known.outcome as Promise<T>;
    const inFlight = this.open(key);
    const outcome = work(inFlight).finally(() => {
      this.finish(inFlight);
      if (this.#waiting.get(key)?.inFlight === inFlight) this.#waiting.delete(key);
    });
    this.#waiting.set(key, { inFlight, outcome });
    return outcome;
  }

  /** Registers work that no caller joins, such as a write, so that invalidations mark it. Must be finished. */
  open(key: string): InFlightLoad {
    const inFlight: InFlightLoad = { key, invalidated: false };
    const siblings = this.#open.get(key);
    if (siblings) siblings.add(inFlight);
    else this.#open.set(key, new Set([inFlight]));
    return inFlight;
  }

  finish(inFlight: InFlightLoad): void {
    const siblings = this.#open.get(inFlight.key);
    if (siblings?.delete(inFlight) && siblings.size === 0) this.#open.delete(inFlight.key);
  }

  invalidate(key: string): void {
    for (const inFlight of this.#open.get(key) ?? []) inFlight.invalidated = true;
    this.#waiting.delete(key);
  }

  invalidateAll(): void {
    for (const key of this.#open.keys()) this.invalidate(key);
  }
}
