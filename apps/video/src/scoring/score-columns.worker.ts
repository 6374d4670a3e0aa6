/** Scores columns on another thread; they and the result are in shared memory, not copied. */
import type { RowColumns } from './row-spool.ts';
import { type Scores, scoreColumns } from './score-columns.ts';

export interface ColumnsToScore {
  readonly rows: RowColumns;
  readonly weights: readonly number[];
  /** Scores in place of the weighted sums. */
  readonly given?: Float64Array | undefined;
}

export default ({ rows, weights, given }: ColumnsToScore): Scores => scoreColumns(rows, weights, given);
