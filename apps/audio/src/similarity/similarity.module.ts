import { Module } from '@nestjs/common';
import { MediaModule } from '../media/media.module.ts';
import { TracksModule } from '../tracks/tracks.module.ts';
import { FeatureStore } from './features.store.ts';
import { SimilarityHandler } from './similarity.handler.ts';
import { SimilarityService } from './similarity.service.ts';

/** The same recording and similar tracks among those of one owner. Serves `audio.track-copies.*` and `audio.similar-track.*`. */
@Module({
  imports: [MediaModule, TracksModule],
  controllers: [SimilarityHandler],
  providers: [FeatureStore, SimilarityService],
})
export class SimilarityModule {}
