/**
 * The audio service: analysis, waveforms, cues, pictures, files, renditions and HLS streams of tracks, playlists, saved videos, and search at providers elsewhere (`audio.*` contracts and the jobs `audio.recording.analyze`,
 * `audio.rendition.encode` and `audio.stream.encode`). Exports `audio_cache_*`, `audio_compression_*` and `audio_stream*` metrics.
 */
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CACHE, PlatformModule } from '#platform';
import { AnalysisModule } from './analysis/analysis.module.ts';
import { AUDIO_CACHE, type AudioCache, audioCache, switchedCache } from './audio-cache.ts';
import { type AudioConfig, sliceTokens } from './config.ts';
import { CuesModule } from './cues/cues.module.ts';
import { DeliveryModule } from './delivery/delivery.module.ts';
import { ExportsModule } from './exports/exports.module.ts';
import { PicturesModule } from './pictures/pictures.module.ts';
import { PlaylistsModule } from './playlists/playlists.module.ts';
import { ProviderSearchModule } from './provider-search/provider-search.module.ts';
import { RecordingsModule } from './recordings/recordings.module.ts';
import { RenditionsModule } from './renditions/renditions.module.ts';
import { SavedVideosModule } from './saved-videos/saved-videos.module.ts';
import { SimilarityModule } from './similarity/similarity.module.ts';
import { StreamsModule } from './streams/streams.module.ts';
import { TracksModule } from './tracks/tracks.module.ts';

@Global()
@Module({})
class AudioConfigModule {
  static readonly with = (config: AudioConfig): DynamicModule => ({
    module: AudioConfigModule,
    providers: [
      ...sliceTokens.map((provide) => ({ provide, useValue: config })),
      { provide: AUDIO_CACHE, inject: [CACHE], useFactory: (cache: AudioCache) => switchedCache(cache, config) },
    ],
    exports: [...sliceTokens, AUDIO_CACHE],
  });
}

@Module({})
export class AudioModule {
  static readonly forConfig = (config: AudioConfig): DynamicModule => ({
    module: AudioModule,
    imports: [
      AudioConfigModule.with(config),
      PlatformModule.forApp({
        name: 'audio',
        config,
        postgres: { schema: 'audio' },
        redis: true,
        cache: audioCache(config),
        blobs: true,
        compute: true,
        jobs: true,
        checks: { everySeconds: config.AUDIO_HEALTH_CHECK_INTERVAL, timeoutSeconds: config.AUDIO_HEALTH_TIMEOUT },
      }),
      RecordingsModule,
      TracksModule,
      AnalysisModule,
      CuesModule,
      PicturesModule,
      SimilarityModule,
      PlaylistsModule,
      RenditionsModule,
      StreamsModule,
      DeliveryModule,
      ProviderSearchModule,
      SavedVideosModule,
      ExportsModule,
    ],
  });
}
