import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import { VideoProber } from '../media/video-prober.service.ts';
import { type KnownSource, SourceStore } from './source.store.ts';

@Injectable() // knows files by their bytes: reads the streams of each only once, whoever sends it
export class SourceService {
  constructor(
    private readonly sources: SourceStore,
    private readonly prober: VideoProber,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /**
   * @param fileName only used to refuse playlists, which look like text
   * @throws Failure `file-lost`, or a `media-…` code when the bytes are not a video that we can take
   */
  async identify(sha256: string, fileName: string): Promise<KnownSource> {
    const known = await this.sources.find(sha256);
    if (known) return known;
    const stat = await this.blobs.stat(sha256);
    if (!stat) throw new Failure('file-lost', 'The uploaded file is not in the store.');
    const info = await this.blobs.withLocalFile(sha256, (path) => this.prober.probe(path, fileName));
    return { sha256, sizeBytes: stat.sizeBytes, info };
  }
}
