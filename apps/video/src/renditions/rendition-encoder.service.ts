import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { ffmpegTools } from '#media';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import { probeVideo } from '../media/probe-video.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { durationOf } from './bit-rates.ts';
import { framesPerSegment } from './encode-arguments.ts';
import { encodePicture, encodeSound, type SegmentSink, segmentSecondsFor, soundOf } from './encode-track.ts';
import { type Encoding, EncodingStore } from './encoding.store.ts';
import { rungOf } from './ladder.ts';
import { presets } from './presets.ts';
import { type EncodeResult, encodedSegments, encodeSeconds, encodeSpeed, encodes } from './rendition.metrics.ts';
import { RENDITIONS_CONFIG, type RenditionsConfig } from './renditions.config.ts';

export interface EncodeRun {
  readonly jobId: string;
  readonly signal: AbortSignal;
  /** Of all tracks together, in [0, 100]. */
  readonly onPercent: (percent: number) => void;
}

/** Where the segments of one track go, and how far it is. */
interface TrackRun extends EncodeRun {
  readonly encoding: Encoding;
  readonly onSeconds: (seconds: number) => void;
}

const largestSegmentBytes = 256 * 1_048_576;
/** Bits per second of the sound. */
const soundBitRate = 128_000;

@Injectable() // encodes tracks and stores each segment as soon as it is finished
export class RenditionEncoder {
  private readonly tools;

  constructor(
    private readonly encodings: EncodingStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(RENDITIONS_CONFIG) private readonly config: RenditionsConfig,
  ) {
    this.tools = ffmpegTools(config.FFMPEG_PATH);
  }

  /** Encodes these tracks of one source side by side; the first that fails ends the others. @throws Failure of `encodePicture`, `blob-not-found` */
  async encode(tracks: readonly Encoding[], run: EncodeRun): Promise<void> {
    const [{ sourceSha256 }] = tracks as readonly [Encoding];
    await this.blobs.withLocalFile(sourceSha256, async (path) => {
      const info = await probeVideo(path, { tools: this.tools, signal: run.signal });
      const meter = percentOf(tracks, info.durationSeconds, run.onPercent);
      await together(
        run.signal,
        tracks.map((encoding) => (signal: AbortSignal) => {
          const onSeconds = (seconds: number) => meter(encoding.id, seconds);
          return measured(encoding, run.signal, () => this.encodeTrack(path, info, { ...run, signal, encoding, onSeconds }));
        }),
      );
    });
  }

  /** @returns the seconds of media that were encoded */
  private async encodeTrack(path: string, info: VideoInfo, run: TrackRun): Promise<number> {
    const { encoding, jobId, signal } = run;
    const { shortSidePx } = presets[encoding.preset];
    const options = {
      tools: this.tools,
      threads: this.config.VIDEO_ENCODE_THREADS,
      timeoutMs: this.config.VIDEO_ENCODE_TIMEOUT_MS,
      signal,
    };
    const segmentSeconds = segmentSecondsFor(info.durationSeconds);
    if (shortSidePx === null) {
      const audio = soundOf(info);
      if (!audio) throw new Failure('media-undecodable', 'The video has no sound that can be decoded.');
      const facts = { segmentSeconds, maxBitRate: soundBitRate, widthPx: null, heightPx: null, frameRate: null };
      await encodeSound(path, info, { audio, segmentSeconds }, this.sinkOf(run, facts), options);
    } else {
      const rung = rungOf(info, shortSidePx);
      const { widthPx, heightPx, maxBitRate, frameRate } = rung;
      const facts = { segmentSeconds, maxBitRate, widthPx, heightPx, frameRate: frameRate.numerator / frameRate.denominator };
      const request = { rung, segmentFrames: framesPerSegment(rung, segmentSeconds), fromSegment: encoding.segmentCount };
      await encodePicture(path, info, request, this.sinkOf(run, facts), options);
    }
    await this.encodings.complete(encoding.id, jobId);
    const stored = await this.encodings.segments(encoding.id);
    return durationOf(stored.slice(encoding.segmentCount));
  }

  private sinkOf(
    { encoding, jobId, signal, onSeconds }: TrackRun,
    facts: Pick<Encoding, 'widthPx' | 'heightPx' | 'frameRate'> & StartFacts,
  ): SegmentSink {
    let seconds = 0;
    const store = (bytes: Buffer) => this.blobs.write(Readable.from([bytes]), { maxBytes: largestSegmentBytes, signal });
    return {
      init: async (bytes, codec) => {
        const { sha256, sizeBytes } = await store(bytes);
        await this.encodings.begin(encoding.id, jobId, { initSha256: sha256, initSizeBytes: sizeBytes, codec, ...facts });
      },
      segment: async ({ index, bytes, durationSeconds }) => {
        seconds += durationSeconds;
        onSeconds(seconds);
        if (index < encoding.segmentCount) return; // sound is encoded from the start again, to the same bytes
        const { sha256, sizeBytes } = await store(bytes);
        if (await this.encodings.add(encoding.id, jobId, { index, sha256, sizeBytes, durationSeconds }))
          encodedSegments.inc({ preset: encoding.preset });
      },
    };
  }
}

interface StartFacts {
  readonly segmentSeconds: number;
  readonly maxBitRate: number;
}

/** Runs all tasks at once. When one fails or `signal` aborts, the others are ended and awaited. @throws what the first one threw */
async function together(signal: AbortSignal, tasks: readonly ((signal: AbortSignal) => Promise<void>)[]): Promise<void> {
  const ending = new AbortController();
  const failures: unknown[] = [];
  const both = AbortSignal.any([signal, ending.signal]);
  const run = async (task: (signal: AbortSignal) => Promise<void>) => {
    try {
      await task(both);
    } catch (error) {
      failures.push(error);
      ending.abort();
    }
  };
  await Promise.all(tasks.map(run));
  if (failures.length > 0) throw failures[0];
}

async function measured({ preset }: Encoding, signal: AbortSignal, work: () => Promise<number>): Promise<void> {
  const startedAt = performance.now();
  let result: EncodeResult = 'succeeded';
  try {
    const mediaSeconds = await work();
    const seconds = (performance.now() - startedAt) / 1_000;
    encodeSeconds.observe({ preset }, seconds);
    encodeSpeed.observe({ preset }, mediaSeconds / seconds);
  } catch (error) {
    result = signal.aborted ? 'stopped' : 'failed';
    throw error;
  } finally {
    encodes.inc({ preset, result });
  }
}

/** The picture is nine tenths of the work where there is sound too. */
const soundShare = 0.1;

/** @returns takes how many seconds of a track are encoded; what was there before counts */
function percentOf(tracks: readonly Encoding[], durationSeconds: number | null, onPercent: (percent: number) => void) {
  const done = new Map(tracks.map(({ id }) => [id, 0]));
  const isSound = ({ preset }: Encoding) => presets[preset].shortSidePx === null;
  const share = (track: Encoding) => (tracks.length === 1 ? 1 : isSound(track) ? soundShare : 1 - soundShare);
  const offset = ({ segmentCount, segmentSeconds }: Encoding) => segmentCount * (segmentSeconds ?? 0);
  return (id: string, seconds: number) => {
    if (durationSeconds === null) return;
    const track = tracks.find((each) => each.id === id)!;
    done.set(id, Math.min(1, (seconds + (isSound(track) ? 0 : offset(track))) / durationSeconds));
    onPercent(Math.min(99, Math.floor(100 * tracks.reduce((sum, each) => sum + share(each) * done.get(each.id)!, 0))));
  };
}
