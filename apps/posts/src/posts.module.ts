/**
 * Room: posts. What does this text say, and what is it like?
 * Door: none of its own yet beyond platform.service.describe.v1. Leans on: platform.
 */
import { type DynamicModule, Module } from '@nestjs/common';
import { type PlatformConfig, PlatformModule } from '#platform';

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
      }),
    ],
  });
}
