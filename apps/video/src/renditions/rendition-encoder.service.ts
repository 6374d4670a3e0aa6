import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { ToolFailure } from '#compute';
import { Failure } from '#contracts';
import { durationOf, type SegmentSink } from '#media';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import { EncoderChoice } from '../encoders/encoder-choice.service.ts';
import { isHardware, type VideoEncoder, x264 } from '../encoders/video-encoders.ts';
import { decimal } from '../media/frame-rate.ts';
import { MediaPrograms } from '../media/media-programs.service.ts';
import { probeVideo } from '../media/probe-video.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { framesPerSegment } from './encode-arguments.ts';
import { encodePictures, encodeSound, segmentSecondsFor, soundOf } from './encode-track.ts';
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
  /** A hardware encoder has failed: the pictures are encoded again from their beginning, on cores. */
  readonly onFallback: () => void;
}

/** One encode of one track. */
interface TrackRun extends Omit<EncodeRun, 'onPercent' | 'onFallback'> {
  readonly encoding: Encoding;
  readonly onSeconds: (seconds: number) => void;
}

/** An open source and what is known of it. */
interface Source {
  readonly path: string;
  readonly info: VideoInfo;
  readonly segmentSeconds: number;
}

const largestSegmentBytes = 256 * 1_048_576;
/** Bits per second of the sound. */
const soundBitRate = 128_000;

@Injectable() // encodes tracks and stores each segment as soon as it is finished
export class RenditionEncoder {
  constructor(
    private readonly encodings: EncodingStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(RENDITIONS_CONFIG) private readonly config: RenditionsConfig,
    private readonly programs: MediaPrograms,
    @Inject(EncoderChoice) private readonly encoders: Pick<EncoderChoice, 'best' | 'demote'>,
  ) {}

  /**
   * Encodes tracks of one source: the sound and the pictures side by side, all pictures in one run; those have equally many segments already, and the
   * first one is the one whose job this is. The first failure ends all; a track that nobody wants any more is left out.
   * @throws Failure of `encodePictures`, `file-lost`
   */
  async encode(tracks: readonly Encoding[], run: EncodeRun): Promise<void> {
    const [{ sourceSha256 }] = tracks as readonly [Encoding];
    const [sounds, pictures] = [tracks.filter(isSound), tracks.filter((track) => !isSound(track))];
    await this.blobs.withLocalFile(sourceSha256, async (path) => {
      const info = await probeVideo(path, { tools: this.programs.tools, signal: run.signal });
      const source = { path, info, segmentSeconds: segmentSecondsFor(info.durationSeconds) };
      const meter = percentOf([...sounds, ...pictures.slice(0, 1)], info.durationSeconds, run.onPercent);
      const runOf = (encoding: Encoding, signal: AbortSignal): TrackRun => ({
        ...{ jobId: run.jobId, signal, encoding },
        onSeconds: (seconds) => meter(encoding.id, seconds),
      });
      await together(run.signal, [
        ...sounds.map(
          (sound) => (signal: AbortSignal) => this.measured([runOf(sound, signal)], () => this.encodeSound(source, runOf(sound, signal))),
        ),
        ...(pictures.length === 0
          ? []
          : [
              (signal: AbortSignal) => {
                const runs = pictures.map((picture) => runOf(picture, signal));
                return this.encodeTogether(source, runs, run.onFallback);
              },
            ]),
      ]);
    });
  }

  /**
   * All pictures in one run. When that fails, the first one, whose job this is, is encoded alone, from the segments that it has by now: the one that
   * cannot be encoded fails by itself. The jobs of the others do the same when this one has ended.
   */
  private async encodeTogether(source: Source, runs: readonly TrackRun[], onFallback: () => void): Promise<void> {
    try {
      await this.measured(runs, () => this.encodePictures(source, runs, onFallback));
    } catch (error) {
      const own = runs[0]!;
      if (runs.length === 1 || own.signal.aborted || !mayBeOfEncoder(error)) throw error;
      const encoding = await this.encodings.find(own.encoding.id);
      if (!encoding || encoding.isComplete) throw error;
      const alone = [{ ...own, encoding }];
      await this.measured(alone, () => this.encodePictures(source, alone, onFallback));
    }
  }

  private encodeSound({ path, info, segmentSeconds }: Source, run: TrackRun): Promise<void> {
    const audio = soundOf(info);
    if (!audio) throw new Failure('media-undecodable', 'The video has no sound that can be decoded.');
    const facts = { segmentSeconds, maxBitRate: soundBitRate, widthPx: null, heightPx: null, frameRate: null };
    return encodeSound(path, info, { audio, segmentSeconds }, this.sinkOf(run, facts), this.options(run));
  }

  /** With the best encoder of this machine; one of the hardware that fails is not used again, and the pictures are encoded anew on cores. */
  private async encodePictures(source: Source, runs: readonly TrackRun[], onFallback: () => void): Promise<void> {
    const encoder = await this.encoders.best(codecOf(runs));
    try {
      await this.encodePicturesWith(encoder, source, runs);
    } catch (error) {
      if (!isHardware(encoder) || runs.some(({ signal }) => signal.aborted) || !mayBeOfEncoder(error)) throw error;
      await this.encoders.demote(encoder, reasonOf(error));
      for (const { encoding, jobId } of runs) await unlessForgotten(() => this.encodings.restart(encoding.id, jobId));
      onFallback();
      const anew = runs.map((run) => ({ ...run, encoding: { ...run.encoding, segmentCount: 0 } }));
      await this.encodePicturesWith(x264, source, anew);
    }
  }

  private encodePicturesWith(encoder: VideoEncoder, { path, info, segmentSeconds }: Source, runs: readonly TrackRun[]): Promise<void> {
    const rungs = runs.map((run) => {
      const rung = rungOf(info, presets[run.encoding.preset].shortSidePx!, encoder.codec);
      const { widthPx, heightPx, maxBitRate, frameRate } = rung;
      return { rung, sink: this.sinkOf(run, { segmentSeconds, maxBitRate, widthPx, heightPx, frameRate: decimal(frameRate) }) };
    });
    const [{ rung }, [first]] = [rungs[0]!, runs as readonly [TrackRun]];
    const request = { segmentFrames: framesPerSegment(rung, segmentSeconds), fromSegment: first.encoding.segmentCount };
    return encodePictures(path, info, rungs, request, { ...this.options(first), encoder });
  }

  private options({ signal }: TrackRun) {
    const { VIDEO_ENCODE_THREADS: threads, VIDEO_ENCODE_TIMEOUT_MS: timeoutMs } = this.config;
    return { tools: this.programs.tools, threads, timeoutMs, signal };
  }

  /** Encodes, completes what was encoded and counts it. */
  private async measured(runs: readonly TrackRun[], work: () => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    try {
      await work();
    } catch (error) {
      const result = runs[0]!.signal.aborted ? 'stopped' : 'failed';
      for (const { encoding } of runs) encodes.inc({ preset: encoding.preset, result });
      throw error;
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    for (const run of runs) await unlessForgotten(() => this.complete(run, seconds));
  }

  private async complete({ encoding: { id, preset, segmentCount }, jobId }: TrackRun, seconds: number): Promise<void> {
    const stored = await this.encodings.complete(id, jobId);
    encodes.inc({ preset, result: 'succeeded' satisfies EncodeResult });
    encodeSeconds.observe({ preset }, seconds);
    encodeSpeed.observe({ preset }, durationOf(stored.slice(segmentCount)) / seconds);
  }

  private sinkOf(
    { encoding, jobId, signal, onSeconds }: TrackRun,
    facts: Pick<Encoding, 'widthPx' | 'heightPx' | 'frameRate'> & StartFacts,
  ) {
    const { id, preset, segmentCount } = encoding;
    const store = (bytes: Buffer) => this.blobs.write(Readable.from([bytes]), { maxBytes: largestSegmentBytes, signal });
    let seconds = 0;
    let isWanted = true;
    return {
      init: async (bytes, codec) => {
        const { sha256, sizeBytes } = await store(bytes);
        const start = { initSha256: sha256, initSizeBytes: sizeBytes, codec, ...facts };
        isWanted = await unlessForgotten(() => this.encodings.begin(id, jobId, start));
      },
      segment: async ({ index, bytes, durationSeconds }) => {
        seconds += durationSeconds;
        onSeconds(seconds);
        if (!isWanted || index < segmentCount) return; // sound is encoded from the start again, to the same bytes
        const { sha256, sizeBytes } = await store(bytes);
        isWanted = await unlessForgotten(async () => {
          if (await this.encodings.add(id, jobId, { index, sha256, sizeBytes, durationSeconds })) encodedSegments.inc({ preset });
        });
      },
    } satisfies SegmentSink;
  }
}

/** Not what the blob store, the database or the end of the job has caused. */
const mayBeOfEncoder = (error: unknown): error is Failure =>
  error instanceof Failure && ['media-undecodable', 'internal'].includes(error.code);

const reasonOf = (error: Failure): string => (error instanceof ToolFailure && error.stderrTail.at(-1)?.trim()) || error.message;

/** All pictures of one run have the same. */
const codecOf = ([run]: readonly TrackRun[]) => presets[run!.encoding.preset].codec ?? 'h264';

const isSound = ({ preset }: Encoding) => presets[preset].shortSidePx === null;

/** @returns false when no rendition wants the encoding any more: the run goes on for the others, and its own job is cancelled */
async function unlessForgotten(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === 'rendition-not-found') return false;
    throw error;
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

/** The picture is nine tenths of the work where there is sound too. */
const soundShare = 0.1;

/** @returns takes how many seconds of a track are encoded; what was there before counts */
function percentOf(tracks: readonly Encoding[], durationSeconds: number | null, onPercent: (percent: number) => void) {
  const done = new Map(tracks.map(({ id }) => [id, 0]));
  const share = (track: Encoding) => (tracks.length === 1 ? 1 : isSound(track) ? soundShare : 1 - soundShare);
  const offset = ({ segmentCount, segmentSeconds }: Encoding) => segmentCount * (segmentSeconds ?? 0);
  return (id: string, seconds: number) => {
    if (durationSeconds === null) return;
    const track = tracks.find((each) => each.id === id);
    if (!track) return; // another picture of the same run
    done.set(id, Math.min(1, (seconds + (isSound(track) ? 0 : offset(track))) / durationSeconds));
    onPercent(Math.min(99, Math.floor(100 * tracks.reduce((sum, each) => sum + share(each) * done.get(each.id)!, 0))));
  };
}
