/** Scores of small grey pictures: which frame of a video says most about it. */

export interface Candidate {
  readonly timeSeconds: number;
  /** Row by row, 0 to 255. */
  readonly luma: Uint8Array;
}

export const rejections = ['black', 'white', 'uniform', 'fade'] as const;
export type Rejection = (typeof rejections)[number];

export interface PictureMeasures {
  /** Mean luma in [0, 1]. */
  readonly brightness: number;
  /** Distance of the 5th and 95th percentile of luma, in [0, 1]. */
  readonly contrast: number;
  /** Standard deviation of luma, in [0, 1]. */
  readonly deviation: number;
  /** Variance of the Laplacian of luma in [0, 255]; a blurred picture has a small one. */
  readonly sharpness: number;
}

export interface ScoredCandidate extends PictureMeasures {
  readonly timeSeconds: number;
  /** In [0, 1]; 0 when the picture is rejected. */
  readonly score: number;
  readonly rejection: Rejection | null;
}

/** @param luma shape [height, width] */
export function measurePicture(luma: Uint8Array, widthPx: number): PictureMeasures {
  const histogram = new Uint32Array(256);
  let sum = 0;
  let squares = 0;
  for (const value of luma) {
    histogram[value]!++;
    sum += value;
    squares += value * value;
  }
  const mean = sum / luma.length;
  return {
    brightness: mean / 255,
    contrast: (percentile(histogram, luma.length, 0.95) - percentile(histogram, luma.length, 0.05)) / 255,
    deviation: Math.sqrt(Math.max(0, squares / luma.length - mean * mean)) / 255,
    sharpness: laplacianVariance(luma, widthPx),
  };
}

function percentile(histogram: Uint32Array, total: number, share: number): number {
  let counted = 0;
  for (const [value, count] of histogram.entries()) {
    counted += count;
    if (counted >= share * total) return value;
  }
  return 255;
}

/** @see Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy": the variance of the Laplacian measures focus */
function laplacianVariance(luma: Uint8Array, widthPx: number): number {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let at = widthPx + 1; at < luma.length - widthPx - 1; at++) {
    if (at % widthPx === 0 || at % widthPx === widthPx - 1) continue;
    const value = luma[at - 1]! + luma[at + 1]! + luma[at - widthPx]! + luma[at + widthPx]! - 4 * luma[at]!;
    sum += value;
    squares += value * value;
    count++;
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

/**
 * Scores the candidates of one video in relation to each other.
 *
 * @param candidates in order of time, each `widthPx` wide
 * @returns one score per candidate, in the same order
 */
export function scoreCandidates(candidates: readonly Candidate[], widthPx: number): ScoredCandidate[] {
  const measures = candidates.map(({ luma }) => measurePicture(luma, widthPx));
  const sharpest = Math.max(1, ...measures.map(({ sharpness }) => sharpness));
  return candidates.map(({ timeSeconds }, index) => {
    const measured = measures[index]!;
    const rejection = rejectionOf(measured) ?? (isFading(candidates, measures, index) ? 'fade' : null);
    return { timeSeconds, ...measured, rejection, score: rejection ? 0 : scoreOf(measured, sharpest) };
  });
}

/** The best candidate; the first of equals. Undefined when there is none. When all are rejected, the one with most contrast. */
export function bestCandidate(scored: readonly ScoredCandidate[]): ScoredCandidate | undefined {
  const rank = ({ score, contrast }: ScoredCandidate) => (score > 0 ? 1 + score : contrast / 2);
  return scored.reduce<ScoredCandidate | undefined>((best, one) => (best === undefined || rank(one) > rank(best) ? one : best), undefined);
}

function rejectionOf({ brightness, contrast, deviation }: PictureMeasures): Rejection | null {
  if (brightness < 0.06 && contrast < 0.25) return 'black';
  if (brightness > 0.94 && contrast < 0.25) return 'white';
  return deviation < 0.02 ? 'uniform' : null;
}

/** Sharpness counts in relation to the sharpest candidate, because texture depends on the scene. */
function scoreOf({ brightness, contrast, sharpness }: PictureMeasures, sharpest: number): number {
  const exposure = Math.max(0, 1 - (2 * Math.abs(brightness - 0.5)) ** 2);
  return 0.45 * Math.sqrt(sharpness / sharpest) + 0.3 * contrast + 0.25 * exposure;
}

/** A fade shows the same picture as its neighbour with less contrast. */
function isFading(candidates: readonly Candidate[], measures: readonly PictureMeasures[], index: number): boolean {
  const own = measures[index]!.deviation;
  return [index - 1, index + 1].some((other) => {
    const neighbour = measures[other];
    if (neighbour === undefined || own > 0.85 * neighbour.deviation) return false;
    return correlation(candidates[index]!.luma, candidates[other]!.luma) > 0.9;
  });
}

function correlation(a: Uint8Array, b: Uint8Array): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at]!, b[at]!];
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const scale = Math.sqrt((squaresA - sumA ** 2 / a.length) * (squaresB - sumB ** 2 / a.length));
  return scale === 0 ? 0 : (products - (sumA * sumB) / a.length) / scale;
}
