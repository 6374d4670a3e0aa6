/** How different two small pictures are, in levels of [0, 255]: cell by cell, and after motion is taken out. */
import type { Grid } from './frame-grid.ts';

/** Chroma differs less than luma between scenes, and is the only difference between some. */
const chromaWeight = 0.5;
/** Side of the blocks that move as one, and how far they are searched, in cells. */
const blockCells = 6;
const reachCells = 6;
/** Mean difference of a block that ends its search: no better place would change what is found. */
const goodLevels = 1;
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
  const search = { a, b, x: 0, y: 0 };
  let sum = 0;
  const active = visitActive(a, b, (block) => {
    sum += bestMatch(search, block);
  });
  return sum / (active * a.luma.length);
}

/** Share of the cells that {@link movedDifference} looks at, in [0.3, 1]. */
export const activeShare = (a: Grid, b: Grid): number => visitActive(a, b, () => undefined);

function visitActive(a: Grid, b: Grid, visit: (block: Block) => void): number {
  let active = 0;
  for (let top = 0; top < b.rows; top += blockCells) {
    for (let left = 0; left < b.columns; left += blockCells) {
      const block = { left, top, right: Math.min(b.columns, left + blockCells), bottom: Math.min(b.rows, top + blockCells) };
      if (isDark(a, block) && isDark(b, block)) continue;
      active += (block.right - block.left) * (block.bottom - block.top);
      visit(block);
    }
  }
  return Math.max(leastActiveShare, active / b.luma.length);
}

interface Block {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Two pictures, and the movement that fitted the block before: neighbours often move alike. */
interface Search {
  readonly a: Grid;
  readonly b: Grid;
  x: number;
  y: number;
}

function isDark({ luma, columns }: Grid, { left, top, right, bottom }: Block): boolean {
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) if (luma[y * columns + x]! > darkLevel) return false;
  return true;
}

/** Sum over the cells of the block at its best place. The usual movements come first, because they end most searches early. */
function bestMatch(search: Search, block: Block): number {
  const { a, b } = search;
  const { left, top, right, bottom } = block;
  const good = goodLevels * (right - left) * (bottom - top);
  let [best, bestX, bestY] = [lumaSum(a, b, block, 0, 0, Number.MAX_SAFE_INTEGER), 0, 0];
  const [minX, maxX] = [Math.max(-reachCells, -left), Math.min(reachCells, a.columns - right)];
  const [minY, maxY] = [Math.max(-reachCells, -top), Math.min(reachCells, a.rows - bottom)];
  if (best > good && search.x >= minX && search.x <= maxX && search.y >= minY && search.y <= maxY) {
    const sum = lumaSum(a, b, block, search.x, search.y, best);
    if (sum < best) [best, bestX, bestY] = [sum, search.x, search.y];
  }
  for (let dy = minY; dy <= maxY && best > good; dy++) {
    for (let dx = minX; dx <= maxX; dx++) {
      const sum = lumaSum(a, b, block, dx, dy, best);
      if (sum < best) [best, bestX, bestY] = [sum, dx, dy];
    }
  }
  search.x = bestX;
  search.y = bestY;
  return best + chromaWeight * chromaSum(a, b, block, bestX, bestY);
}

function lumaSum(a: Grid, b: Grid, { left, top, right, bottom }: Block, dx: number, dy: number, limit: number): number {
  const { columns, luma } = b;
  const before = a.luma;
  const move = dy * columns + dx;
  let sum = 0;
  for (let y = top; y < bottom && sum < limit; y++)
    for (let at = y * columns + left, end = y * columns + right; at < end; at++) sum += Math.abs(luma[at]! - before[at + move]!);
  return sum;
}

function chromaSum(a: Grid, b: Grid, { left, top, right, bottom }: Block, dx: number, dy: number): number {
  const { columns } = b;
  const move = dy * columns + dx;
  let sum = 0;
  for (let y = top; y < bottom; y++)
    for (let at = y * columns + left, end = y * columns + right; at < end; at++)
      sum += Math.abs(b.cb[at]! - a.cb[at + move]!) + Math.abs(b.cr[at]! - a.cr[at + move]!);
  return sum;
}
