import { createHash } from 'node:crypto';

/** Names an entry within a service. */
export interface EntryKey {
  readonly namespace: string;
  readonly key: string;
}

/** Longer keys, and those with bytes that could end a hash tag, are replaced by their digest. */
const plainKey = /^[\w.:/@+=,-]{1,120}$/;

const shortened = (key: string) => (plainKey.test(key) ? key : `#${createHash('sha256').update(key).digest('base64url')}`);

/**
 * Key names in Redis. The keys of one script share a hash tag, as a cluster requires:
 * `raf:{audio:analysis:KEY}:v` the entry, `:l` its lease, `:c` the id of its valid copy in the cold tier,
 * `raf:{audio}:g:n:NAME` a namespace's generation, `raf:{audio}:log` the invalidations.
 */
export const redisKeys = (service: string) => ({
  entry: (namespace: string, key: string) => `raf:{${service}:${namespace}:${shortened(key)}}:v`,
  lease: (namespace: string, key: string) => `raf:{${service}:${namespace}:${shortened(key)}}:l`,
  cold: (namespace: string, key: string) => `raf:{${service}:${namespace}:${shortened(key)}}:c`,
  namespaceGeneration: (namespace: string) => `raf:{${service}}:g:n:${namespace}`,
  tagGeneration: (tag: string) => `raf:{${service}}:g:t:${shortened(tag)}`,
  log: `raf:{${service}}:log`,
  logSequence: `raf:{${service}}:seq`,
});

export type RedisKeys = ReturnType<typeof redisKeys>;
