/** The whole configuration of the posts service. */
import type * as z from 'zod';
import { platformConfig, readConfig } from '#platform';
import { postsCacheConfig } from './posts-cache.ts';

export const postsConfigSchema = platformConfig.extend(postsCacheConfig.shape);

export const postsConfig = () => readConfig(postsConfigSchema);
export type PostsConfig = z.output<typeof postsConfigSchema>;
