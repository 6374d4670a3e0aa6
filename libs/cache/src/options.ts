import type { Redis } from 'ioredis';
import type { Registry } from 'prom-client';
import type { ColdTier } from './cold-tier.ts';
import type { CompressionOptions } from './compression.ts';
import type { InvalidationChannel } from './invalidation.ts';
import type { Strategy } from './policy/strategies.ts';

/** How one kind of value is kept. Everything may be changed while running, see `TieredCache.configure`. */
export interface NamespaceOptions {
  /** How long a value stays true without being told otherwise. */
  readonly ttlSeconds?: number;
  /** How long after that it may still be served while a fresh one is loaded behind it. 0 by default. */
  readonly staleSeconds?: number;
  /** How long "there is none" (`null`) is believed; by default a tenth of the TTL, at most 30 s. */
  readonly negativeTtlSeconds?: number;
  /** Redis drops what nobody asked for this long, however much of its TTL is left. */
  readonly idleSeconds?: number;
  readonly strategy?: Strategy;
  /** Its own share of the memory; namespaces without one divide what is left evenly. */
  readonly maxBytes?: number;
  /** `memory` never leaves the process; `all` (the default) also uses the cold tier where there is one. */
  readonly tiers?: 'memory' | 'memory+redis' | 'all';
  readonly compression?: Partial<CompressionOptions>;
  /** Loads a value by its key alone when an instance warms up; without it, warming takes only what Redis or the cold tier still has. */
  readonly warm?: (key: string) => unknown;
}

/** What an operator may change while instances run; it goes before what the service's own code says. */
export type NamespaceSettings = Pick<
  NamespaceOptions,
  'ttlSeconds' | 'staleSeconds' | 'negativeTtlSeconds' | 'idleSeconds' | 'strategy' | 'maxBytes'
>;

export interface WrapOptions {
  readonly ttlSeconds?: number;
  readonly staleSeconds?: number;
  /** Words under which it can be invalidated together with others, e.g. `track:<id>`. */
  readonly tags?: readonly string[];
}

export interface Trouble {
  readonly tier: 'l1' | 'l2' | 'l3' | 'load' | 'channel';
  readonly operation: string;
  readonly error: unknown;
}

export interface TieredCacheOptions<Namespace extends string> {
  /** The service's short name: prefix of the metrics (`audio_cache_hits_total`) and of the keys in Redis. */
  readonly service: string;
  readonly namespaces: Readonly<Record<Namespace, NamespaceOptions>>;
  /** A connection made to fail fast, as `openRedis` makes it. Without one there is memory only. It is not closed by the cache. */
  readonly redis?: Redis;
  /** Keeps what Redis lets go; needs `redis`. */
  readonly cold?: ColdTier;
  readonly memory?: { readonly maxBytes?: number; readonly strategy?: Strategy; readonly cleanupSeconds?: number };
  readonly defaultTtlSeconds?: number;
  readonly compression?: Partial<CompressionOptions>;
  /**
   * How long after an invalidation elsewhere this instance may still serve the old value, when neither the channel nor Redis reaches it.
   * Reached by the channel it is milliseconds, by the log in Redis half of this.
   */
  readonly maxStalenessMs?: number;
  readonly channel?: InvalidationChannel;
  readonly registry?: Registry;
  /** Hears of every failure that the cache hides from its callers; for the log. */
  readonly onTrouble?: (trouble: Trouble) => void;
  readonly now?: () => number;
}

export interface Rules extends Required<Omit<NamespaceOptions, 'idleSeconds' | 'compression' | 'warm'>> {
  readonly idleSeconds: number | undefined;
  readonly warm: ((key: string) => unknown) | undefined;
  readonly compression: CompressionOptions;
}
