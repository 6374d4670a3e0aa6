/**
 * What the posts service remembers, and for how long: a post by owner and id, until it is changed or deleted, and the longer, the more it is read; a
 * text that a language model has written, by owner and what was asked.
 */
import * as z from 'zod';
import { cacheExperiments, type TieredCache } from '#cache';
import type { PlatformOptions } from '#platform';

const seconds = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

/** Part of the configuration of the posts service. */
export const postsCacheConfig = z.object({
  POSTS_CACHE_MEMORY_MB: z.coerce.number().int().min(1).max(65_536).default(64),
  POSTS_CACHE_DEFAULT_TTL: seconds(3_600),
  POSTS_CACHE_MAX_TTL: seconds(86_400),
  /** Settings that half of the owners get instead, to compare the two halves. */
  POSTS_CACHE_EXPERIMENT: cacheExperiments(['post', 'rewrite'], { post: { ttlSeconds: 7_200 } }).optional(),
});

export type PostsCache = TieredCache<'post' | 'rewrite'>;

export const postsCache = (config: z.output<typeof postsCacheConfig>): NonNullable<PlatformOptions['cache']> => ({
  namespaces: { post: { ttlSeconds: lifetimesOf(config), ownerOf }, rewrite: {} },
  experiments: config.POSTS_CACHE_EXPERIMENT,
  memory: { maxBytes: config.POSTS_CACHE_MEMORY_MB * 1024 * 1024 },
  defaultTtlSeconds: config.POSTS_CACHE_DEFAULT_TTL,
});

const ownerOf = (key: string) => key.slice(0, key.indexOf(':'));

/** A shorter maximum than the default is the default. */
const lifetimesOf = ({ POSTS_CACHE_DEFAULT_TTL: min, POSTS_CACHE_MAX_TTL: max }: z.output<typeof postsCacheConfig>) => ({
  min,
  max: Math.max(min, max),
});
