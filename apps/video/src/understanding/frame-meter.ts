/** Measures the frames of a video one after another; memory grows by some bytes a frame. */
import { FingerprintBuilder } from '../look-alikes/fingerprint.ts';
import { CutFinder } from './find-cuts.ts';
import { movedDifference, plainDifference } from './frame-difference.ts';
import { type FrameSize, type Grid, gridOf, shrinkLuma } from './frame-grid.ts';
import { FrameSeries } from './frame-series.ts';
import { PictureSamples } from './picture-samples.ts';

/** ITU-R BT.601 black of limited range plus a tenth, in full range: the usual limit of a black pixel. */
const blackLevel = 26;
/** Below this difference there is no motion to take out. */
const motionLevels = 2;
/** A still picture: re-encoding changes cells by less, a moving clock by more. */
const stillMean = 0.9;
const stillPeak = 10;

export interface MeterOptions extends FrameSize {
  /** Frames a second; of a variable rate the usual one. */
  readonly frameRate: number;
}

export class FrameMeter {
  readonly series = new FrameSeries();
  readonly samples: PictureSamples;
  readonly fingerprint = new FingerprintBuilder();
  private readonly cuts: CutFinder;
  private before: Grid | undefined;
  private stillSince: Grid | undefined;

  private readonly options: MeterOptions;

  constructor(options: MeterOptions) {
    this.options = options;
    this.samples = new PictureSamples(options.frameRate);
    this.cuts = new CutFinder(options.frameRate);
  }

  /** @param frame planar YCbCr 4:2:0, full range */
  push(frame: Uint8Array): void {
    const grid = gridOf(frame, this.options);
    const difference = this.before ? plainDifference(this.before, grid) : { mean: 0, peak: 0 };
    const novelty = this.before && difference.mean > motionLevels ? movedDifference(this.before, grid) : difference.mean;
    this.series.push({
      ...measureLuma(frame.subarray(0, this.options.widthPx * this.options.heightPx), this.options),
      change: difference.mean,
      novelty,
      still: this.isStill(grid) ? 1 : 0,
    });
    this.cuts.push(grid, novelty);
    if ((this.series.length - 1) % this.samples.stepFrames === 0) this.sample(grid);
    this.before = grid;
  }

  private sample(grid: Grid): void {
    this.samples.push(shrinkLuma(grid, PictureSamples.grid));
    this.fingerprint.push(grid, this.series.length - 1);
  }

  /** Frames with which a new scene begins, and which are no flash. */
  finishCuts(): number[] {
    return this.cuts.finish();
  }

  private isStill(grid: Grid): boolean {
    if (this.stillSince) {
      const { mean, peak } = plainDifference(this.stillSince, grid);
      if (mean <= stillMean && peak <= stillPeak) return true;
    }
    this.stillSince = grid;
    return false;
  }
}

/** One pass over the pixels: sums for the mean and the deviation, black pixels, and the Laplacian of every second row and column. */
function measureLuma(luma: Uint8Array, { widthPx, heightPx }: FrameSize) {
  let [sum, squares, black] = [0, 0, 0];
  for (let at = 0; at < luma.length; at++) {
    const level = luma[at]!;
    sum += level;
    squares += level * level;
    if (level <= blackLevel) black++;
  }
  const brightness = sum / luma.length;
  const contrast = Math.sqrt(Math.max(0, squares / luma.length - brightness * brightness));
  return { brightness, contrast, blackShare: black / luma.length, sharpness: laplacianVariance(luma, widthPx, heightPx) };
}

/** @see Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy" */
function laplacianVariance(luma: Uint8Array, widthPx: number, heightPx: number): number {
  let [sum, squares, count] = [0, 0, 0];
  for (let y = 1; y < heightPx - 1; y += 2) {
    for (let x = 1; x < widthPx - 1; x += 2) {
      const at = y * widthPx + x;
      const value = 4 * luma[at]! - luma[at - 1]! - luma[at + 1]! - luma[at - widthPx]! - luma[at + widthPx]!;
      sum += value;
      squares += value * value;
      count++;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}
