/** Measures the frames of a video one after another; memory grows by some bytes a frame. */
import { FingerprintBuilder } from '../look-alikes/fingerprint.ts';
import { CutFinder } from './find-cuts.ts';
import { plainDifference } from './frame-difference.ts';
import { type FrameSize, type Grid, halved, shrinkLuma } from './frame-grid.ts';
import { FrameSeries } from './frame-series.ts';
import { type Levels, levelsOf } from './levels.ts';
import { PictureSamples } from './picture-samples.ts';
import { readFrame } from './read-frame.ts';

/** A still picture: re-encoding changes cells by less, a moving clock by more. */
const stillMean = 0.9;
const stillPeak = 10;
/** Cuts are found in pictures of at most so many cells: more show no other cuts, and motion is searched in each. */
const mostCutCells = 2_000;

export interface MeterOptions extends FrameSize {
  /** Frames a second; of a variable rate the usual one. */
  readonly frameRate: number;
  /** Of the frames; the measures have full range. */
  readonly range: keyof typeof levelsOf;
}

export class FrameMeter {
  readonly series = new FrameSeries();
  readonly samples: PictureSamples;
  readonly fingerprint = new FingerprintBuilder();
  private readonly cuts: CutFinder;
  private readonly levels: Levels;
  private before: Grid | undefined;
  private stillSince: Grid | undefined;

  private readonly options: MeterOptions;

  constructor(options: MeterOptions) {
    this.options = options;
    this.levels = levelsOf[options.range];
    this.samples = new PictureSamples(options.frameRate);
    this.cuts = new CutFinder(options.frameRate);
  }

  /** @param frame planar YCbCr 4:1:0 */
  push(frame: Uint8Array): void {
    const { grid, luma } = readFrame(frame, this.options, this.levels);
    const difference = this.before ? plainDifference(this.before, grid) : { mean: 0, peak: 0 };
    this.series.push({ ...luma, change: difference.mean, still: this.isStill(grid, difference) ? 1 : 0 });
    this.cuts.push(grid.luma.length > mostCutCells ? halved(grid) : grid);
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

  private isStill(grid: Grid, fromBefore: ReturnType<typeof plainDifference>): boolean {
    if (this.stillSince) {
      const { mean, peak } = this.stillSince === this.before ? fromBefore : plainDifference(this.stillSince, grid);
      if (mean <= stillMean && peak <= stillPeak) return true;
    }
    this.stillSince = grid;
    return false;
  }
}
