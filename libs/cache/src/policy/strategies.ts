import { AdaptivePolicy, candidates } from './adaptive.ts';
import { LfuPolicy } from './lfu.ts';
import { LruPolicy } from './lru.ts';
import type { EvictionPolicy, PolicyMaker } from './policy.ts';
import { PredictivePolicy } from './predictive.ts';
import { TtlPolicy } from './ttl.ts';

/** The policies that a namespace can select. `adaptive` switches to the policy with the most hits; `predictive` predicts the reuse of entries. */
export const strategies = ['lru', 'lfu', 'ttl', 'predictive', 'adaptive'] as const;
export type Strategy = (typeof strategies)[number];

const makers: Record<Strategy, PolicyMaker> = {
  lru: () => new LruPolicy(),
  lfu: () => new LfuPolicy(),
  ttl: () => new TtlPolicy(),
  predictive: () => new PredictivePolicy(),
  adaptive: (capacity) => new AdaptivePolicy(capacity),
};

/** @param capacity in the unit of the entries' cost, more than 0 */
export const makePolicy = (strategy: Strategy, capacity: number): EvictionPolicy => makers[strategy](capacity);

/** Every policy by name: the strategies, and the published ones that `adaptive` switches between. For benches. */
export const policies: Readonly<Record<string, PolicyMaker>> = { ...candidates, ...makers };
