/** The methods of scoring, each as one request: lines in, scored lines out. */
import { RowBlocks } from '../scoring/merge-blocks.ts';
import { encodeAll, type ScoreEngine } from '../scoring/score-engine.ts';
import type { BenchmarkedMethods } from './run-benchmark.ts';

const fields = { names: ['views', 'likes', 'durationSeconds'], groupBy: 'channel' };
const weights = [1, 2, -1];

/** Spread evenly, the same in each run. */
const spread = (at: number, most: number) => (at * 2_654_435_761) % most;

/** @returns `rows` lines of NDJSON */
export const benchmarkLines = (rows: number): Buffer =>
  Buffer.from(
    Array.from({ length: rows }, (_, at) =>
      JSON.stringify({
        ...{ id: `video-${at}`, title: 'A holiday', channel: `channel-${at % 50}` },
        ...{ views: spread(at, 1_000_003), likes: spread(at, 10_007), durationSeconds: spread(at, 100_003) / 100 },
      }),
    ).join('\n'),
  );

/** @param engines by the name of their method */
export function scoredMethods(engines: Readonly<Record<string, ScoreEngine>>, rows: number): BenchmarkedMethods {
  const lines = benchmarkLines(rows);
  return Object.fromEntries(Object.entries(engines).map(([method, engine]) => [method, () => score(engine, lines, rows)]));
}

async function score(engine: ScoreEngine, lines: Buffer, rows: number): Promise<void> {
  const blocks = new RowBlocks({ maxGroups: 1_000 });
  blocks.add(await engine.read({ bytes: lines, firstLine: 1, lineCount: rows, fields }));
  const table = blocks.merge(fields.names.length);
  const scores = await engine.score(table, weights);
  for await (const _ of encodeAll(engine, { table: { rows: table, scores, names: fields.names }, format: 'ndjson' }));
}
