/** What a reuse predictor knows of each resident, by slot, in columns that grow together. */
export class ResidentPasts {
  hashes = new Int32Array(64);
  costs = new Float64Array(64);
  /** Counted in requests, modulo 2^32: only differences mean anything. */
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

  /** The resident at a place from 0 to count-1, in no order: for drawing by chance. */
  at(place: number): number {
    return this.#slots[place]!;
  }

  has(slot: number): boolean {
    const place = this.#places[slot];
    return place !== undefined && place < this.#count && this.#slots[place] === slot;
  }

  enter(slot: number): void {
    if (slot >= this.hashes.length) this.#grow(slot);
    this.#places[slot] = this.#count;
    this.#slots[this.#count] = slot;
    this.#count += 1;
  }

  leave(slot: number): void {
    const place = this.#places[slot]!;
    this.#count -= 1;
    const last = this.#slots[this.#count]!;
    this.#slots[place] = last;
    this.#places[last] = place;
  }

  #grow(slot: number): void {
    const length = Math.max(slot + 1, this.hashes.length * 2);
    this.hashes = widen(this.hashes, new Int32Array(length));
    this.costs = widen(this.costs, new Float64Array(length));
    this.usedAt = widen(this.usedAt, new Int32Array(length));
    this.gaps = widen(this.gaps, new Float64Array(length));
    this.uses = widen(this.uses, new Uint8Array(length));
    this.kinds = widen(this.kinds, new Uint8Array(length));
    this.#places = widen(this.#places, new Int32Array(length));
    this.#slots = widen(this.#slots, new Int32Array(length));
  }
}

function widen<A extends Int32Array | Float64Array | Uint8Array>(from: A, into: A): A {
  into.set(from);
  return into;
}
