/**
 * Finds hard cuts while frames arrive: a frame that differs from the one before much more than frames around it do, and from which the old picture
 * does not come back. What comes back within a moment was a flash. Two measures are looked at: the pictures after motion is taken out, and the
 * distribution of their levels, which tells noisy scenes apart.
 */
import { movedDifference } from './frame-difference.ts';
import type { Grid } from './frame-grid.ts';
import { type PictureStatistics, statisticsDifference, statisticsOf } from './picture-statistics.ts';

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
  /** Difference from the frame before by each measure. */
  readonly novelty: number;
  readonly shift: number;
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

  /** @param novelty difference from the frame before after motion is taken out; 0 for the first one */
  push(grid: Grid, novelty: number): void {
    const statistics = statisticsOf(grid);
    const before = this.seen.at(-1);
    this.seen.push({ grid, statistics, novelty, shift: before ? statisticsDifference(before.statistics, statistics) : 0 });
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
    const before = this.at(last);
    if (before && before.novelty < this.at(index)!.novelty) this.cuts[this.cuts.length - 1] = index;
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

  /** Whether the step stands out. The threshold is made from the upper quartile of the neighbours: a second cut or a flash changes it little. */
  private stands(measure: Measure, index: number, { least, factor }: Rule): boolean {
    const step = this.at(index)![measure];
    if (step < least) return false;
    const around: number[] = [];
    for (let at = index - this.window; at <= index + this.window; at++) {
      const neighbour = at === index || at < 1 ? undefined : this.at(at);
      if (neighbour) around.push(neighbour[measure]);
    }
    around.sort((a, b) => a - b);
    const usual = around[Math.floor(0.75 * (around.length - 1))] ?? 0;
    return step >= factor * usual + least / 2;
  }

  /** Whether a frame before the step shows the same scene as one behind it. */
  private comesBack(index: number, measure: Measure, { sameScene }: Rule): boolean {
    const [before, behind] = [this.at(index - 1)!, this.at(index)!];
    const limit = sameScene * behind[measure];
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
