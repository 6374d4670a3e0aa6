/**
 * Program that runs the script of one scorer and prints its scores as numbers of 64 bits. The script runs in a context of its own without modules and
 * without any object of Node; the process may read no file but this one and its exit codes, start nothing and make no code from text. It ends with one
 * of `scorerExits`.
 *
 * All of it happens in one turn, and the process ends in the same turn: promise jobs and timers of the script never run. They could get hold of objects
 * of Node, such as the error of a refused `import()`, and Node keeps a process from the network only by what it does not give to a context.
 *
 * Input: the length of the facts in four bytes, the facts as JSON, then the columns.
 */
import { readSync, writeSync } from 'node:fs';
import { constants, createContext, runInContext } from 'node:vm';
import { scorerExits } from './scorer-exits.ts';

const [stdin, stdout, stderr] = [0, 1, 2];
const { threw, wrongCount, notFinite } = scorerExits;

/** Runs inside the context, before the script, and keeps what it needs of the language in case the script changes it. */
const frame = `(function (facts) {
  'use strict';
  const { names, weights, rowCount } = JSON.parse(facts);
  const [Numbers, finite, problem] = [Float64Array, Number.isFinite, (exit) => ({ exit })];
  const values = new Uint8Array(8 * rowCount * names.length);
  const columns = Object.create(null);
  names.forEach((name, at) => { columns[name] = new Numbers(values.buffer, 8 * rowCount * at, rowCount); });
  const run = (score) => {
    const given = score({ rowCount, columns, weights });
    const count = Object(given).length;
    if (count !== rowCount) return problem(${wrongCount});
    const scores = new Numbers(rowCount);
    for (let row = 0; row < rowCount; row++) {
      const value = given[row];
      if (!finite(value)) return problem(${notFinite});
      scores[row] = value;
    }
    return { scores };
  };
  return { values, run };
})`;

type Result = { readonly scores: Float64Array } | { readonly exit: number };
type Frame = (facts: string) => { readonly values: Uint8Array; readonly run: (score: unknown) => Result };

/** Fills the bytes. @throws RangeError when the input ends before */
function fill(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(stdin, bytes, at, bytes.length - at, null);
    if (read === 0) throw new RangeError('the input ends early');
    at += read;
  }
}

function readFacts(): string {
  const head = Buffer.alloc(4);
  fill(head);
  const facts = Buffer.alloc(head.readUInt32LE());
  fill(facts);
  return facts.toString();
}

/** @returns the code to end with; the scores are printed */
function run(): number {
  const facts = readFacts();
  const { code, rowCount } = JSON.parse(facts) as { code: string; rowCount: number };
  const context = createContext(constants.DONT_CONTEXTIFY as never, { codeGeneration: { strings: false, wasm: false } });
  const scorer = (runInContext(frame, context) as Frame)(facts);
  fill(scorer.values);
  runInContext(code, context, { filename: 'scorer.js' });
  const result = scorer.run(runInContext('score', context));
  if ('exit' in result) return result.exit;
  for (let at = 0; at < 8 * rowCount; ) at += writeSync(stdout, result.scores, at, 8 * rowCount - at);
  return 0;
}

function describe(error: unknown): string {
  try {
    return String((error as { stack?: unknown } | null)?.stack ?? error).slice(0, 2_000);
  } catch {
    return 'an error that cannot be shown';
  }
}

try {
  process.exit(run());
} catch (error) {
  writeSync(stderr, `${describe(error)}\n`);
  process.exit(threw);
}
