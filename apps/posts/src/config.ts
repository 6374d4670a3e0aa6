/** The whole configuration of the posts service. */
import type * as z from 'zod';
import { outboundConfig, platformConfig, readConfig } from '#platform';
import { documentsConfig } from './documents/documents.config.ts';
import { exportsConfig } from './exports/exports.config.ts';
import { postsCacheConfig } from './posts-cache.ts';
import { publishingConfig } from './publishing/publishing.config.ts';
import { llmConfig } from './rewriting/llm.config.ts';

export const postsConfigSchema = platformConfig.extend({
  ...postsCacheConfig.shape,
  ...outboundConfig.shape,
  ...documentsConfig.shape,
  ...exportsConfig.shape,
  ...publishingConfig.shape,
  ...llmConfig.shape,
});

export const postsConfig = () => readConfig(postsConfigSchema);
export type PostsConfig = z.output<typeof postsConfigSchema>;
