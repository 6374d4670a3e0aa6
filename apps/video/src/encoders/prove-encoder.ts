/** Tries an encoder: it may be listed and fail when it is opened, or end in the middle. */
import { runTool, ToolFailure } from '#compute';
import { memoryBytesFor, type VideoEncoder } from './video-encoders.ts';

export type Proof =
  | { readonly works: true; readonly framesPerSecond: number }
  /** @property reason for operators: the last line of ffmpeg, or how it ended */
  | { readonly works: false; readonly reason: string };

const clip = { widthPx: 640, heightPx: 360, frameRate: 30 } as const;
/** Two seconds. One frame before shows whether it opens, and how long the start takes. */
const frames = 2 * clip.frameRate;
const wallClockMs = 30_000;

/** Encodes a clip of two seconds with the arguments of a rendition. Never throws but when `signal` aborts. */
export async function proveEncoder(ffmpegPath: string, encoder: VideoEncoder, signal?: AbortSignal): Promise<Proof> {
  const encode = async (frameCount: number): Promise<number> => {
    const startedAtMs = performance.now();
    const result = await runTool({
      command: ffmpegPath,
      args: proofArguments(encoder, frameCount),
      ...{ wallClockMs, cpuSeconds: 120, memoryBytes: memoryBytesFor(encoder), stdoutLimitBytes: 16 << 20, stderrTailLines: 20 },
      ...(signal && { signal }),
    });
    if (result.exitCode !== 0)
      throw new Unusable(result.stderrTail.at(-1)?.trim() || `ffmpeg ended with ${result.exitCode ?? result.signal}`);
    if (result.stdout.length === 0) throw new Unusable('it wrote nothing');
    return performance.now() - startedAtMs;
  };
  try {
    const openMs = await encode(1);
    const allMs = await encode(frames);
    return { works: true, framesPerSecond: Math.round((1_000 * (frames - 1)) / Math.max(1, allMs - openMs)) };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof Unusable || error instanceof ToolFailure)) throw error;
    return { works: false, reason: reasonOf(error).slice(0, 300) };
  }
}

class Unusable extends Error {}

const reasonOf = (error: Unusable | ToolFailure): string =>
  error instanceof ToolFailure ? (error.end === 'timeout' ? `it took more than ${wallClockMs / 1_000} s` : error.message) : error.message;

function proofArguments(encoder: VideoEncoder, frameCount: number): string[] {
  const source = `testsrc2=size=${clip.widthPx}x${clip.heightPx}:rate=${clip.frameRate}`;
  const target = { segmentFrames: clip.frameRate, maxBitRate: 2_000_000, threads: 2 };
  const filters = ['format=yuv420p', ...(encoder.uploadFilter ? [encoder.uploadFilter] : [])].join(',');
  return [
    ...['-hide_banner', '-nostats', '-v', 'error', ...encoder.inputOptions, '-f', 'lavfi', '-i', source, '-frames:v', String(frameCount)],
    ...['-vf', filters, ...encoder.options(target), '-f', 'matroska', 'pipe:1'],
  ];
}
