/** Perceptual hashes of a picture: one of its low frequencies, and one of its neighbouring parts, which a logo changes little. */
import type { Grid } from '../understanding/frame-grid.ts';

/** Side of the picture before the transform, and of the frequencies that are kept. */
const side = 16;
const kept = 8;

/** Cells of a grid, `right` and `bottom` excluded. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface PictureHash {
  readonly low: number;
  readonly high: number;
  /** Standard deviation of luma: a picture without contrast has no hash worth comparing. */
  readonly contrast: number;
}

const cosines = Array.from({ length: kept }, (_, frequency) =>
  Float64Array.from({ length: side }, (_, at) => Math.cos((Math.PI * frequency * (2 * at + 1)) / (2 * side))),
);

/** @see Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions": the DCT hash */
export function hashOf(grid: Pick<Grid, 'luma' | 'columns'>, area: Area): PictureHash {
  const { pixels, contrast } = resized(grid, area, side, side);
  const frequencies = lowFrequencies(pixels);
  const values = frequencies.slice(1);
  const median = values.toSorted()[values.length >> 1]!;
  let [low, high] = [0, 0];
  for (let bit = 1; bit < frequencies.length; bit++) {
    if (frequencies[bit]! <= median) continue;
    if (bit < 32) low |= 1 << bit;
    else high |= 1 << (bit - 32);
  }
  return { low: low >>> 0, high: high >>> 0, contrast };
}

/**
 * One bit for each part of the picture: whether the part on its right is brighter. Something that is laid over a corner changes the bits there only.
 *
 * @see Krawetz 2013, "Kind of Like That": the difference hash
 */
export function edgeHashOf(grid: Pick<Grid, 'luma' | 'columns'>, area: Area): Omit<PictureHash, 'contrast'> {
  const { pixels } = resized(grid, area, kept + 1, kept);
  let [low, high] = [0, 0];
  for (let y = 0, bit = 0; y < kept; y++)
    for (let x = 0; x < kept; x++, bit++) {
      const at = y * (kept + 1) + x;
      if (pixels[at + 1]! <= pixels[at]!) continue;
      if (bit < 32) low |= 1 << bit;
      else high |= 1 << (bit - 32);
    }
  return { low: low >>> 0, high: high >>> 0 };
}

/** Number of bits that differ, in [0, 64]. */
export const bitsApart = (lowA: number, highA: number, lowB: number, highB: number): number => ones(lowA ^ lowB) + ones(highA ^ highB);

function ones(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return (((count + (count >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** Means over equal parts of the area. Parts end within cells, so that the hash does not depend on the size of the grid. */
function resized({ luma, columns }: Pick<Grid, 'luma' | 'columns'>, { left, top, right, bottom }: Area, across: number, down: number) {
  const lines = new Float64Array(across * bottom);
  eachShare(left, right, across, (part, column, share) => {
    for (let row = top; row < bottom; row++) lines[row * across + part]! += luma[row * columns + column]! * share;
  });
  const pixels = new Float64Array(across * down);
  eachShare(top, bottom, down, (part, row, share) => {
    for (let x = 0; x < across; x++) pixels[part * across + x]! += lines[row * across + x]! * share;
  });
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < pixels.length; at++) {
    sum += pixels[at]!;
    squares += pixels[at]! ** 2;
  }
  return { pixels, contrast: Math.sqrt(Math.max(0, squares / pixels.length - (sum / pixels.length) ** 2)) };
}

/** Cells that lie in each of some equal parts, with their share of it. Nothing is allocated: it runs for many pictures. */
function eachShare(from: number, to: number, parts: number, visit: (part: number, cell: number, share: number) => void): void {
  const length = (to - from) / parts;
  for (let part = 0; part < parts; part++) {
    const [start, end] = [from + part * length, from + (part + 1) * length];
    for (let cell = Math.floor(start); cell < end - 1e-9; cell++)
      visit(part, cell, (Math.min(end, cell + 1) - Math.max(start, cell)) / length);
  }
}

function lowFrequencies(pixels: Float64Array): Float64Array {
  const rows = new Float64Array(side * kept);
  for (let y = 0; y < side; y++)
    for (let u = 0; u < kept; u++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += pixels[y * side + x]! * cosines[u]![x]!;
      rows[y * kept + u] = sum;
    }
  const frequencies = new Float64Array(kept * kept);
  for (let v = 0; v < kept; v++)
    for (let u = 0; u < kept; u++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += rows[y * kept + u]! * cosines[v]![y]!;
      frequencies[v * kept + u] = sum;
    }
  return frequencies;
}
