/** What decoding a whole video shows of its file: its real duration, and what is wrong with it. */
import type { Decoded } from '#media';
import type { VideoInfo } from './video-info.ts';

export interface Verification {
  /** Until the end of the last picture or sound; null when no time stamp says it. */
  readonly durationSeconds: number | null;
  readonly frameCount: number;
  readonly warnings: readonly ('truncated' | 'duration-mismatch' | 'decode-errors')[];
}

/** The last frame may be held for longer than it lasts, and containers round: a lying duration is further away. */
const toleranceSeconds = 0.5;
const toleranceShare = 0.02;

/** @param info as the file was before it was decoded */
export function verificationOf(info: VideoInfo, decoded: Decoded): Verification {
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
