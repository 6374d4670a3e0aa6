/** Past accesses of each resident, a struct of arrays indexed by slot. */
export class AccessHistory {
  hashes = new Int32Array(64);
  costs = new Float64Array(64);
  /** In requests, modulo 2^32: only differences are meaningful. */
  usedAt = new Int32Array(64);
  gaps = new Float64Array(64);
  uses = new Uint8Array(64);
  kinds = new Uint8Array(64);
  #places = new Int32Array(64);
  #slots = new Int32Array(64);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The resident at index 0 to count-1, in no order; for random draws. */
  at(place: number): number {
    return this.#slots[place]!;
  }

  has(slot: number): boolean {
    const place = this.#places[slot];
    return place !== undefined && place < this.#count && this.#slots[place] === slot;
  }

  add(slot: number): void {
    if (slot >= this.hashes.length) this.#grow(slot);
    this.#places[slot] = this.#count;
    this.#slots[this.#count] = slot;
    this.#count += 1;
  }

  remove(slot: number): void {
    const place = this.#places[slot]!;
    this.#count -= 1;
    const last = this.#slots[this.#count]!;
    this.#slots[place] = last;
    this.#places[last] = place;
  }

  #grow(slot: number): void {
    const length = Math.max(slot + 1, this.hashes.length * 2);
    this.hashes = copyInto(this.hashes, new Int32Array(length));
    this.costs = copyInto(this.costs, new Float64Array(length));
    this.usedAt = copyInto(this.usedAt, new Int32Array(length));
    this.gaps = copyInto(this.gaps, new Float64Array(length));
    this.uses = copyInto(this.uses, new Uint8Array(length));
    this.kinds = copyInto(this.kinds, new Uint8Array(length));
    this.#places = copyInto(this.#places, new Int32Array(length));
    this.#slots = copyInto(this.#slots, new Int32Array(length));
  }
}

function copyInto<A extends Int32Array | Float64Array | Uint8Array>(from: A, into: A): A {
  into.set(from);
  return into;
}
