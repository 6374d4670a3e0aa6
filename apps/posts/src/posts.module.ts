/** The posts service. Serves only `platform.service.describe.v1` so far. */
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
