/** Explains a compression ratio outside of the usual range. */
import type { EncodingPlan, SourceSound } from './encoding-plan.ts';
import { isLossless } from './encoding-plan.ts';

export const usualRatio = { least: 1.5, most: 10 } as const;

/**
 * @param ratio size of the original by size of the rendition
 * @returns null from 1.5 to 10
 */
export function ratioNote(ratio: number, source: SourceSound, plan: EncodingPlan): string | null {
  if (ratio >= usualRatio.least && ratio <= usualRatio.most) return null;
  if (ratio > usualRatio.most)
    return isLossless(source.codec)
      ? `The original is not compressed or of a high rate (${source.codec}, ${source.sampleRateHz} Hz), and this level keeps little.`
      : 'The original holds more than this sound, for example video or a large picture.';
  if (!isLossless(source.codec) && plan.format === 'wav') return `WAV is not compressed; the original is (${source.codec}).`;
  if (!isLossless(source.codec)) return `The original is already compressed (${source.codec}).`;
  if (plan.level === 'lossless') return 'Nothing is lost: a lossless copy is about as large as the sound needs.';
  return 'The original is short or of a low rate: headers, tags and pictures take most of the file.';
}
