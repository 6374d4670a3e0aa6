import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { type encodeVideoClip, Failure, type InputOf } from '#contracts';
import { withPrograms } from '#media';
import { BLOBS, type JobHandler, ScratchFolders } from '#platform';
import type { BlobStore } from '#storage';
import { MediaPrograms, untilProgramsRun } from '../media/media-programs.service.ts';
import { outputRate } from '../renditions/ladder.ts';
import { RENDITIONS_CONFIG, type RenditionsConfig } from '../renditions/renditions.config.ts';
import { SourceService } from '../videos/source.service.ts';
import { type Source, SourceStore } from '../videos/source.store.ts';
import { VideoService } from '../videos/video.service.ts';
import { ClipStore } from './clip.store.ts';
import { clipName } from './clip-frames.ts';
import { layoutOf } from './clip-layout.ts';
import { clipMaxBytes, encodeClip } from './encode-clip.ts';

/** The job that encodes the same clip wakes the waiting one when its attempt ends; this is for a wake-up that was lost. */
const longestWaitMs = 60_000;
/** Percent of the job when the clip is encoded. */
const encodedPercent = 95;

type Handle = JobHandler<typeof encodeVideoClip>;
type Run = Parameters<Handle>[1];
type Order = InputOf<typeof encodeVideoClip>;

@Injectable() // cuts a clip, once for all who ask for it, and takes it in as a video of its owner
export class ClipJob {
  constructor(
    private readonly clips: ClipStore,
    private readonly sources: SourceStore,
    private readonly identity: SourceService,
    private readonly videos: VideoService,
    private readonly programs: MediaPrograms,
    private readonly scratch: ScratchFolders,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(RENDITIONS_CONFIG) private readonly config: RenditionsConfig,
  ) {}

  readonly run: Handle = async (order, run) => {
    const source = await this.sources.find(order.sha256);
    if (!source) throw deleted();
    const key = { sourceSha256: order.sha256, name: clipName(order, outputRate(source.info.video), layoutOf(order)) };
    const claim = await this.clips.claim(key, run.jobId);
    if (claim.state === 'forgotten') throw deleted();
    if (claim.state === 'held') return run.defer({ phase: 'waiting', waitsFor: claim.jobId, atMostMs: longestWaitMs });
    const made = claim.state === 'made' ? claim.sha256 : await withPrograms(this.programs, () => this.encode(source, order, run));
    if (made === undefined) return run.defer(untilProgramsRun);
    run.progress('taking in', encodedPercent);
    const { fileName, targetId: id, clipOf, fields } = order;
    const taken = await this.identity.identify(made, fileName);
    return run.complete({ videoId: id }, async (tx) => {
      const intake = { ...fields, id, fileName, blobSha256: made, sizeBytes: taken.sizeBytes };
      await this.videos.write(tx, intake, taken, clipOf);
      await ClipStore.made(tx, key, made);
    });
  };

  /** @returns the hash of the clip, which is in the blob store */
  private async encode({ sha256, info }: Source, { startFrame, endFrame, ...order }: Order, run: Run): Promise<string> {
    const { VIDEO_ENCODE_THREADS: threads, VIDEO_ENCODE_TIMEOUT_MS: timeoutMs } = this.config;
    const { signal } = run;
    const onProgress = (share: number) => run.progress('encoding', encodedPercent * share);
    onProgress(0);
    return this.scratch.with(async (folder) => {
      const request = { startFrame, endFrame, rate: outputRate(info.video), layout: layoutOf(order), folder, name: 'clip.mp4' };
      const options = { tools: this.programs.tools, threads, timeoutMs, signal, onProgress };
      await this.blobs.withLocalFile(sha256, (path) => encodeClip(path, info, request, options));
      const stored = await this.blobs.write(createReadStream(join(folder, request.name)), { maxBytes: clipMaxBytes, signal });
      return stored.sha256;
    });
  }
}

const deleted = () => new Failure('video-not-found', 'The video was deleted: there is nothing to cut.');
