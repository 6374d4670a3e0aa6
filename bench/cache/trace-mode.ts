import { parseArgs } from 'node:util';
import { policies } from '#cache';
import { belady } from './belady.ts';
import { type Key, readTrace } from './read-trace.ts';
import { Simulation } from './simulate.ts';

export interface TraceResult {
  readonly strategy: string;
  readonly size: number;
  readonly requests: number;
  readonly hits: number;
}

/**
 * Runs one recorded trace through one policy.
 *
 * @param args `--trace FILE[.gz] --size N [--strategy S]`; S is any policy, or `belady` for the optimum (which reads the whole trace first)
 * @throws RangeError for a size or strategy that is none
 */
export async function runTrace(args: readonly string[]): Promise<TraceResult> {
  const options = { trace: { type: 'string' }, size: { type: 'string' }, strategy: { type: 'string', default: 'adaptive' } } as const;
  const { trace = '', size: sizeText = '', strategy } = parseArgs({ args: [...args], options }).values;
  const size = Number(sizeText);
  if (!Number.isSafeInteger(size) || size < 1) throw new RangeError('--size must be a whole number of entries, at least 1');
  if (strategy === 'belady') return runBelady(trace, size);
  const make = policies[strategy];
  if (make === undefined) throw new RangeError(`--strategy must be one of ${Object.keys(policies).join(', ')}, belady`);
  const simulation = new Simulation(size, make(size));
  for await (const keys of readTrace(trace)) for (const key of keys) simulation.ask(key);
  return { strategy, size, requests: simulation.requests, hits: simulation.hits };
}

async function runBelady(file: string, size: number): Promise<TraceResult> {
  const numbers = new Map<Key, number>();
  const trace: number[] = [];
  for await (const keys of readTrace(file)) {
    for (const key of keys) {
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      trace.push(number);
    }
  }
  return { strategy: 'belady', size, requests: trace.length, hits: belady(Int32Array.from(trace), size) };
}
