/** `level=auto`: the smallest level that reaches a quality and fits a size. Pure. */
import type { CompressionLevel, LevelBound } from '#contracts';

export interface LevelBounds {
  /** In dB of the segmental signal-to-noise ratio. */
  readonly minQuality: number;
  /** In bytes; Infinity: any. */
  readonly maxSizeBytes: number;
}

export interface TriedLevel {
  readonly level: CompressionLevel;
  readonly sizeBytes: number;
  readonly segmentalSnrDb: number;
}

export type LevelChoice =
  | { readonly level: CompressionLevel; readonly decidedBy: LevelBound }
  /** Another, larger level has to be tried. */
  | 'try-next'
  /** Not even the smallest one fits. */
  | 'nothing-fits';

/**
 * @param tried from small to large, without a gap
 * @param hasMore whether there are larger levels
 */
export function chooseLevel(tried: readonly TriedLevel[], hasMore: boolean, { minQuality, maxSizeBytes }: LevelBounds): LevelChoice {
  const fitting = tried.filter(({ sizeBytes }) => sizeBytes <= maxSizeBytes);
  const good = fitting.find(({ segmentalSnrDb }) => segmentalSnrDb >= minQuality);
  if (good) return { level: good.level, decidedBy: 'min-quality' };
  if (hasMore && fitting.length === tried.length) return 'try-next';
  const largest = fitting.at(-1);
  if (!largest) return 'nothing-fits';
  return { level: largest.level, decidedBy: fitting.length < tried.length ? 'max-size' : 'best-possible' };
}
