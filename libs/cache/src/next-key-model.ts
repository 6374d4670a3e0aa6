interface Successor {
  key: string;
  votes: number;
  seen: number;
}

const maxKeys = 5_000;
const leastVotes = 3;
const leastShare = 0.5;
const maxSeen = 32;

/**
 * Which key usually follows which. One candidate per key, found by majority vote, so a key costs a few words however many others follow it.
 * Bounded by two generations: what was not met in the last five to ten thousand keys is forgotten.
 * @see Boyer, Moore 1981, "MJRTY: A Fast Majority Vote Algorithm"
 */
export class NextKeyModel {
  #young = new Map<string, Successor>();
  #old = new Map<string, Successor>();
  #previous: string | undefined;

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** A key is asked for. @returns the key that will probably be next, if any is probable enough */
  saw(key: string): string | undefined {
    if (this.#previous !== undefined && this.#previous !== key) this.#vote(this.#previous, key);
    this.#previous = key;
    const successor = this.#find(key);
    if (successor === undefined || successor.votes < leastVotes || successor.votes < leastShare * successor.seen) return undefined;
    return successor.key;
  }

  #vote(previous: string, key: string): void {
    const successor = this.#find(previous) ?? { key, votes: 0, seen: 0 };
    successor.seen += 1;
    if (successor.key === key) successor.votes += 1;
    else if (successor.votes > 0) successor.votes -= 1;
    else Object.assign(successor, { key, votes: 1, seen: 1 });
    if (successor.seen > maxSeen) {
      successor.seen /= 2;
      successor.votes /= 2;
    }
    this.#keep(previous, successor);
  }

  #find(key: string): Successor | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  #keep(key: string, successor: Successor): void {
    this.#young.set(key, successor);
    if (this.#young.size < maxKeys) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
