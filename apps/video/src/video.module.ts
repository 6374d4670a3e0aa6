/**
 * Room: video. What is in this video, and in which sizes does it come?
 * Door: none of its own yet beyond platform.service.describe.v1. Leans on: platform.
 */
import { type DynamicModule, Module } from '@nestjs/common';
import { type PlatformConfig, PlatformModule } from '#platform';

@Module({})
export class VideoModule {
  static readonly forConfig = (config: PlatformConfig): DynamicModule => ({
    module: VideoModule,
    imports: [
      PlatformModule.forApp({
        name: 'video',
        config,
        postgres: { schema: 'video' },
        redis: true,
        blobs: true,
      }),
    ],
  });
}
