import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { type SegmentSink, withPrograms } from '#media';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import type { MediaInfo } from '../media/media-info.ts';
import { MediaPrograms } from '../media/media-programs.service.ts';
import { openSource } from '../renditions/encode-rendition.ts';
import { encodeStream } from './encode-stream.ts';
import { StreamStore } from './stream.store.ts';
import { planStream, type StreamVariant } from './stream-plan.ts';

export interface StreamRun {
  readonly streamId: string;
  readonly jobId: string;
  readonly signal: AbortSignal;
  /** In [0, 100]. */
  readonly onPercent: (percent: number) => void;
}

/** A segment of 10 s at 192 kb/s has 240 KB. */
const largestSegmentBytes = 8 << 20;
/** The job as a whole has six hours. */
const timeoutMs = 350 * 60_000;

@Injectable() // encodes streams and stores each segment as soon as it is finished
export class StreamEncoder {
  constructor(
    private readonly streams: StreamStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    private readonly programs: MediaPrograms,
  ) {}

  /** @returns undefined while ffmpeg cannot run. @throws Failure of `encodeStream`, `rendition-not-found`, `storage-full`, `file-lost` */
  encode(source: { readonly sha256: string; readonly media: MediaInfo }, run: StreamRun): Promise<true | undefined> {
    return withPrograms(this.programs, () =>
      this.blobs.withLocalFile(source.sha256, async (path) => {
        const options = { tools: this.programs.tools, timeoutMs, signal: run.signal };
        const opened = await openSource(path, source.media, options);
        const plan = planStream(opened.sound, opened.media.durationSeconds);
        // The smallest level tells how far it is: all are encoded side by side.
        const sinkOf = (variant: StreamVariant) =>
          this.sinkOf(variant, run, variant === plan.variants[0] ? opened.media.durationSeconds : null);
        await encodeStream(opened, plan, sinkOf, options);
        return true as const;
      }),
    );
  }

  private sinkOf(
    { level, bitRateKbps }: StreamVariant,
    { streamId, jobId, signal, onPercent }: StreamRun,
    wholeSeconds: number | null,
  ): SegmentSink {
    const store = (bytes: Buffer) => this.blobs.write(Readable.from([bytes]), { maxBytes: largestSegmentBytes, signal });
    let seconds = 0;
    return {
      init: async (bytes, codec) => {
        const { sha256, sizeBytes } = await store(bytes);
        await this.streams.begin(streamId, jobId, { level, bitRate: 1_000 * bitRateKbps, codec, init: { sha256, sizeBytes } });
      },
      segment: async ({ index, bytes, durationSeconds }) => {
        const { sha256, sizeBytes } = await store(bytes);
        await this.streams.add(streamId, jobId, level, { index, sha256, sizeBytes, durationSeconds });
        seconds += durationSeconds;
        if (wholeSeconds) onPercent(Math.max(1, Math.min(99, Math.floor((100 * seconds) / wholeSeconds))));
      },
    };
  }
}
