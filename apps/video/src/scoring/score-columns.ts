/**
 * Scores rows in typed columns: z-scores, one weighted score a row, percentile ranks, and statistics of groups.
 *
 * - Mean and deviation are those of the values that are there. The deviation is that of the population (divided by n, not by n - 1).
 * - z = (value - mean) / deviation; 0 in a column whose values are all the same. A missing value has no z, and counts as z = 0 in the score.
 * - score = sum of weight * z, divided by the sum of the weights' magnitudes.
 * - percentile rank = 100 * (rows with a lower score + half of the rows with the same score, itself included) / rows, in (0, 100).
 *
 * Sums are compensated (Neumaier 1974) and run in the order of the rows, so that the result does not depend on blocks or threads.
 */
import { noGroup, type RowColumns } from './row-spool.ts';
import { sortOrder } from './sort-order.ts';

export interface ColumnStatistics {
  /** Null where no row has a value. */
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly presentCount: number;
}

export interface GroupStatistics {
  /** Null: rows without a group. */
  readonly name: string | null;
  readonly rowCount: number;
  readonly meanScore: number;
  readonly minScore: number;
  readonly maxScore: number;
}

/** Arrays are in memory that threads share. */
export interface Scores {
  readonly columns: readonly ColumnStatistics[];
  readonly scores: Float64Array;
  /** 1: the highest score; of equal scores the later row comes first. */
  readonly places: Uint32Array;
  /** In (0, 100). */
  readonly percentileRanks: Float64Array;
  /** Within the group of the row; empty where rows have no groups. */
  readonly groupPercentileRanks: Float64Array;
  /** Largest first, then in the order in which they came. */
  readonly groups: readonly GroupStatistics[];
}

/**
 * @param weights one for each column of values; not all 0
 * @param given scores in place of the weighted sums: finite, without -0
 */
export function scoreColumns(rows: RowColumns, weights: readonly number[], given?: Float64Array): Scores {
  const { rowCount, values } = rows;
  const scores = given ?? sharedFloats(rowCount);
  const columns: ColumnStatistics[] = [];
  const total = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  for (const [column, weight] of weights.entries()) {
    const own = values.subarray(column * rowCount, (column + 1) * rowCount);
    const statistics = statisticsOf(own);
    columns.push(statistics);
    if (!given) addWeighted(scores, own, statistics, weight / total);
  }
  return { columns, scores, ...rankScores(rows, scores) };
}

/** @returns z of `value`; 0 without a value or a deviation */
export const zScoreOf = (value: number, { mean, standardDeviation }: ColumnStatistics): number =>
  standardDeviation ? (value - mean!) / standardDeviation : 0;

function addWeighted(scores: Float64Array, values: Float64Array, statistics: ColumnStatistics, weight: number): void {
  const { mean, standardDeviation } = statistics;
  if (!standardDeviation || weight === 0) return;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!Number.isNaN(value)) scores[row] = scores[row]! + weight * ((value - mean!) / standardDeviation); // never -0: it begins at 0
  }
}

/** @param values NaN: no value */
export function statisticsOf(values: Float64Array): ColumnStatistics {
  let [presentCount, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [sum, lost] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    presentCount++;
    if (value < min) min = value;
    if (value > max) max = value;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  if (presentCount === 0) return { mean: null, standardDeviation: null, min: null, max: null, presentCount };
  if (min === max) return { mean: min, standardDeviation: 0, min, max, presentCount };
  const mean = (sum + lost) / presentCount;
  return { mean, standardDeviation: deviationOf(values, mean, presentCount), min, max, presentCount };
}

/** Of the population, in two passes with the correction for the rounding of the mean (Chan, Golub and LeVeque 1983). */
function deviationOf(values: Float64Array, mean: number, count: number): number {
  let [squares, lost, differences] = [0, 0, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    const difference = value - mean;
    const square = difference * difference;
    const next = squares + square;
    lost += squares >= square ? squares - next + square : square - next + squares;
    squares = next;
    differences += difference;
  }
  return Math.sqrt(Math.max(0, (squares + lost - (differences * differences) / count) / count));
}

/** Ranks among all rows and within groups, in one walk through the rows by ascending score. Rows without a group are a group of their own, the last one. */
function rankScores({ groupOf, groupNames, rowCount }: RowColumns, scores: Float64Array) {
  const order = sortOrder(scores);
  const hasGroups = groupOf.length > 0;
  const tally = new GroupTally(groupOf, hasGroups ? groupNames.length : 0);
  const places = new Uint32Array(new SharedArrayBuffer(4 * rowCount));
  const percentileRanks = sharedFloats(rowCount);
  const groupPercentileRanks = sharedFloats(hasGroups ? rowCount : 0);
  for (let start = 0; start < rowCount; ) {
    const score = scores[order[start]!]!;
    let end = start + 1;
    while (end < rowCount && scores[order[end]!] === score) end++;
    const rank = (50 * (start + end)) / rowCount;
    for (let at = start; at < end; at++) {
      percentileRanks[order[at]!] = rank;
      places[order[at]!] = rowCount - at;
    }
    if (hasGroups) tally.rank(order, start, end, score, groupPercentileRanks);
    start = end;
  }
  return { places, percentileRanks, groupPercentileRanks, groups: hasGroups ? tally.statistics(groupNames) : [] };
}

const sharedFloats = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length));

/** Counts the rows of each group by ascending score. */
class GroupTally {
  readonly #groupOf: Uint32Array;
  /** Place of the rows without a group. */
  readonly #none: number;
  readonly #counts: Float64Array;
  readonly #below: Float64Array;
  readonly #same: Float64Array;
  readonly #sums: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;

  constructor(groupOf: Uint32Array, groupCount: number) {
    this.#groupOf = groupOf;
    this.#none = groupCount;
    const perGroup = () => new Float64Array(groupCount + 1);
    [this.#counts, this.#below, this.#same, this.#sums, this.#min, this.#max] = [
      ...[perGroup(), perGroup(), perGroup()],
      ...[perGroup(), perGroup(), perGroup()],
    ] as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    for (let row = 0; row < groupOf.length; row++) this.#counts[this.#at(row)]!++;
  }

  #at(row: number): number {
    const group = this.#groupOf[row]!;
    return group === noGroup ? this.#none : group;
  }

  /** Takes the rows from `start` to before `end`, which have the same score, above that of all rows before. */
  rank(order: Uint32Array, start: number, end: number, score: number, ranks: Float64Array): void {
    const [below, same, counts] = [this.#below, this.#same, this.#counts];
    for (let at = start; at < end; at++) {
      const group = this.#at(order[at]!);
      if (below[group] === 0 && same[group] === 0) this.#min[group] = score;
      same[group]!++;
      this.#max[group] = score;
      this.#sums[group]! += score;
    }
    for (let at = start; at < end; at++) {
      const group = this.#at(order[at]!);
      ranks[order[at]!] = (100 * (below[group]! + same[group]! / 2)) / counts[group]!;
    }
    for (let at = start; at < end; at++) {
      const group = this.#at(order[at]!);
      below[group]! += same[group]!; // once for each group: then `same` is 0
      same[group] = 0;
    }
  }

  statistics(names: readonly string[]): GroupStatistics[] {
    const groups = [...names, null].map((name, group) => ({
      name,
      rowCount: this.#counts[group]!,
      meanScore: this.#sums[group]! / this.#counts[group]!,
      minScore: this.#min[group]!,
      maxScore: this.#max[group]!,
    }));
    return groups.filter(({ rowCount }) => rowCount > 0).sort((a, b) => b.rowCount - a.rowCount);
  }
}
