const rowsPerBlock = 4096;

/**
 * A growing table of features: a few numbers per frame.
 *
 * Storage is allocated in blocks, so that growth copies nothing and produces no garbage.
 */
export class FeatureRows {
  readonly width: number;
  readonly #blocks: Float32Array[] = [];
  #count = 0;

  constructor(width: number) {
    this.width = width;
  }

  get count(): number {
    return this.#count;
  }

  /** Appends the first `width` numbers of `row`. */
  push(row: ArrayLike<number>): void {
    const at = (this.#count % rowsPerBlock) * this.width;
    if (at === 0) this.#blocks.push(new Float32Array(rowsPerBlock * this.width));
    const block = this.#blocks.at(-1)!;
    for (let i = 0; i < this.width; i++) block[at + i] = row[i]!;
    this.#count++;
  }

  at(row: number, column: number): number {
    return this.#blocks[Math.floor(row / rowsPerBlock)]![(row % rowsPerBlock) * this.width + column]!;
  }

  /** A copy of one column, shape [count]. */
  column(column: number): Float32Array {
    const out = new Float32Array(this.#count);
    for (let row = 0; row < out.length; row++) out[row] = this.at(row, column);
    return out;
  }

  /** Returns all columns and clears the table. */
  takeColumns(): Float32Array[] {
    const columns = Array.from({ length: this.width }, (_, column) => this.column(column));
    this.#blocks.length = 0;
    this.#count = 0;
    return columns;
  }
}
