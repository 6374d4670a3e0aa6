import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { BLOBS, CACHE } from '#platform';
import type { BlobStore } from '#storage';
import type { AudioCache } from '../audio-cache.ts';
import { MediaInspector } from '../media/media-inspector.service.ts';
import { type RecordedAnalysis, type Recording, RecordingStore } from './recording.store.ts';

export type KnownRecording = Pick<Recording, 'sha256' | 'sizeBytes' | 'media' | 'analysis'>;

@Injectable() // knows recordings by their bytes: looks at each only once, whoever sends it
export class RecordingService {
  constructor(
    private readonly recordings: RecordingStore,
    private readonly inspector: MediaInspector,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(CACHE) private readonly cache: AudioCache,
  ) {}

  /** @throws Failure `file-lost`, or a `media-…` code when the bytes are not a recording that we can take */
  async identify(sha256: string): Promise<KnownRecording> {
    let asked: Promise<Recording | null> | undefined;
    const find = () => (asked ??= this.recordings.find(sha256));
    // Once its analysis is there a recording never changes, so it may be remembered for long.
    const known = await this.cache.wrap('recording', sha256, async () => {
      const found = await find();
      return found?.analysis ? pick(found) : undefined;
    });
    if (known) return known;
    const found = await find();
    return found ? pick(found) : this.inspect(sha256);
  }

  private async inspect(sha256: string): Promise<KnownRecording> {
    const stat = await this.blobs.stat(sha256);
    if (!stat) throw new Failure('file-lost', 'The uploaded file is not in the store.');
    const media = await this.blobs.withLocalFile(sha256, (path) => this.inspector.inspect(path));
    return { sha256, sizeBytes: stat.sizeBytes, media, analysis: null };
  }

  /** The analysis and the outline, or undefined until they are there. */
  async analysis(sha256: string): Promise<RecordedAnalysis | undefined> {
    return this.cache.wrap('analysis', sha256, async () => (await this.recordings.findAnalysis(sha256)) ?? undefined);
  }
}

const pick = ({ sha256, sizeBytes, media, analysis }: Recording): KnownRecording => ({ sha256, sizeBytes, media, analysis });
