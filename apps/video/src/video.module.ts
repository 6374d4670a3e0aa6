/** The video service. Serves only `platform.service.describe.v1` so far. */
import { type DynamicModule, Module } from '@nestjs/common';
import { type PlatformConfig, PlatformModule } from '#platform';
import { ChecksModule } from './checks/checks.module.ts';

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
      ChecksModule.forConfig(config),
    ],
  });
}
