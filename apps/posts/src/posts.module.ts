/** The posts service: analysis of texts, posts with versions, collections of documents, exports. Exports `nlp_*` and `posts_cache_*` metrics. */
import { type DynamicModule, Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { AccountExportsModule } from './account-exports/account-exports.module.ts';
import type { PostsConfig } from './config.ts';
import { DocumentsModule } from './documents/documents.module.ts';
import { ExportsModule } from './exports/exports.module.ts';
import { PostsFeatureModule } from './posts/posts-feature.module.ts';
import { postsCache } from './posts-cache.ts';
import { TextsModule } from './texts/texts.module.ts';

@Module({})
export class PostsModule {
  static readonly forConfig = (config: PostsConfig): DynamicModule => ({
    module: PostsModule,
    imports: [
      PlatformModule.forApp({
        name: 'posts',
        config,
        postgres: { schema: 'posts' },
        redis: true,
        blobs: true,
        cache: postsCache(config),
        compute: true,
        jobs: true,
      }),
      TextsModule,
      PostsFeatureModule,
      DocumentsModule,
      ExportsModule,
      AccountExportsModule,
    ],
  });
}
