import { Inject, Injectable } from '@nestjs/common';
import { CACHE } from '#platform';
import type { AudioCache } from '../audio-cache.ts';
import type { AudioProcessor, KnownRecording } from './audio-processor.ts';
import { PlainAudioProcessor } from './plain-audio-processor.service.ts';
import type { RecordedAnalysis } from './recording.store.ts';

@Injectable() // remembers what the plain one has read, in memory, in Redis and in the cold tier
export class OptimizedAudioProcessor implements AudioProcessor {
  constructor(
    private readonly plain: PlainAudioProcessor,
    @Inject(CACHE) private readonly cache: AudioCache,
  ) {}

  async identify(sha256: string): Promise<KnownRecording> {
    let asked: Promise<KnownRecording | null> | undefined;
    const find = () => (asked ??= this.plain.find(sha256));
    // Once its analysis is there a recording never changes, so it may be remembered for long.
    const known = await this.cache.wrap('recording', sha256, async () => {
      const found = await find();
      return found?.analysis ? found : undefined;
    });
    return known ?? (await find()) ?? this.plain.inspect(sha256);
  }

  analysis(sha256: string): Promise<RecordedAnalysis | undefined> {
    return this.cache.wrap('analysis', sha256, () => this.plain.analysis(sha256));
  }
}
