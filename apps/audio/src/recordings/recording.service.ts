import { Inject, Injectable } from '@nestjs/common';
import { AUDIO_CACHE_CONFIG, type AudioCacheConfig } from '../audio-cache.ts';
import type { AudioProcessor, KnownRecording } from './audio-processor.ts';
import { OptimizedAudioProcessor } from './optimized-audio-processor.service.ts';
import { PlainAudioProcessor } from './plain-audio-processor.service.ts';
import type { RecordedAnalysis } from './recording.store.ts';

@Injectable() // knows recordings by their bytes, with the processor that the operator has chosen: asked at each call
export class RecordingService implements AudioProcessor {
  constructor(
    @Inject(PlainAudioProcessor) private readonly plain: AudioProcessor,
    @Inject(OptimizedAudioProcessor) private readonly optimized: AudioProcessor,
    @Inject(AUDIO_CACHE_CONFIG) private readonly config: AudioCacheConfig,
  ) {}

  identify(sha256: string): Promise<KnownRecording> {
    return this.processor.identify(sha256);
  }

  analysis(sha256: string): Promise<RecordedAnalysis | undefined> {
    return this.processor.analysis(sha256);
  }

  private get processor(): AudioProcessor {
    return this.config.AUDIO_CACHE_ENABLED ? this.optimized : this.plain;
  }
}
