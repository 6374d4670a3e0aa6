/** How the levels and edges of a picture are distributed, wherever they lie: equal for the frames of one noisy scene, other after a cut. */
import type { Grid } from './frame-grid.ts';

const lumaBins = 16;
const chromaBins = 16;
const edgeBins = 8;
const weights = [0.5, 0.2, 0.3] as const;

/** Shares of the cells by luma, by both chroma values, and by the difference from the cell to the right. Each part adds up to 1. */
export type PictureStatistics = readonly [luma: Float32Array, chroma: Float32Array, edges: Float32Array];

/** How many cells have each level, and each difference from the cell on the right; overwritten by every picture. */
const counts = { luma: new Int32Array(256), cb: new Int32Array(256), cr: new Int32Array(256), edges: new Int32Array(256) };

export function statisticsOf(grid: Grid): PictureStatistics {
  count(grid);
  const share = 1 / grid.luma.length;
  const [lumaShares, chromaShares, edgeShares] = [new Float32Array(lumaBins), new Float32Array(2 * chromaBins), new Float32Array(edgeBins)];
  for (let level = 0; level < 256; level++) {
    spread(lumaShares, 0, lumaBins, level, share * counts.luma[level]!);
    spread(chromaShares, 0, chromaBins, level, (share / 2) * counts.cb[level]!);
    spread(chromaShares, chromaBins, chromaBins, level, (share / 2) * counts.cr[level]!);
    edgeShares[Math.min(edgeBins - 1, 31 - Math.clz32(1 + level))]! += share * counts.edges[level]!;
  }
  return [lumaShares, chromaShares, edgeShares];
}

/** The last cell of a row has no neighbour: it counts as its own. */
function count({ luma, cb, cr, columns }: Grid): void {
  for (const each of Object.values(counts)) each.fill(0);
  for (let at = 0, column = 1; at < luma.length; at++, column++) {
    const level = luma[at]!;
    counts.luma[level]!++;
    counts.cb[cb[at]!]!++;
    counts.cr[cr[at]!]!++;
    if (column === columns) column = 0;
    counts.edges[column === 0 ? 0 : Math.abs(luma[at + 1]! - level)]!++;
  }
}

/** Between two neighbouring bins, so that a slightly brighter picture is slightly different. */
function spread(shares: Float32Array, first: number, bins: number, level: number, share: number): void {
  if (share === 0) return;
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
