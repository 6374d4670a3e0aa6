import { describe, expect, it } from '@jest/globals';
import { frameBytesOf, halved } from './frame-grid.ts';
import { levelsOf } from './levels.ts';
import { readFrame } from './read-frame.ts';
import { randomOf } from './testing/synthetic-film.ts';

const size = { widthPx: 32, heightPx: 24 };
const pixels = size.widthPx * size.heightPx;
const frameOf = (luma: (x: number, y: number) => number, chroma = 128) =>
  Uint8Array.from({ length: frameBytesOf(size) }, (_, at) => (at < pixels ? luma(at % 32, Math.floor(at / 32)) : chroma));

describe('readFrame', () => {
  it('sums words to what the bytes say', () => {
    const random = randomOf(4);
    const frame = frameOf(() => Math.floor(256 * random()));
    const { grid, luma } = readFrame(frame, size, levelsOf.full);
    const levels = [...frame.subarray(0, pixels)];
    const cell = levels.filter((_, at) => at % 32 >= 8 && at % 32 < 12 && at >= 4 * 32 && at < 8 * 32);
    expect(grid.luma[8 + 2]).toBe(Math.round(cell.reduce((sum, level) => sum + level, 0) / 16));
    expect(luma.brightness).toBeCloseTo(levels.reduce((sum, level) => sum + level, 0) / pixels, 6);
    expect(luma.blackShare).toBeCloseTo(levels.filter((level) => level <= 26).length / pixels, 6);
  });

  it.each([
    ['rows', (_x: number, y: number) => (y % 2 ? 200 : 100)],
    ['columns', (x: number) => (x % 2 ? 200 : 100)],
    ['a checkerboard', (x: number, y: number) => ((x + y) % 2 ? 200 : 100)],
  ])('sees the contrast of %s of one pixel', (_what, luma) => {
    expect(readFrame(frameOf(luma), size, levelsOf.full).luma.contrast).toBeCloseTo(50, 6);
  });

  it('reads a frame that lies at an odd place in memory', () => {
    const frame = frameOf((x, y) => 3 * x + y);
    const moved = new Uint8Array(frame.length + 1).subarray(1);
    moved.set(frame);
    expect(readFrame(moved, size, levelsOf.full)).toEqual(readFrame(frame, size, levelsOf.full));
  });

  it('gives both ranges the same measures', () => {
    const full = (x: number, y: number) => 8 * x + (y % 3);
    const limited = (x: number, y: number) => 16 + (full(x, y) * 219) / 255;
    const [a, b] = [readFrame(frameOf(full, 20), size, levelsOf.full), readFrame(frameOf(limited, 33), size, levelsOf.limited)];
    expect(Math.abs(a.luma.brightness - b.luma.brightness)).toBeLessThan(1);
    expect(Math.abs(a.luma.contrast - b.luma.contrast)).toBeLessThan(1);
    expect(Math.abs(a.luma.blackShare - b.luma.blackShare)).toBeLessThan(0.04);
    expect(Math.max(...a.grid.cb.map((level, at) => Math.abs(level - b.grid.cb[at]!)))).toBeLessThanOrEqual(1);
  });
});

it('a halved grid has the means of four cells, also where a side has one', () => {
  const grid = { columns: 5, rows: 1, luma: Uint8Array.of(10, 30, 50, 70, 99), cb: new Uint8Array(5), cr: new Uint8Array(5).fill(7) };
  expect(halved(grid)).toMatchObject({ columns: 2, rows: 1, luma: Uint8Array.of(20, 60), cr: Uint8Array.of(7, 7) });
});
