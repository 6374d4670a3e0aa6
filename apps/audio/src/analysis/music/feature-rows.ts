/** A table of numbers that grows by rows: what is kept of the sound, a few numbers per frame instead of its samples. */
export class FeatureRows {
  readonly width: number;
  #data: Float32Array;
  #count = 0;

  constructor(width: number) {
    this.width = width;
    this.#data = new Float32Array(width * 1024);
  }

  get count(): number {
    return this.#count;
  }

  /** Appends the first `width` numbers of `row`. */
  push(row: ArrayLike<number>): void {
    const at = this.#count * this.width;
    if (at === this.#data.length) this.#grow();
    for (let i = 0; i < this.width; i++) this.#data[at + i] = row[i]!;
    this.#count++;
  }

  at(row: number, column: number): number {
    return this.#data[row * this.width + column]!;
  }

  /** A copy of one column, shape [count]. */
  column(column: number): Float32Array {
    const out = new Float32Array(this.#count);
    for (let row = 0; row < out.length; row++) out[row] = this.at(row, column);
    return out;
  }

  #grow(): void {
    const wider = new Float32Array(this.#data.length * 2);
    wider.set(this.#data);
    this.#data = wider;
  }
}
