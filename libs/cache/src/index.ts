export type { ColdEntry, ColdTier } from './cold-tier.ts';
export { cacheExperiments } from './experiments.ts';
export {
  type Invalidation,
  type InvalidationChannel,
  type InvalidationTarget,
  LocalChannel,
  readInvalidation,
} from './invalidation.ts';
export { Invalidator, type InvalidatorOptions } from './invalidator.ts';
export { MemoryStore, type MemoryStoreOptions, type RemovalReason } from './memory-store.ts';
export type { NamespaceOptions, NamespaceSettings, TierError, TieredCacheOptions, WrapOptions } from './options.ts';
export { hashOf, mix } from './policy/hash.ts';
export type { EvictionPolicy, PolicyMaker } from './policy/policy.ts';
export { policies, type Strategy, strategies } from './policy/strategies.ts';
export { TieredCache } from './tiered-cache.ts';
export type { WarmOptions, WarmReport } from './warming.ts';
