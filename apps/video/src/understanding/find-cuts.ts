/**
 * Finds hard cuts while frames arrive: a frame that differs from the one before much more than frames around it do, and from which the old picture
 * does not come back. What comes back within a moment was a flash. Two measures are looked at: the pictures after motion is taken out, and the
 * distribution of their levels, which tells noisy scenes apart.
 */
import { activeShare, movedDifference, plainDifference } from './frame-difference.ts';
import type { Grid } from './frame-grid.ts';
import { type PictureStatistics, statisticsDifference, statisticsOf } from './picture-statistics.ts';

/** Below this difference there is no motion to take out. */
const motionLevels = 2;
/** A picture that returns within this time was never gone. */
const flashSeconds = 0.3;
/** Neighbours that make the threshold. */
const windowSeconds = 0.5;

interface Rule {
  /** Less is never a cut. */
  readonly least: number;
  /** Times what is usual around it. */
  readonly factor: number;
  /** Share of the step of the cut below which two pictures are of the same scene. */
  readonly sameScene: number;
}

/** In levels, after motion is taken out. */
const pictureRule: Rule = { least: 4, factor: 2.4, sameScene: 0.5 };
const statisticsRule: Rule = { least: 0.12, factor: 3, sameScene: 0.5 };

interface Seen {
  readonly grid: Grid;
  readonly statistics: PictureStatistics;
  /** Difference from the frame before: in levels, and by statistics. */
  readonly change: number;
  readonly shift: number;
  /** What is left of `change` after motion is taken out; undefined until it is asked for, because the search costs most. */
  novelty: number | undefined;
}

type Measure = 'novelty' | 'shift';

export class CutFinder {
  /** Frames on either side that are looked at. */
  private readonly reach: number;
  private readonly window: number;
  private readonly seen: Seen[] = [];
  /** Index of `seen[0]`. */
  private first = 0;
  private decided = 0;
  private readonly cuts: number[] = [];
  /** Frame at which the scene before a flash is there again: no cut lies between. */
  private backAt = 0;

  constructor(frameRate: number) {
    this.reach = Math.min(16, Math.max(3, Math.ceil(flashSeconds * frameRate)));
    this.window = Math.min(24, Math.max(4, Math.ceil(windowSeconds * frameRate)));
  }

  push(grid: Grid): void {
    const statistics = statisticsOf(grid);
    const before = this.seen.at(-1);
    const shift = before ? statisticsDifference(before.statistics, statistics) : 0;
    const difference = before ? plainDifference(before.grid, grid).mean : 0;
    const isStill = before === undefined || difference <= motionLevels;
    const change = isStill ? difference : difference / activeShare(before.grid, grid);
    this.seen.push({ grid, statistics, change, shift, novelty: isStill ? change : undefined });
    const ahead = Math.max(this.reach, this.window);
    while (this.decided + ahead < this.first + this.seen.length) this.decide(this.decided++);
    while (this.first < this.decided - ahead - 1) {
      this.seen.shift();
      this.first++;
    }
  }

  finish(): number[] {
    while (this.decided < this.first + this.seen.length) this.decide(this.decided++);
    return this.cuts;
  }

  private decide(index: number): void {
    if (index <= this.backAt || !(this.isByPicture(index) || this.isByStatistics(index))) return;
    const last = this.cuts.at(-1);
    const isSame = last !== undefined && index - last <= Math.max(2, this.reach / 3);
    if (!isSame) return void this.cuts.push(index);
    // Two steps into the same scene, as when a cut lies within a frame that blends both: the larger one counts.
    if (this.at(last) && this.step(last, 'novelty') < this.step(index, 'novelty')) this.cuts[this.cuts.length - 1] = index;
  }

  private at(index: number): Seen | undefined {
    return this.seen[index - this.first];
  }

  private isByPicture(index: number): boolean {
    return this.stands('novelty', index, pictureRule) && !this.comesBack(index, 'novelty', pictureRule);
  }

  private isByStatistics(index: number): boolean {
    return this.stands('shift', index, statisticsRule) && !this.comesBack(index, 'shift', statisticsRule);
  }

  /** Difference of a frame that is kept from the frame before it. */
  private step(index: number, measure: Measure): number {
    const seen = this.at(index)!;
    if (measure === 'shift') return seen.shift;
    seen.novelty ??= movedDifference(this.at(index - 1)!.grid, seen.grid);
    return seen.novelty;
  }

  /**
   * Whether the step stands out against the upper quartile of its neighbours: a second cut or a flash changes it little. As many of them as lie above
   * the quartile may be too large; what moves can only be smaller than the whole change.
   */
  private stands(measure: Measure, index: number, { least, factor }: Rule): boolean {
    if (measure === 'novelty' && this.at(index)!.change < least) return false;
    const step = this.step(index, measure);
    if (step < least) return false;
    const isLarge = (value: number) => step < factor * value + least / 2;
    const around = this.neighbours(index);
    let allowed = around.length - 1 - Math.floor(0.75 * (around.length - 1));
    for (const at of around) {
      if (measure === 'novelty' && !isLarge(this.at(at)!.change)) continue;
      if (isLarge(this.step(at, measure)) && allowed-- <= 0) return false;
    }
    return true;
  }

  /** Frames around a step that have one themselves, the nearest first. */
  private neighbours(index: number): number[] {
    const around: number[] = [];
    for (let away = 1; away <= this.window; away++)
      for (const at of [index - away, index + away]) if (at >= 1 && this.at(at)) around.push(at);
    return around;
  }

  /** Whether a frame before the step shows the same scene as one behind it. */
  private comesBack(index: number, measure: Measure, { sameScene }: Rule): boolean {
    const [before, behind] = [this.at(index - 1)!, this.at(index)!];
    const limit = sameScene * this.step(index, measure);
    const isSame = (a: Seen | undefined, b: Seen | undefined) =>
      a !== undefined && b !== undefined && this.difference(a, b, measure) < limit;
    for (let away = 1; away <= this.reach; away++) {
      if (isSame(this.at(index - 1 - away), behind)) return true;
      if (!isSame(before, this.at(index + away))) continue;
      this.backAt = index + away;
      return true;
    }
    return false;
  }

  private difference(a: Seen, b: Seen, measure: Measure): number {
    return measure === 'novelty' ? movedDifference(a.grid, b.grid) : statisticsDifference(a.statistics, b.statistics);
  }
}
