/** Last access (in requests, modulo 2^32), distance between accesses, and number of accesses of a key. */
export interface PastAccesses {
  usedAt: number;
  /** Requests between accesses, the latest with weight one half; 0 after a single access. */
  gap: number;
  uses: number;
}

const ways = 4;

/**
 * Past accesses of evicted keys by hash, in a set-associative table of fixed size: of four keys in a row the least recently used is overwritten.
 */
export class ReuseHistory {
  readonly rows: number;
  readonly #tags: Int32Array;
  readonly #usedAt: Int32Array;
  readonly #gaps: Float32Array;
  readonly #uses: Uint8Array;

  /** @param keys approximate number of keys */
  constructor(keys: number) {
    this.rows = 2 ** Math.ceil(Math.log2(Math.max(64, keys / ways)));
    const length = this.rows * ways;
    this.#tags = new Int32Array(length);
    this.#usedAt = new Int32Array(length);
    this.#gaps = new Float32Array(length);
    this.#uses = new Uint8Array(length);
  }

  get size(): number {
    return this.rows * ways;
  }

  /** Copies the past accesses of a key into `past`. @returns false for an unknown key */
  find(hash: number, past: PastAccesses): boolean {
    const place = this.#find(hash);
    if (place < 0) return false;
    past.usedAt = this.#usedAt[place]!;
    past.gap = this.#gaps[place]!;
    past.uses = this.#uses[place]!;
    return true;
  }

  remember(hash: number, { usedAt, gap, uses }: PastAccesses): void {
    const found = this.#find(hash);
    const place = found < 0 ? this.#oldest(hash) : found;
    this.#tags[place] = hash;
    this.#usedAt[place] = usedAt;
    this.#gaps[place] = gap;
    this.#uses[place] = Math.min(255, uses);
  }

  #find(hash: number): number {
    const row = (hash & (this.rows - 1)) * ways;
    for (let place = row; place < row + ways; place++) if (this.#tags[place] === hash && this.#uses[place]! > 0) return place;
    return -1;
  }

  #oldest(hash: number): number {
    const row = (hash & (this.rows - 1)) * ways;
    let oldest = row;
    for (let place = row; place < row + ways; place++) {
      if (this.#uses[place] === 0) return place;
      if (((this.#usedAt[place]! - this.#usedAt[oldest]!) | 0) < 0) oldest = place;
    }
    return oldest;
  }
}
