/** When a key was last asked for (in requests, modulo 2^32), how far apart its uses lie, and how many there were. */
export interface Past {
  usedAt: number;
  /** Requests between uses, the latest weighing half; 0 when it was used once. */
  gap: number;
  uses: number;
}

const ways = 4;

/**
 * The pasts of keys by hash, resident or not, in a table of fixed size: of four keys that share a row the one used longest ago is overwritten.
 */
export class ReuseHistory {
  readonly rows: number;
  readonly #tags: Int32Array;
  readonly #usedAt: Int32Array;
  readonly #gaps: Float32Array;
  readonly #uses: Uint8Array;

  /** @param keys about how many keys to remember */
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

  /** Fills `past` with what is known of a key. @returns false when nothing is */
  recall(hash: number, past: Past): boolean {
    const place = this.#find(hash);
    if (place < 0) return false;
    past.usedAt = this.#usedAt[place]!;
    past.gap = this.#gaps[place]!;
    past.uses = this.#uses[place]!;
    return true;
  }

  remember(hash: number, { usedAt, gap, uses }: Past): void {
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
