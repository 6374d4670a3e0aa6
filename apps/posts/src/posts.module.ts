/** The posts service: analysis of texts, posts with versions, advice, rewriting and publishing, collections of documents, exports. Exports `nlp_*`, `llm_*` and `posts_cache_*` metrics. */
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ParallelExecutor, workProfiles } from '#compute';
import { OUTBOUND_CONFIG, PlatformModule } from '#platform';
import { AccountExportsModule } from './account-exports/account-exports.module.ts';
import { AdviceModule } from './advice/advice.module.ts';
import { AttachmentsModule } from './attachments/attachments.module.ts';
import type { PostsConfig } from './config.ts';
import { WORK_PROFILE } from './documents/documents.config.ts';
import { DocumentsModule } from './documents/documents.module.ts';
import { ONNX_FOLDER } from './documents/models/model-files.service.ts';
import { EXPORTS_CONFIG } from './exports/exports.config.ts';
import { ExportsModule } from './exports/exports.module.ts';
import { PostsFeatureModule } from './posts/posts-feature.module.ts';
import { postsCache } from './posts-cache.ts';
import { PUBLISHING_CONFIG } from './publishing/publishing.config.ts';
import { PublishingModule } from './publishing/publishing.module.ts';
import { LLM_CONFIG } from './rewriting/llm.config.ts';
import { RewritingModule } from './rewriting/rewriting.module.ts';
import { TextsModule } from './texts/texts.module.ts';

/** Each feature injects its own part of the configuration. */
@Global()
@Module({})
class PostsConfigModule {
  static with(config: PostsConfig): DynamicModule {
    const profile = workProfiles[config.WORK_PROFILE];
    const providers = [
      ...[OUTBOUND_CONFIG, PUBLISHING_CONFIG, LLM_CONFIG, EXPORTS_CONFIG].map((provide) => ({ provide, useValue: config })),
      { provide: WORK_PROFILE, useValue: profile },
      { provide: ONNX_FOLDER, useValue: config.POSTS_ONNX_FOLDER },
      { provide: ParallelExecutor, useFactory: () => new ParallelExecutor(profile.parallel) },
    ];
    return { module: PostsConfigModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}

@Module({})
export class PostsModule {
  static readonly forConfig = (config: PostsConfig): DynamicModule => ({
    module: PostsModule,
    imports: [
      PostsConfigModule.with(config),
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
      AdviceModule,
      RewritingModule,
      AttachmentsModule,
      PublishingModule,
      DocumentsModule,
      ExportsModule,
      AccountExportsModule,
    ],
  });
}
