import { IntegerMap } from './integer-map.ts';
import type { EvictionPolicy } from './policy.ts';

/** A cache of hashes without values: measures the hits of a policy. */
export class ShadowCache {
  readonly policy: EvictionPolicy;
  readonly #slots = new IntegerMap();
  readonly #hashes: number[] = [];
  readonly #costs: number[] = [];
  readonly #free: number[] = [];
  #capacity: number;
  #total = 0;

  constructor(capacity: number, policy: EvictionPolicy) {
    this.#capacity = capacity;
    this.policy = policy;
  }

  /** Accesses a key and stores it after a miss. @returns whether it was a hit */
  access(hash: number, cost: number, expiresAtMs: number): boolean {
    const slot = this.#slots.get(hash);
    if (slot >= 0) {
      this.policy.hit(slot);
      return true;
    }
    if (cost <= this.#capacity) this.#add(hash, cost, expiresAtMs);
    return false;
  }

  resize(capacity: number): void {
    this.#capacity = capacity;
    this.policy.resize(capacity);
    this.#shrink();
  }

  #add(hash: number, cost: number, expiresAtMs: number): void {
    const slot = this.#free.pop() ?? this.#hashes.length;
    this.#hashes[slot] = hash;
    this.#costs[slot] = cost;
    this.#slots.set(hash, slot);
    this.#total += cost;
    this.policy.add(slot, hash, cost, expiresAtMs);
    this.#shrink();
  }

  #shrink(): void {
    while (this.#total > this.#capacity) {
      const slot = this.policy.evict();
      this.#slots.delete(this.#hashes[slot]!);
      this.#total -= this.#costs[slot]!;
      this.#free.push(slot);
    }
  }
}
