import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import { MediaInspector } from '../media/media-inspector.service.ts';
import type { AudioProcessor, KnownRecording } from './audio-processor.ts';
import { type RecordedAnalysis, type Recording, RecordingStore } from './recording.store.ts';

@Injectable() // reads what is known of a recording from its row each time, and looks at bytes that have none
export class PlainAudioProcessor implements AudioProcessor {
  constructor(
    @Inject(RecordingStore) private readonly recordings: Pick<RecordingStore, 'find' | 'findAnalysis'>,
    @Inject(MediaInspector) private readonly inspector: Pick<MediaInspector, 'inspect'>,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  async identify(sha256: string): Promise<KnownRecording> {
    return (await this.find(sha256)) ?? this.inspect(sha256);
  }

  async find(sha256: string): Promise<KnownRecording | null> {
    const found = await this.recordings.find(sha256);
    return found ? pick(found) : null;
  }

  async inspect(sha256: string): Promise<KnownRecording> {
    const stat = await this.blobs.stat(sha256);
    if (!stat) throw new Failure('file-lost', 'The uploaded file is not in the store.');
    const media = await this.blobs.withLocalFile(sha256, (path) => this.inspector.inspect(path));
    return { sha256, sizeBytes: stat.sizeBytes, media, analysis: null };
  }

  async analysis(sha256: string): Promise<RecordedAnalysis | undefined> {
    return (await this.recordings.findAnalysis(sha256)) ?? undefined;
  }
}

const pick = ({ sha256, sizeBytes, media, analysis }: Recording): KnownRecording => ({ sha256, sizeBytes, media, analysis });
