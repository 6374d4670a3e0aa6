import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { encodeAudiogram, InputOf } from '#contracts';
import { withPrograms } from '#media';
import { BLOBS, type JobHandler, ScratchFolders } from '#platform';
import type { BlobStore } from '#storage';
import { MediaPrograms, untilProgramsRun } from '../media/media-programs.service.ts';
import { RENDITIONS_CONFIG, type RenditionsConfig } from '../renditions/renditions.config.ts';
import { SourceService } from '../videos/source.service.ts';
import { VideoService } from '../videos/video.service.ts';
import { audiogramMaxBytes, drawAudiogram } from './draw-audiogram.ts';

/** Less than the time of the job. */
const timeoutMs = 100 * 60_000;
/** Percent of the job when the audiogram is encoded. */
const encodedPercent = 95;

type Handle = JobHandler<typeof encodeAudiogram>;
type Run = Parameters<Handle>[1];
type Order = InputOf<typeof encodeAudiogram>;

@Injectable() // makes an audiogram and takes it in as a video of its owner
export class AudiogramJob {
  constructor(
    private readonly sources: SourceService,
    private readonly videos: VideoService,
    private readonly programs: MediaPrograms,
    private readonly scratch: ScratchFolders,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(RENDITIONS_CONFIG) private readonly config: RenditionsConfig,
  ) {}

  /** A track that was deleted meanwhile, with its bytes, ends it with `file-lost`. */
  readonly run: Handle = async (order, run) => {
    const sha256 = await withPrograms(this.programs, () => this.draw(order, run));
    if (sha256 === undefined) return run.defer(untilProgramsRun);
    run.progress('taking in', encodedPercent);
    const { targetId: id, fields, fileName } = order;
    const source = await this.sources.identify(sha256, fileName);
    return run.complete({ videoId: id }, (tx) =>
      this.videos.write(tx, { ...fields, id, fileName, blobSha256: sha256, sizeBytes: source.sizeBytes }, source),
    );
  };

  /** @returns the hash of the video, which is in the blob store */
  private async draw({ audioSha256, coverSha256, durationSeconds }: Order, run: Run): Promise<string> {
    const name = 'audiogram.mp4';
    const onProgress = (share: number) => run.progress('encoding', encodedPercent * share);
    const options = { tools: this.programs.tools, threads: this.config.VIDEO_ENCODE_THREADS, timeoutMs, signal: run.signal, onProgress };
    onProgress(0);
    return this.scratch.with(async (folder) => {
      const drawOn = (coverPath: string | null) =>
        this.blobs.withLocalFile(audioSha256, (path) => drawAudiogram(path, { coverPath, durationSeconds, folder, name }, options));
      await (coverSha256 === null ? drawOn(null) : this.blobs.withLocalFile(coverSha256, drawOn));
      const stored = await this.blobs.write(createReadStream(join(folder, name)), { maxBytes: audiogramMaxBytes, signal: run.signal });
      return stored.sha256;
    });
  }
}
