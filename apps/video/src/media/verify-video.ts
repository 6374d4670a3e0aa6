/** Decodes a whole video and says what that shows: its real duration, and what is wrong with it. */
import { decodeFfmpeg, type FfmpegTools } from '#media';
import type { VideoInfo } from './video-info.ts';

export interface VerifyOptions {
  readonly tools: FfmpegTools;
  /** Wall clock; also the limit of CPU time. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called about twice a second with the share that is decoded, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

export interface Verification {
  /** Until the end of the last picture or sound; null when no time stamp says it. */
  readonly durationSeconds: number | null;
  readonly frameCount: number;
  readonly warnings: readonly ('truncated' | 'duration-mismatch' | 'decode-errors')[];
}

/** The last frame may be held for longer than it lasts, and containers round: a lying duration is further away. */
const toleranceSeconds = 0.5;
const toleranceShare = 0.02;

/**
 * @param audioIndex stream of the sound that is used
 * @throws ToolFailure `media-undecodable` when no picture can be decoded; `cancelled`, `deadline-exceeded`
 */
export async function verifyVideo(
  path: string,
  info: VideoInfo,
  audioIndex: number | undefined,
  options: VerifyOptions,
): Promise<Verification> {
  const { tools, timeoutMs, signal, onProgress } = options;
  const sound = audioIndex === undefined ? [] : ['-map', `0:${audioIndex}`];
  const decoded = await decodeFfmpeg(
    {
      ffmpegPath: tools.ffmpegPath,
      path,
      input: { demuxers: [info.demuxer] },
      outputs: ['-map', `0:${info.video.index}`, ...sound, '-fps_mode', 'passthrough', '-f', 'null', '-'],
      wallClockMs: timeoutMs,
      cpuSeconds: Math.ceil(timeoutMs / 1_000),
      ...(signal && { signal }),
    },
    (seconds) => onProgress?.(info.durationSeconds ? Math.min(1, seconds / info.durationSeconds) : 0),
  );
  const durationSeconds = decoded.seconds > 0 ? decoded.seconds : info.durationSeconds;
  const isCut = info.warnings.some(({ code }) => code === 'truncated');
  return {
    durationSeconds,
    frameCount: decoded.frameCount,
    warnings: [
      ...(isApart(info.durationSeconds, durationSeconds) ? (['duration-mismatch'] as const) : []),
      // Where bytes are missing, the decoder complains of the last packet.
      ...(decoded.errors.length > (isCut ? 2 : 0) ? (['decode-errors'] as const) : []),
    ],
  };
}

const isApart = (declared: number | null, decoded: number | null): boolean =>
  declared !== null && decoded !== null && Math.abs(declared - decoded) > Math.max(toleranceSeconds, toleranceShare * declared);
