import { policies } from '#cache';
import { belady } from './belady.ts';
import { shapes } from './shapes.ts';
import { simulate } from './simulate.ts';
import { families, heldOut, type Trace, type TraceShape } from './traces.ts';

/** The published policies that ours are held against. */
const published = ['lru', 'lfu', 'arc', 's3-fifo', 'sieve', 'w-tiny-lfu'];
const ours = ['predictive', 'adaptive'];
const names = [...published, ...ours];
const sizes = [1, 5, 20];

interface Row {
  readonly name: string;
  readonly requests: number;
  readonly optimum: number;
  readonly hits: Readonly<Record<string, number>>;
}

/** The families that the policies were tuned on. */
export const printTuned = () => print('families', families, { seed: 1, requests: 200_000, keys: 20_000, skew: 0.9 });

/** Other habits, seeds, sizes and skews than those; nothing was tuned on these. */
export function printHeldOut(): void {
  print('held out: same families, other seed and skew', families, { seed: 4_242, requests: 120_000, keys: 9_000, skew: 0.75 });
  print('held out: other families', heldOut, { seed: 99, requests: 150_000, keys: 15_000, skew: 1 });
  print('shapes of recorded streams', shapes, { seed: 7, requests: 200_000, keys: 20_000, skew: 0.9 });
}

function print(title: string, makers: Readonly<Record<string, (shape: TraceShape) => Trace>>, shape: TraceShape): void {
  const rows = Object.entries(makers).flatMap(([family, make]) => rowsOf(family, make(shape)));
  console.log(`\nhit ratio in %, ${title} (${shape.requests} requests, about ${shape.keys} keys, size in % of distinct keys)`);
  console.log(['row'.padEnd(20), 'optimum', ...names.map((name) => name.padStart(11))].join(' '));
  for (const row of rows) console.log(line(row.name, percent(row.optimum, row), (name) => percent(row.hits[name]!, row)));
  console.log(line('mean share of optimum', '', (name) => meanShare(rows, (row) => row.hits[name]!).toFixed(3)));
  console.log(line('worst, points', '', (name) => worst(rows, name).toFixed(1)));
  console.log(`best of the published on each row: ${meanShare(rows, bestOf).toFixed(3)}`);
}

function rowsOf(family: string, trace: Trace): Row[] {
  const distinct = new Set(trace).size;
  return sizes.map((share) => {
    const size = Math.max(1, Math.round((distinct * share) / 100));
    const hits = Object.fromEntries(names.map((name) => [name, simulate(trace, size, policies[name]!(size))]));
    return { name: `${family} ${share}%`, requests: trace.length, optimum: belady(trace, size), hits };
  });
}

const bestOf = (row: Row) => Math.max(...published.map((name) => row.hits[name]!));
const meanShare = (rows: readonly Row[], hits: (row: Row) => number) =>
  rows.reduce((sum, row) => sum + hits(row) / row.optimum, 0) / rows.length;
/** Points of hit ratio below the best published policy of the row, where it is worst. */
const worst = (rows: readonly Row[], name: string) =>
  Math.max(...rows.map((row) => ((bestOf(row) - row.hits[name]!) / row.requests) * 100));
const percent = (hits: number, row: Row) => ((hits / row.requests) * 100).toFixed(1);
const line = (title: string, optimum: string, cell: (name: string) => string) =>
  [title.padEnd(20), optimum.padStart(7), ...names.map((name) => cell(name).padStart(11))].join(' ');
