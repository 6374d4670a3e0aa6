import { Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { VideosModule } from '../videos/videos.module.ts';
import { CreateVideoFingerprints1796500100000 } from './fingerprint.migration.ts';
import { FingerprintStore } from './fingerprint.store.ts';
import { LookAlikeHandler } from './look-alike.handler.ts';
import { LookAlikeService } from './look-alike.service.ts';

/** Copies of a video among the videos of its owner, by perceptual fingerprints. Serves `video.similar-video.list`; the job `video.file.inspect` makes them. */
@Module({
  imports: [VideosModule, PlatformModule.forFeature({ migrations: { schema: 'video', steps: [CreateVideoFingerprints1796500100000] } })],
  controllers: [LookAlikeHandler],
  providers: [FingerprintStore, LookAlikeService],
})
export class LookAlikesModule {}
