/** Groups that have been computed, by collection, state of its documents and threshold. */

export interface StoredGroup {
  /** Numbers of its documents, ascending. */
  readonly numbers: Float64Array;
  readonly similarity: number;
}

const maxEntries = 16;
const maxDocuments = 2_000_000;

/** Keeps the results used last, and computes each only once at a time. */
export class GroupCache {
  readonly #entries = new Map<string, readonly StoredGroup[]>();
  readonly #computing = new Map<string, Promise<readonly StoredGroup[]>>();

  async get(key: string, compute: () => Promise<readonly StoredGroup[]>): Promise<readonly StoredGroup[]> {
    const known = this.#entries.get(key);
    if (known) {
      this.#keep(key, known);
      return known;
    }
    const running = this.#computing.get(key) ?? this.#compute(key, compute);
    return running;
  }

  #compute(key: string, compute: () => Promise<readonly StoredGroup[]>): Promise<readonly StoredGroup[]> {
    const running = compute().finally(() => this.#computing.delete(key));
    this.#computing.set(key, running);
    return running.then((groups) => {
      this.#keep(key, groups);
      return groups;
    });
  }

  #keep(key: string, groups: readonly StoredGroup[]): void {
    this.#entries.delete(key);
    this.#entries.set(key, groups);
    while (this.#entries.size > maxEntries || (this.#entries.size > 1 && this.#documents() > maxDocuments))
      this.#entries.delete(this.#entries.keys().next().value!);
  }

  #documents(): number {
    let count = 0;
    for (const groups of this.#entries.values()) for (const { numbers } of groups) count += numbers.length;
    return count;
  }
}
