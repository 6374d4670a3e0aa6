/** The audio service: analysis, waveforms and files of tracks (`audio.*` contracts and the job `audio.analyze`). Exports `audio_cache_*` metrics. */
import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { JobEngine, PlatformModule } from '#platform';
import { AnalysisHandler } from './analysis/analysis.handler.ts';
import { analyzeRecording } from './analysis/analysis.job-kind.ts';
import { AnalysisService } from './analysis/analysis.service.ts';
import { AnalysisJob } from './analysis/analysis-job.service.ts';
import { audioMigrations } from './audio.migrations.ts';
import { audioCache } from './audio-cache.ts';
import { AUDIO_CONFIG, type AudioConfig } from './config.ts';
import { MediaInspector } from './media/media-inspector.service.ts';
import { RecordingService } from './recordings/recording.service.ts';
import { Recording, RecordingStore } from './recordings/recording.store.ts';
import { TrackHandler } from './tracks/track.handler.ts';
import { TrackService } from './tracks/track.service.ts';
import { TrackRow, TrackStore } from './tracks/track.store.ts';

const postgres = { schema: 'audio', entities: [Recording, TrackRow], migrations: [audioMigrations] };

@Module({})
export class AudioModule implements OnModuleInit {
  constructor(
    private readonly engine: JobEngine,
    private readonly analysis: AnalysisJob,
    @Inject(AUDIO_CONFIG) private readonly config: AudioConfig,
  ) {}

  onModuleInit(): void {
    this.engine.handle(analyzeRecording, this.analysis.run, { concurrency: this.config.WORKER_PROCESSES });
  }

  static readonly forConfig = (config: AudioConfig): DynamicModule => ({
    module: AudioModule,
    imports: [
      PlatformModule.forApp({
        name: 'audio',
        config,
        postgres,
        redis: true,
        cache: audioCache(config),
        blobs: true,
        compute: true,
        jobs: true,
      }),
    ],
    controllers: [TrackHandler, AnalysisHandler],
    providers: [
      { provide: AUDIO_CONFIG, useValue: config },
      ...[TrackStore, TrackService, RecordingStore, RecordingService, MediaInspector, AnalysisService, AnalysisJob],
    ],
  });
}
