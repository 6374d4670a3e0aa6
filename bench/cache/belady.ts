import type { Trace } from './traces.ts';

/**
 * The maximum number of hits: always evicts the key whose next use is farthest, the newest included.
 * @see Belady 1966, "A study of replacement algorithms for a virtual-storage computer"
 */
export function belady(trace: Trace, size: number): number {
  const next = nextUses(trace);
  const due = new DueHeap();
  const dueOf = new Map<number, number>();
  let hits = 0;
  for (let index = 0; index < trace.length; index++) {
    const key = trace[index]!;
    if (dueOf.has(key)) hits += 1;
    dueOf.set(key, next[index]!);
    due.push(next[index]!, key);
    while (dueOf.size > size) {
      const [at, latest] = due.pop();
      if (dueOf.get(latest) === at) dueOf.delete(latest);
    }
  }
  return hits;
}

/** For each request the place of the next one for the same key; different places past the end for those that never come back. */
function nextUses(trace: Trace): Float64Array {
  const next = new Float64Array(trace.length);
  const seen = new Map<number, number>();
  for (let index = trace.length - 1; index >= 0; index--) {
    const key = trace[index]!;
    next[index] = seen.get(key) ?? trace.length + index;
    seen.set(key, index);
  }
  return next;
}

/** Latest first; pairs that are out of date stay until they surface. */
class DueHeap {
  readonly #at: number[] = [];
  readonly #keys: number[] = [];

  push(at: number, key: number): void {
    let place = this.#at.push(at) - 1;
    this.#keys.push(key);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#at[parent]! >= this.#at[place]!) break;
      this.#swap(place, parent);
      place = parent;
    }
  }

  pop(): [number, number] {
    const top: [number, number] = [this.#at[0]!, this.#keys[0]!];
    const at = this.#at.pop()!;
    const key = this.#keys.pop()!;
    if (this.#at.length > 0) {
      this.#at[0] = at;
      this.#keys[0] = key;
      this.#sink();
    }
    return top;
  }

  #sink(): void {
    for (let place = 0; ; ) {
      let child = 2 * place + 1;
      if (child >= this.#at.length) return;
      if (child + 1 < this.#at.length && this.#at[child + 1]! > this.#at[child]!) child += 1;
      if (this.#at[child]! <= this.#at[place]!) return;
      this.#swap(place, child);
      place = child;
    }
  }

  #swap(left: number, right: number): void {
    [this.#at[left], this.#at[right]] = [this.#at[right]!, this.#at[left]!];
    [this.#keys[left], this.#keys[right]] = [this.#keys[right]!, this.#keys[left]!];
  }
}
