import { createReadStream } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { withPrograms } from '#media';
import { BLOBS, ScratchFolders } from '#platform';
import type { BlobStore } from '#storage';
import type { MediaInfo } from '../media/media-info.ts';
import { MediaPrograms } from '../media/media-programs.service.ts';
import { openSource } from './encode-rendition.ts';
import type { Encoding, StoredEncoding } from './encoding.store.ts';
import type { SoundQuality } from './quality/compare-sound.ts';
import type { CompareInput } from './quality/compare-sound.worker.ts';
import { type RenderOptions, render } from './render.ts';
import { boundsOf } from './rendition-options.ts';

const compareSounds = task<CompareInput, SoundQuality>('./quality/compare-sound.worker', import.meta.url);
/** Of one run of ffmpeg; the job as a whole has an hour. */
const timeoutMs = 55 * 60_000;

export type Encodings = readonly [Encoding, ...Encoding[]];

export interface EncodeCallbacks {
  readonly signal: AbortSignal;
  readonly onProgress: NonNullable<RenderOptions['onProgress']>;
}

@Injectable() // encodes and stores the files of encodings
export class RenditionEncoder {
  constructor(
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    private readonly programs: MediaPrograms,
    private readonly scratch: ScratchFolders,
  ) {}

  /**
   * @param encodings of one source, format and options: one, or several levels
   * @returns what each became; undefined while ffmpeg cannot run
   * @throws Failure `rendition-not-possible`, `media-undecodable`, `storage-full`, `file-lost`
   */
  encode(encodings: Encodings, media: MediaInfo, callbacks: EncodeCallbacks): Promise<StoredEncoding[] | undefined> {
    return withPrograms(this.programs, () =>
      this.blobs.withLocalFile(encodings[0].sourceSha256, (path) =>
        this.scratch.with((folder) => this.renderAndStore(encodings, { path, media, folder }, callbacks)),
      ),
    );
  }

  private async renderAndStore(
    [{ level, format, options }, ...others]: Encodings,
    { path, media, folder }: { readonly path: string; readonly media: MediaInfo; readonly folder: string },
    { signal, onProgress }: EncodeCallbacks,
  ): Promise<StoredEncoding[]> {
    const compare = (original: Float32Array, rendition: Float32Array, rateHz: number) =>
      this.compute.run(compareSounds, { original, rendition, rateHz }, { signal });
    const run = { tools: this.programs.tools, timeoutMs, signal, compare, onProgress };
    const source = await openSource(path, media, run);
    const { normalize = false, measureQuality = false } = options;
    const companions = others.flatMap((other) => (other.level === 'auto' ? [] : [other.level]));
    const request = { level, companions, format, normalize, measureQuality, bounds: boundsOf(options), folder };
    const stored: StoredEncoding[] = [];
    for (const { file, result } of await render(source, request, run)) {
      const { sha256, sizeBytes } = await this.blobs.write(createReadStream(file.path), { maxBytes: file.sizeBytes, signal });
      stored.push({ sha256, sizeBytes, result });
    }
    return stored;
  }
}
