/** Decodes a file and draws its spectrogram on a worker thread; the worker starts ffmpeg, so no samples are copied between threads. */
import { decodeSound } from '../analysis/pipeline/decode.ts';
import { FrameAssembler } from '../analysis/pipeline/frame-assembler.ts';
import { SpectrogramExtractor } from './spectrogram.ts';

export interface SpectrogramInput {
  /** Absolute. */
  readonly path: string;
  readonly ffmpegPath: string;
  readonly demuxers: readonly string[];
  readonly timeoutMs: number;
  readonly durationSeconds: number;
  readonly sampleRateHz: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Higher rates show nothing that can be heard. */
const highestRateHz = 48_000;

/** @returns a PNG. @throws ToolFailure `media-undecodable`, `deadline-exceeded`, `internal` */
export default async ({ path, durationSeconds, sampleRateHz, widthPx, heightPx, ...options }: SpectrogramInput): Promise<Uint8Array> => {
  const monoRateHz = Math.min(highestRateHz, sampleRateHz);
  const spectrogram = new SpectrogramExtractor({ widthPx, heightPx }, durationSeconds * monoRateHz);
  const frames = new FrameAssembler(1);
  await decodeSound(path, { mono: (bytes) => spectrogram.push(frames.push(bytes)), monoRateHz }, options);
  return spectrogram.finish();
};
