/** The video service: videos and their pictures (`video.*` contracts and the job `video.inspect`). Exports `video_*` metrics. */
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { sliceTokens, type VideoConfig } from './config.ts';
import { PicturesModule } from './pictures/pictures.module.ts';
import { VideosModule } from './videos/videos.module.ts';

@Global()
@Module({})
class VideoConfigModule {
  static readonly with = (config: VideoConfig): DynamicModule => ({
    module: VideoConfigModule,
    providers: sliceTokens.map((provide) => ({ provide, useValue: config })),
    exports: sliceTokens,
  });
}

@Module({})
export class VideoModule {
  static readonly forConfig = (config: VideoConfig): DynamicModule => ({
    module: VideoModule,
    imports: [
      VideoConfigModule.with(config),
      PlatformModule.forApp({ name: 'video', config, postgres: { schema: 'video' }, redis: true, blobs: true, jobs: true }),
      VideosModule,
      PicturesModule,
    ],
  });
}
