/** The posts service: collections of documents with near-duplicates, and exports. */
import { type DynamicModule, Module } from '@nestjs/common';
import { type PlatformConfig, PlatformModule } from '#platform';
import { DocumentsModule } from './documents/documents.module.ts';
import { ExportsModule } from './exports/exports.module.ts';

@Module({})
export class PostsModule {
  static readonly forConfig = (config: PlatformConfig): DynamicModule => ({
    module: PostsModule,
    imports: [
      PlatformModule.forApp({
        name: 'posts',
        config,
        postgres: { schema: 'posts' },
        redis: true,
        blobs: true,
        compute: true,
        jobs: true,
      }),
      DocumentsModule,
      ExportsModule,
    ],
  });
}
