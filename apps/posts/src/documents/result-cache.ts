/** Results that were computed from a collection, under a key that names the state of its documents and all parameters. */

export interface ResultCacheOptions<Result> {
  readonly maxEntries: number;
  readonly ttlSeconds: number;
  /** What a result weighs; a result that is the only one may be heavier than `maxWeight`. */
  readonly weightOf: (result: Result) => number;
  readonly maxWeight: number;
  /** Monotonic. */
  readonly nowMs?: () => number;
}

interface Entry<Result> {
  readonly result: Result;
  readonly weight: number;
  readonly expiresAtMs: number;
}

/** Keeps the results used last, and computes each only once at a time. */
export class ResultCache<Result> {
  readonly #options: ResultCacheOptions<Result>;
  /** The one used last stands at the end. */
  readonly #entries = new Map<string, Entry<Result>>();
  readonly #computing = new Map<string, Promise<Result>>();
  #weight = 0;

  constructor(options: ResultCacheOptions<Result>) {
    this.#options = options;
  }

  async get(key: string, compute: () => Promise<Result>): Promise<Result> {
    const known = this.#entries.get(key);
    if (known && known.expiresAtMs > this.#nowMs()) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.result;
    }
    return this.#computing.get(key) ?? this.#compute(key, compute);
  }

  async #compute(key: string, compute: () => Promise<Result>): Promise<Result> {
    const running = compute().finally(() => this.#computing.delete(key));
    this.#computing.set(key, running);
    const result = await running;
    this.#keep(key, result);
    return result;
  }

  #keep(key: string, result: Result): void {
    const { maxEntries, maxWeight, ttlSeconds, weightOf } = this.#options;
    this.#forget(key);
    const weight = weightOf(result);
    this.#entries.set(key, { result, weight, expiresAtMs: this.#nowMs() + 1_000 * ttlSeconds });
    this.#weight += weight;
    while (this.#entries.size > maxEntries || (this.#entries.size > 1 && this.#weight > maxWeight))
      this.#forget(this.#entries.keys().next().value!);
  }

  #forget(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }

  #nowMs(): number {
    return this.#options.nowMs?.() ?? performance.now();
  }
}
