/** The steps of a run, either in this thread, which stays free for others between two steps, or on worker threads. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Compute, task } from '#compute';
import { encodePart, type PartToEncode } from './encode-part.ts';
import { type BlockToRead, type RowBlock, readRows } from './read-rows.ts';
import type { RowColumns } from './row-spool.ts';
import { type Scores, scoreColumns } from './score-columns.ts';
import type { ColumnsToScore } from './score-columns.worker.ts';

export interface ScoreEngine {
  /** Blocks that it works on at the same time. */
  readonly width: number;
  /** Takes the bytes of the block: they may be moved. */
  read(block: BlockToRead): Promise<RowBlock>;
  /** @param given scores in place of the weighted sums */
  score(rows: RowColumns, weights: readonly number[], given?: Float64Array): Promise<Scores>;
  encode(part: PartToEncode): Promise<Uint8Array>;
}

export const inlineEngine: ScoreEngine = {
  width: 1,
  read: (block) => nextTurn(block).then(readRows),
  score: (rows, weights, given) => nextTurn().then(() => scoreColumns(rows, weights, given)),
  encode: (part) => nextTurn(part).then(encodePart),
};

const readTask = task<BlockToRead, RowBlock>('./read-rows.worker', import.meta.url);
const scoreTask = task<ColumnsToScore, Scores>('./score-columns.worker', import.meta.url);
const encodeTask = task<PartToEncode, Uint8Array>('./encode-part.worker', import.meta.url);

/** @param threads of `compute` */
export const threadEngine = (compute: Compute, threads: number, signal: AbortSignal): ScoreEngine => ({
  width: threads + 1, // one waits, so that no thread does
  read: (block) => {
    const bytes = Uint8Array.from(block.bytes); // a buffer of its own, which is moved to the thread
    return compute.run(readTask, { ...block, bytes }, { signal, transfer: [bytes.buffer] });
  },
  score: (rows, weights, given) => compute.run(scoreTask, { rows, weights, given }, { signal }),
  encode: (part) => compute.run(encodeTask, part, { signal }),
});

/** Works on up to `width` items at a time, and gives the results in the order of the items. */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const ahead: Promise<Result>[] = [];
  for await (const item of items) {
    const working = work(item);
    working.catch(() => undefined); // reported when its turn comes
    ahead.push(working);
    if (ahead.length >= width) yield await ahead.shift()!;
  }
  for (const working of ahead) yield await working;
}

/** Rows of a part that is encoded at once. */
const partRows = 5_000;

/** Encodes all rows, part after part. */
export function encodeAll(engine: ScoreEngine, { table, format }: Pick<PartToEncode, 'table' | 'format'>): AsyncGenerator<Uint8Array> {
  const { rowCount } = table.rows;
  const parts = Array.from({ length: Math.ceil(rowCount / partRows) }, (_, at) => at * partRows);
  return inOrder(parts, engine.width, (from) => engine.encode({ table, format, from, to: Math.min(rowCount, from + partRows) }));
}
