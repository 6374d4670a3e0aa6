/**
 * The one question a policy answers: whom do we lose when room is needed? It knows entries by slot number only; keys and values belong to
 * the store. `cost` is bytes in the store and 1 in a simulation; every quota of a policy is a share of its capacity in the same unit.
 */
export interface EvictionPolicy {
  readonly name: string;
  /**
   * An entry arrived in `slot`, which was free.
   *
   * @param hash 32 bits of the key; what a policy remembers of those that left
   * @param cost in the unit of the capacity
   * @param expiresAtMs when the entry dies by itself; Infinity for never
   */
  add(slot: number, hash: number, cost: number, expiresAtMs: number): void;
  /** The entry in `slot` was asked for. */
  hit(slot: number): void;
  /** Strikes the entry it would rather lose from its books. @returns its slot (perhaps the newest), or -1 when it holds none */
  evict(): number;
  /** The entry left for another reason: deleted, expired, replaced. */
  remove(slot: number): void;
  /** Every entry it holds, the least wanted first: the order in which another policy takes them over. */
  order(): number[];
  /** The budget changed; entries are evicted by later calls of `evict`, not here. */
  resize(capacity: number): void;
}

export type PolicyMaker = (capacity: number) => EvictionPolicy;
