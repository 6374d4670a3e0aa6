import { createHash } from 'node:crypto';

/** Longer keys, and those with bytes that could end a hash tag, are replaced by their digest. */
const plainKey = /^[\w.:/@+=,-]{1,120}$/;

const shortened = (key: string) => (plainKey.test(key) ? key : `#${createHash('sha256').update(key).digest('base64url')}`);

/**
 * Names in Redis. What one script touches shares a hash tag, so everything also works on a cluster:
 * `raf:{audio:analysis:KEY}:v` the entry, `:l` its lease, `:c` the id of its good copy in the cold tier,
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
