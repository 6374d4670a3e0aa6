/** A growing column of numbers indexed by slot, initially 0. */
export class EntryColumn {
  #values = new Float64Array(64);

  get(slot: number): number {
    return slot < this.#values.length ? this.#values[slot]! : 0;
  }

  set(slot: number, value: number): void {
    if (slot >= this.#values.length) this.#grow(slot);
    this.#values[slot] = value;
  }

  #grow(slot: number): void {
    const wider = new Float64Array(Math.max(slot + 1, this.#values.length * 2));
    wider.set(this.#values);
    this.#values = wider;
  }
}

const none = -1;

/**
 * Doubly linked lists of slots in typed arrays: moving an entry writes a few integers and allocates nothing. (A Map used as a queue slows down
 * with capacity, because it iterates over its deleted slots.) A slot is in at most one list.
 */
export class EntryLists {
  readonly #heads: Int32Array;
  readonly #tails: Int32Array;
  readonly #totals: Float64Array;
  readonly #counts: Int32Array;
  #next = new Int32Array(64);
  #prev = new Int32Array(64);
  #costs = new Float64Array(64);
  #owners = new Int16Array(64).fill(none);

  constructor(lists: number) {
    this.#heads = new Int32Array(lists).fill(none);
    this.#tails = new Int32Array(lists).fill(none);
    this.#totals = new Float64Array(lists);
    this.#counts = new Int32Array(lists);
  }

  /** The sum of costs in a list. */
  total(list: number): number {
    return this.#totals[list]!;
  }

  count(list: number): number {
    return this.#counts[list]!;
  }

  head(list: number): number {
    return this.#heads[list]!;
  }

  tail(list: number): number {
    return this.#tails[list]!;
  }

  /** The neighbour towards the head, or -1. */
  towardsHead(slot: number): number {
    return this.#prev[slot]!;
  }

  /** Which list holds the slot, or -1. */
  ownerOf(slot: number): number {
    return slot < this.#owners.length ? this.#owners[slot]! : none;
  }

  costOf(slot: number): number {
    return this.#costs[slot]!;
  }

  pushFront(list: number, slot: number, cost: number): void {
    if (slot >= this.#owners.length) this.#grow(slot);
    this.#costs[slot] = cost;
    this.#totals[list] = this.#totals[list]! + cost;
    this.#counts[list] = this.#counts[list]! + 1;
    this.#owners[slot] = list;
    this.#linkFront(list, slot);
  }

  remove(slot: number): void {
    const list = this.ownerOf(slot);
    if (list === none) return;
    this.#totals[list] = this.#totals[list]! - this.#costs[slot]!;
    this.#counts[list] = this.#counts[list]! - 1;
    this.#owners[slot] = none;
    this.#unlink(list, slot);
  }

  toFront(slot: number): void {
    const list = this.#owners[slot]!;
    if (this.#heads[list] === slot) return;
    this.#unlink(list, slot);
    this.#linkFront(list, slot);
  }

  /** Moves a slot to the front of another list, its cost with it. */
  move(slot: number, list: number): void {
    const cost = this.#costs[slot]!;
    this.remove(slot);
    this.pushFront(list, slot, cost);
  }

  /** Removes and returns the tail of a list, or -1. */
  pop(list: number): number {
    const slot = this.#tails[list]!;
    if (slot !== none) this.remove(slot);
    return slot;
  }

  /** The slots of these lists, each from tail to head. */
  order(...lists: readonly number[]): number[] {
    const slots: number[] = [];
    for (const list of lists) {
      for (let slot = this.tail(list); slot !== none; slot = this.#prev[slot]!) slots.push(slot);
    }
    return slots;
  }

  #linkFront(list: number, slot: number): void {
    const head = this.#heads[list]!;
    this.#prev[slot] = none;
    this.#next[slot] = head;
    if (head === none) this.#tails[list] = slot;
    else this.#prev[head] = slot;
    this.#heads[list] = slot;
  }

  #unlink(list: number, slot: number): void {
    const prev = this.#prev[slot]!;
    const next = this.#next[slot]!;
    if (prev === none) this.#heads[list] = next;
    else this.#next[prev] = next;
    if (next === none) this.#tails[list] = prev;
    else this.#prev[next] = prev;
  }

  #grow(slot: number): void {
    const length = Math.max(slot + 1, this.#owners.length * 2);
    this.#next = copyInto(new Int32Array(length), this.#next);
    this.#prev = copyInto(new Int32Array(length), this.#prev);
    this.#costs = copyInto(new Float64Array(length), this.#costs);
    this.#owners = copyInto(new Int16Array(length).fill(none), this.#owners);
  }
}

function copyInto<A extends Int32Array | Float64Array | Int16Array>(target: A, source: A): A {
  target.set(source);
  return target;
}
