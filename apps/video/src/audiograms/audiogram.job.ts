import { Inject, Injectable } from '@nestjs/common';
import type { encodeAudiogram, InputOf } from '#contracts';
import { withPrograms } from '#media';
import { BLOBS, type JobHandler } from '#platform';
import type { BlobStore } from '#storage';
import { MediaPrograms, untilProgramsRun } from '../media/media-programs.service.ts';
import { RENDITIONS_CONFIG, type RenditionsConfig } from '../renditions/renditions.config.ts';
import { MadeVideos } from '../videos/made-videos.service.ts';
import { audiogramMaxBytes, drawAudiogram } from './draw-audiogram.ts';

/** Less than the time of the job. */
const timeoutMs = 100 * 60_000;

type Handle = JobHandler<typeof encodeAudiogram>;
type Run = Parameters<Handle>[1];
type Order = InputOf<typeof encodeAudiogram>;

@Injectable() // makes an audiogram and takes it in as a video of its owner
export class AudiogramJob {
  constructor(
    private readonly made: MadeVideos,
    private readonly programs: MediaPrograms,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(RENDITIONS_CONFIG) private readonly config: RenditionsConfig,
  ) {}

  /** A track that was deleted meanwhile, with its bytes, ends it with `file-lost`. */
  readonly run: Handle = async (order, run) => {
    const sha256 = await withPrograms(this.programs, () => this.draw(order, run));
    return sha256 === undefined ? run.defer(untilProgramsRun) : this.made.takeIn({ ...order, sha256 }, run);
  };

  /** @returns the hash of the video, which is in the blob store */
  private draw({ audioSha256, coverSha256, durationSeconds }: Order, run: Run): Promise<string> {
    const name = 'audiogram.mp4';
    const options = { tools: this.programs.tools, threads: this.config.VIDEO_ENCODE_THREADS, timeoutMs, signal: run.signal };
    const encode = (folder: string, onProgress: (share: number) => void) => {
      const drawOn = (coverPath: string | null) =>
        this.blobs.withLocalFile(audioSha256, (path) =>
          drawAudiogram(path, { coverPath, durationSeconds, folder, name }, { ...options, onProgress }),
        );
      return coverSha256 === null ? drawOn(null) : this.blobs.withLocalFile(coverSha256, drawOn);
    };
    return this.made.make({ name, maxBytes: audiogramMaxBytes, encode }, run);
  }
}
