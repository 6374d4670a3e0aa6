/** How the levels and edges of a picture are distributed, wherever they lie: equal for the frames of one noisy scene, other after a cut. */
import type { Grid } from './frame-grid.ts';

const lumaBins = 16;
const chromaBins = 16;
const edgeBins = 8;
const weights = [0.5, 0.2, 0.3] as const;

/** Shares of the cells by luma, by both chroma values, and by the difference from the cell to the right. Each part adds up to 1. */
export type PictureStatistics = readonly [luma: Float32Array, chroma: Float32Array, edges: Float32Array];

export function statisticsOf({ luma, cb, cr, columns }: Grid): PictureStatistics {
  const [lumaShares, chromaShares, edgeShares] = [new Float32Array(lumaBins), new Float32Array(2 * chromaBins), new Float32Array(edgeBins)];
  const share = 1 / luma.length;
  for (let at = 0; at < luma.length; at++) {
    spread(lumaShares, 0, lumaBins, luma[at]!, share);
    spread(chromaShares, 0, chromaBins, cb[at]!, share / 2);
    spread(chromaShares, chromaBins, chromaBins, cr[at]!, share / 2);
    const right = (at + 1) % columns === 0 ? at : at + 1;
    const edge = Math.min(edgeBins - 1, Math.floor(Math.log2(1 + Math.abs(luma[right]! - luma[at]!))));
    edgeShares[edge]! += share;
  }
  return [lumaShares, chromaShares, edgeShares];
}

/** Between two neighbouring bins, so that a slightly brighter picture is slightly different. */
function spread(shares: Float32Array, first: number, bins: number, level: number, share: number): void {
  const place = Math.max(0, Math.min(bins - 1.001, (level / 256) * bins - 0.5));
  const bin = Math.floor(place);
  shares[first + bin]! += share * (1 - place + bin);
  shares[first + bin + 1]! += share * (place - bin);
}

/** In [0, 1]: 0 for equal distributions, 1 where they share nothing. */
export function statisticsDifference(a: PictureStatistics, b: PictureStatistics): number {
  return weights.reduce((sum, weight, part) => sum + (weight * distance(a[part]!, b[part]!)) / 2, 0);
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += Math.abs(a[at]! - b[at]!);
  return sum;
}
