/**
 * The video service: videos, their analysis, pictures, captions, clips, renditions and streams, presets, and scores of metadata (`video.*` contracts and the jobs `video.file.inspect`, `video.clip.encode`, `video.audiogram.encode`, `video.rendition.encode`, `video.score-part.read` and `video.service.benchmark`).
 * Exports `video_*` metrics.
 */
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { AudiogramsModule } from './audiograms/audiograms.module.ts';
import { BenchmarksModule } from './benchmarks/benchmarks.module.ts';
import { CaptionsModule } from './captions/captions.module.ts';
import { ChecksModule } from './checks/checks.module.ts';
import { ClipsModule } from './clips/clips.module.ts';
import { sliceTokens, type VideoConfig } from './config.ts';
import { ExportsModule } from './exports/exports.module.ts';
import { LookAlikesModule } from './look-alikes/look-alikes.module.ts';
import { PicturesModule } from './pictures/pictures.module.ts';
import { PresetsModule } from './presets/presets.module.ts';
import { RenditionsModule } from './renditions/renditions.module.ts';
import { ScoringModule } from './scoring/scoring.module.ts';
import { UnderstandingModule } from './understanding/understanding.module.ts';
import { IndexChanges1797300200000 } from './updated-indexes.migration.ts';
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
      PlatformModule.forApp({ name: 'video', config, postgres: { schema: 'video' }, redis: true, blobs: true, compute: true, jobs: true }),
      PlatformModule.forFeature({ migrations: { schema: 'video', steps: [IndexChanges1797300200000] } }),
      VideosModule,
      UnderstandingModule,
      LookAlikesModule,
      PicturesModule,
      CaptionsModule,
      ClipsModule,
      AudiogramsModule,
      RenditionsModule,
      PresetsModule,
      ScoringModule,
      BenchmarksModule,
      ChecksModule.forConfig(config),
      ExportsModule,
    ],
  });
}
