/** How different two small pictures are, in levels of [0, 255]: cell by cell, and after motion is taken out. */
import type { Grid } from './frame-grid.ts';

/** Chroma differs less than luma between scenes, and is the only difference between some. */
const chromaWeight = 0.5;
/** Side of the blocks that move as one, and how far they are searched, in cells. */
const blockCells = 6;
const reachCells = 6;
/** A block that is black in both pictures (bars of a letterbox) says nothing. */
const darkLevel = 22;
/** At least this share of the picture counts, so that one moving light in the dark is no new picture. */
const leastActiveShare = 0.3;

/** Mean absolute difference of cells at the same place, and the largest one of luma. */
export function plainDifference(a: Grid, b: Grid): { readonly mean: number; readonly peak: number } {
  let [luma, chroma, peak] = [0, 0, 0];
  for (let at = 0; at < a.luma.length; at++) {
    const difference = Math.abs(a.luma[at]! - b.luma[at]!);
    luma += difference;
    if (difference > peak) peak = difference;
    chroma += Math.abs(a.cb[at]! - b.cb[at]!) + Math.abs(a.cr[at]! - b.cr[at]!);
  }
  return { mean: (luma + chromaWeight * chroma) / a.luma.length, peak };
}

/**
 * The difference that remains when each block of `b` is laid on the most similar place of `a` near it: small for the same scene, also while the
 * camera moves.
 *
 * @see ITU-T H.262 §7.6 for block motion; here with a full search over luma and whole cells
 */
export function movedDifference(a: Grid, b: Grid): number {
  let [sum, active, cells] = [0, 0, 0];
  for (let top = 0; top < b.rows; top += blockCells) {
    for (let left = 0; left < b.columns; left += blockCells) {
      const block = { left, top, right: Math.min(b.columns, left + blockCells), bottom: Math.min(b.rows, top + blockCells) };
      const count = (block.right - left) * (block.bottom - top);
      cells += count;
      if (isDark(a, block) && isDark(b, block)) continue;
      active += count;
      sum += bestMatch(a, b, block);
    }
  }
  return sum / Math.max(active, leastActiveShare * cells);
}

interface Block {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function isDark({ luma, columns }: Grid, { left, top, right, bottom }: Block): boolean {
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) if (luma[y * columns + x]! > darkLevel) return false;
  return true;
}

/** Sum over the cells of the block at its best place: no movement first, because it is the usual one and ends most searches early. */
function bestMatch(a: Grid, b: Grid, block: Block): number {
  let [best, bestX, bestY] = [lumaSum(a, b, block, 0, 0, Number.POSITIVE_INFINITY), 0, 0];
  const minX = Math.max(-reachCells, -block.left);
  const maxX = Math.min(reachCells, a.columns - block.right);
  const minY = Math.max(-reachCells, -block.top);
  const maxY = Math.min(reachCells, a.rows - block.bottom);
  for (let dy = minY; dy <= maxY && best > 0; dy++) {
    for (let dx = minX; dx <= maxX; dx++) {
      const sum = lumaSum(a, b, block, dx, dy, best);
      if (sum < best) [best, bestX, bestY] = [sum, dx, dy];
    }
  }
  return best + chromaWeight * chromaSum(a, b, block, bestX, bestY);
}

function lumaSum(a: Grid, b: Grid, { left, top, right, bottom }: Block, dx: number, dy: number, limit: number): number {
  const { columns } = a;
  let sum = 0;
  for (let y = top; y < bottom && sum < limit; y++) {
    const row = y * columns;
    const moved = (y + dy) * columns + dx;
    for (let x = left; x < right; x++) sum += Math.abs(b.luma[row + x]! - a.luma[moved + x]!);
  }
  return sum;
}

function chromaSum(a: Grid, b: Grid, { left, top, right, bottom }: Block, dx: number, dy: number): number {
  let sum = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const [at, moved] = [y * b.columns + x, (y + dy) * a.columns + x + dx];
      sum += Math.abs(b.cb[at]! - a.cb[moved]!) + Math.abs(b.cr[at]! - a.cr[moved]!);
    }
  return sum;
}
