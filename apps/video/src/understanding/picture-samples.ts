/** Tiny pictures at a low rate, kept for the whole video: for slow transitions and for the fingerprint. */
import type { GridSize } from './frame-grid.ts';

const cells = { columns: 16, rows: 9 } as const satisfies GridSize;
const cellCount = cells.columns * cells.rows;
/** At most so many a second; the first frame of each step is taken. */
const samplesPerSecond = 10;

export class PictureSamples {
  static readonly grid = cells;
  /** Frames from one sample to the next. */
  readonly stepFrames: number;
  private store = new Uint8Array(64 * cellCount);
  length = 0;

  constructor(frameRate: number) {
    this.stepFrames = Math.max(1, Math.round(frameRate / samplesPerSecond));
  }

  /** @param luma of every `stepFrames`-th frame, from the first one on */
  push(luma: Uint8Array): void {
    const at = this.length * cellCount;
    if (at === this.store.length) {
      const larger = new Uint8Array(2 * this.store.length);
      larger.set(this.store);
      this.store = larger;
    }
    this.store.set(luma, at);
    this.length++;
  }

  /** Luma of 16 x 9 cells. */
  at(index: number): Uint8Array {
    return this.store.subarray(index * cellCount, (index + 1) * cellCount);
  }
}
