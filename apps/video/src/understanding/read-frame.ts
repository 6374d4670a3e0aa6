/** Reads a frame: its grid of cells, and how its luma is distributed. */
import { cellPx, emptyGrid, type FrameSize, type Grid, gridSizeOf } from './frame-grid.ts';
import type { Levels } from './levels.ts';

export interface LumaMeasures {
  /** Mean luma in [0, 255]. */
  readonly brightness: number;
  /** Standard deviation of luma. */
  readonly contrast: number;
  /** Share of black pixels in [0, 1]. */
  readonly blackShare: number;
  /** Variance of the Laplacian of luma. */
  readonly sharpness: number;
}

export interface ReadFrame {
  readonly grid: Grid;
  readonly luma: LumaMeasures;
}

/**
 * @param frame planar YCbCr 4:1:0, as many bytes as `frameBytesOf` says
 * @returns in full range, whatever `levels` the frame has
 */
export function readFrame(frame: Uint8Array, size: FrameSize, levels: Levels): ReadFrame {
  const grid = emptyGrid(gridSizeOf(size));
  const { planes } = grid;
  const beforeChroma = size.widthPx * size.heightPx - grid.luma.length;
  for (let at = grid.luma.length; at < planes.length; at++) planes[at] = levels.chroma[frame[beforeChroma + at]!]!;
  const distribution = readLuma(wordsOf(frame, size), grid, levels);
  return { grid, luma: { ...distribution, sharpness: levels.gain ** 2 * laplacianVariance(frame, size) } };
}

/** Four pixels a word: the width of a cell. */
function wordsOf(frame: Uint8Array, { widthPx, heightPx }: FrameSize): Int32Array {
  const aligned = frame.byteOffset % 4 === 0 ? frame : frame.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, (widthPx * heightPx) / cellPx);
}

/** Bytes 0 and 2 of a word, with room for a sum each. */
const pairs = 0x00ff00ff;

/**
 * Fills the luma of the grid; bytes of a word are added two at a time. Squares are those of the first and the last row of each cell, which see stripes
 * of one pixel, too.
 */
function readLuma(words: Int32Array, { luma, columns, rows }: Grid, levels: Levels): Omit<LumaMeasures, 'sharpness'> {
  const aboveBlack = (0x7f - levels.black) * 0x01010101;
  let [total, outerTotal, squares, bright] = [0, 0, 0, 0];
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0, at = row * cellPx * columns; column < columns; column++, at++, cell++) {
      const a = words[at]!;
      const b = words[at + columns]!;
      const c = words[at + 2 * columns]!;
      const d = words[at + 3 * columns]!;
      const outer = (a & pairs) + ((a >>> 8) & pairs) + (d & pairs) + ((d >>> 8) & pairs);
      const all = outer + (b & pairs) + ((b >>> 8) & pairs) + (c & pairs) + ((c >>> 8) & pairs);
      const sum = (all & 0xffff) + (all >>> 16);
      luma[cell] = levels.luma[(sum + 8) >> 4]!;
      total += sum;
      outerTotal += (outer & 0xffff) + (outer >>> 16);
      squares += squaresOf(a) + squaresOf(d);
      const brighter =
        brighterBytes(a, aboveBlack) + brighterBytes(b, aboveBlack) + brighterBytes(c, aboveBlack) + brighterBytes(d, aboveBlack);
      bright += Math.imul(brighter, 0x01010101) >>> 24;
    }
  }
  const pixels = columns * rows * cellPx ** 2;
  const outerMean = outerTotal / (pixels / 2);
  return {
    brightness: Math.max(0, Math.min(255, (total / pixels - levels.zero) * levels.gain)),
    contrast: levels.gain * Math.sqrt(Math.max(0, squares / (pixels / 2) - outerMean ** 2)),
    blackShare: 1 - bright / pixels,
  };
}

function squaresOf(word: number): number {
  const first = word & 0xff;
  const second = (word >>> 8) & 0xff;
  const third = (word >>> 16) & 0xff;
  const last = word >>> 24;
  return first * first + second * second + third * third + last * last;
}

/** 1 in each byte whose value is above black. @param aboveBlack what lifts the first such value to the highest bit */
const brighterBytes = (word: number, aboveBlack: number): number => ((((word & 0x7f7f7f7f) + aboveBlack) | word) >>> 7) & 0x01010101;

/**
 * Of every second pixel of every fourth row.
 *
 * @see Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy"
 */
function laplacianVariance(luma: Uint8Array, { widthPx, heightPx }: FrameSize): number {
  let [sum, squares, count] = [0, 0, 0];
  for (let y = 1; y < heightPx - 1; y += 4) {
    for (let at = y * widthPx + 1, end = (y + 1) * widthPx - 1; at < end; at += 2) {
      const value = 4 * luma[at]! - luma[at - 1]! - luma[at + 1]! - luma[at - widthPx]! - luma[at + widthPx]!;
      sum += value;
      squares += value * value;
      count++;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}
