import type { Registry } from 'prom-client';
import type { RedisClient } from '#storage';
import type { ColdTier } from './cold-tier.ts';
import type { CompressionOptions } from './compression.ts';
import type { TtlRange } from './growing-ttl.ts';
import type { InvalidationChannel } from './invalidation.ts';
import type { Strategy } from './policy/strategies.ts';

/** Options of one namespace. All may be changed at run time, see `TieredCache.configure`. */
export interface NamespaceOptions {
  /** How long a value is fresh unless invalidated. A range: the longer, the more its key has been read lately. */
  readonly ttlSeconds?: number | TtlRange;
  /** How long after that the stale value may be served while a fresh one loads in the background. Default 0. */
  readonly staleSeconds?: number;
  /** TTL of a cached `null` ("there is none"); default a tenth of the TTL, at most 30 s. */
  readonly negativeTtlSeconds?: number;
  /** Redis drops an entry that was not read for this long, before its TTL ends. */
  readonly idleSeconds?: number;
  readonly strategy?: Strategy;
  /** Memory budget of the namespace; namespaces without one share the rest evenly. */
  readonly maxBytes?: number;
  /** `memory` never leaves the process; `all` (the default) also uses the cold tier where there is one. */
  readonly tiers?: 'memory' | 'memory+redis' | 'all';
  readonly compression?: Partial<CompressionOptions>;
  /** Loads a value by its key when an instance warms up; without it, warming reads only Redis and the cold tier. */
  readonly warm?: (key: string) => unknown;
  /** Whom the value of a key belongs to: an experiment gives all of an owner's values the same settings. Default: the key itself. */
  readonly ownerOf?: (key: string) => string;
}

/** Settings that an operator may change at run time; they override the service's own options. */
export type NamespaceSettings = Pick<NamespaceOptions, 'staleSeconds' | 'negativeTtlSeconds' | 'idleSeconds' | 'strategy' | 'maxBytes'> & {
  /** The same for all entries, whatever the service's own range. */
  readonly ttlSeconds?: number;
};

export interface WrapOptions {
  readonly ttlSeconds?: number;
  readonly staleSeconds?: number;
  /** Tags for group invalidation, e.g. `track:<id>`. */
  readonly tags?: readonly string[];
}

export interface TierError {
  readonly tier: 'l1' | 'l2' | 'l3' | 'load' | 'channel';
  readonly operation: string;
  readonly error: unknown;
}

export interface TieredCacheOptions<Namespace extends string> {
  /** The service's short name: prefix of the metrics (`audio_cache_hits_total`) and of the keys in Redis. */
  readonly service: string;
  readonly namespaces: Readonly<Record<Namespace, NamespaceOptions>>;
  /** Other settings for half of the owners, by namespace, to compare the two halves. They also override those of operators. */
  readonly experiments?: Readonly<Partial<Record<Namespace, NamespaceSettings>>> | undefined;
  /** A fail-fast connection from `openRedis`. Without one the cache is memory only. The cache does not close it. */
  readonly redis?: RedisClient;
  /** The third tier; needs `redis`. */
  readonly cold?: ColdTier;
  readonly memory?: { readonly maxBytes?: number; readonly strategy?: Strategy; readonly cleanupSeconds?: number };
  readonly defaultTtlSeconds?: number;
  readonly compression?: Partial<CompressionOptions>;
  /**
   * Longest time after an invalidation that an instance may serve the old value when it is cut off from both channel and Redis.
   * With the channel it is milliseconds, with Redis alone half of this.
   */
  readonly maxStalenessMs?: number;
  readonly channel?: InvalidationChannel;
  readonly registry?: Registry;
  /** Receives every tier failure; callers never see them. For the log. */
  readonly onError?: (trouble: TierError) => void;
  readonly now?: () => number;
}

export interface NamespaceRules
  extends Required<Omit<NamespaceOptions, 'ttlSeconds' | 'idleSeconds' | 'compression' | 'warm' | 'ownerOf'>> {
  readonly ttlSeconds: number;
  /** Larger where lifetimes grow with the reads. */
  readonly ttlMaxSeconds: number;
  readonly idleSeconds: number | undefined;
  readonly warm: ((key: string) => unknown) | undefined;
  readonly compression: CompressionOptions;
}
