import { Inject, Injectable } from '@nestjs/common';
import { type encodeVideoClip, Failure, type InputOf } from '#contracts';
import { withPrograms } from '#media';
import { BLOBS, type JobHandler } from '#platform';
import type { BlobStore } from '#storage';
import { MediaPrograms, untilProgramsRun } from '../media/media-programs.service.ts';
import { outputRate } from '../renditions/ladder.ts';
import { RENDITIONS_CONFIG, type RenditionsConfig } from '../renditions/renditions.config.ts';
import { MadeVideos } from '../videos/made-videos.service.ts';
import { type Source, SourceStore } from '../videos/source.store.ts';
import { ClipStore } from './clip.store.ts';
import { clipName } from './clip-frames.ts';
import { layoutOf } from './clip-layout.ts';
import { clipMaxBytes, encodeClip } from './encode-clip.ts';

/** The job that encodes the same clip wakes the waiting one when its attempt ends; this is for a wake-up that was lost. */
const longestWaitMs = 60_000;

type Handle = JobHandler<typeof encodeVideoClip>;
type Run = Parameters<Handle>[1];
type Order = InputOf<typeof encodeVideoClip>;

@Injectable() // cuts a clip, once for all who ask for it, and takes it in as a video of its owner
export class ClipJob {
  constructor(
    private readonly clips: ClipStore,
    private readonly sources: SourceStore,
    private readonly made: MadeVideos,
    private readonly programs: MediaPrograms,
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
    const isThere = claim.state === 'made';
    const sha256 = isThere ? claim.sha256 : await withPrograms(this.programs, () => this.encode(source, order, run));
    if (sha256 === undefined) return run.defer(untilProgramsRun);
    return this.made.takeIn({ ...order, sha256 }, run, {
      // What was stored just now is kept for a while, what was there goes with the last video of it.
      ...(isThere ? { before: (tx) => ClipStore.keep(tx, sha256) } : {}),
      // In the order of the deletion of an original: clips first, usage last.
      beforeUsage: (tx) => ClipStore.made(tx, key, sha256),
    });
  };

  /** @returns the hash of the clip, which is in the blob store */
  private encode({ sha256, info }: Source, { startFrame, endFrame, ...order }: Order, run: Run): Promise<string> {
    const { VIDEO_ENCODE_THREADS: threads, VIDEO_ENCODE_TIMEOUT_MS: timeoutMs } = this.config;
    const options = { tools: this.programs.tools, threads, timeoutMs, signal: run.signal };
    const clip = { startFrame, endFrame, rate: outputRate(info.video), layout: layoutOf(order), name: 'clip.mp4' };
    const encode = (folder: string, onProgress: (share: number) => void) =>
      this.blobs.withLocalFile(sha256, (path) => encodeClip(path, info, { ...clip, folder }, { ...options, onProgress }));
    return this.made.make({ name: clip.name, maxBytes: clipMaxBytes, encode }, run);
  }
}

const deleted = () => new Failure('video-not-found', 'The video was deleted: there is nothing to cut.');
