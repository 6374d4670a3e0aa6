/**
 * Measured by "while keys are driven out" of `npm run bench -- cache`.
 * Maps 32-bit integers to integers of at least 0, with linear probing in typed arrays: a Map allocates a heap number for most 32-bit keys.
 */
export class IntegerMap {
  #keys = new Int32Array(64);
  /** -1 in empty cells. */
  #values = new Int32Array(64).fill(-1);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns the value, -1 for an unknown key */
  get(key: number): number {
    return this.#values[this.#cellOf(key | 0)]!;
  }

  set(key: number, value: number): void {
    const cell = this.#cellOf(key | 0);
    if (this.#values[cell] === -1) this.#size += 1;
    this.#keys[cell] = key;
    this.#values[cell] = value;
    if (2 * this.#size > this.#keys.length) this.#grow();
  }

  /** Removes a key and moves later keys of its probe sequence up, so that no tombstones are needed. */
  delete(key: number): boolean {
    let free = this.#cellOf(key | 0);
    if (this.#values[free] === -1) return false;
    const mask = this.#keys.length - 1;
    for (let cell = (free + 1) & mask; this.#values[cell] !== -1; cell = (cell + 1) & mask) {
      const home = this.#homeOf(this.#keys[cell]!);
      if (((cell - home) & mask) < ((cell - free) & mask)) continue;
      this.#keys[free] = this.#keys[cell]!;
      this.#values[free] = this.#values[cell]!;
      free = cell;
    }
    this.#values[free] = -1;
    this.#size -= 1;
    return true;
  }

  /** The cell that holds the key, or the empty one where it belongs. */
  #cellOf(key: number): number {
    const mask = this.#keys.length - 1;
    let cell = this.#homeOf(key);
    while (this.#values[cell] !== -1 && this.#keys[cell] !== key) cell = (cell + 1) & mask;
    return cell;
  }

  /** Keys are hashes, but a sample of them may have equal low bits. */
  #homeOf(key: number): number {
    return (Math.imul(key ^ (key >>> 15), 0x9e3779b1) >>> 7) & (this.#keys.length - 1);
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Int32Array(2 * keys.length);
    this.#values = new Int32Array(2 * keys.length).fill(-1);
    this.#size = 0;
    for (let cell = 0; cell < keys.length; cell++) if (values[cell] !== -1) this.set(keys[cell]!, values[cell]!);
  }
}
