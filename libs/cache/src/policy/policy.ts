/**
 * Chooses the entry to evict when space is needed. A policy knows entries by slot number (their index in the store); keys and values belong to
 * the store. `cost` is bytes in the store and 1 in a simulation; every quota of a policy is a share of its capacity in the same unit.
 */
export interface EvictionPolicy {
  readonly name: string;
  /**
   * Adds an entry in a free `slot`.
   *
   * @param hash 32-bit hash of the key; identifies evicted keys
   * @param cost in the unit of the capacity
   * @param expiresAtMs when the entry expires; Infinity for never
   */
  add(slot: number, hash: number, cost: number, expiresAtMs: number): void;
  /** Records a hit. */
  hit(slot: number): void;
  /** Removes the entry to evict. @returns its slot (possibly the newest), or -1 when empty */
  evict(): number;
  /** Removes an entry that was deleted, expired or replaced. */
  remove(slot: number): void;
  /** All entries in eviction order, for handing them to another policy. */
  order(): number[];
  /** Changes the capacity; does not evict. */
  resize(capacity: number): void;
}

export type PolicyMaker = (capacity: number) => EvictionPolicy;
