/**
 * Program that runs the script of one scorer and prints its scores as numbers of 64 bits. The script runs in a context of its own without modules and
 * without any object of Node; the process may read no file but this one, start nothing and make no code from text. It ends with one of `scorerExits`.
 *
 * Input: the length of the facts in four bytes, the facts as JSON, then the columns.
 */
import { constants, createContext, runInContext } from 'node:vm';

const [threw, wrongCount, notFinite] = [1, 3, 4];

/** Runs inside the context, before the script, and keeps what it needs of the language in case the script changes it. */
const frame = `(function (buffer, facts) {
  'use strict';
  const { names, weights, rowCount } = JSON.parse(facts);
  const [Numbers, finite, problem] = [Float64Array, Number.isFinite, (exit) => ({ exit })];
  const columns = Object.create(null);
  names.forEach((name, at) => { columns[name] = new Numbers(buffer, 8 * rowCount * at, rowCount).slice(); });
  return function run(score) {
    const given = score({ rowCount, columns, weights });
    const count = Object(given).length;
    if (count !== rowCount) return problem(${wrongCount});
    const scores = new Numbers(rowCount);
    for (let row = 0; row < rowCount; row++) {
      const value = given[row];
      if (!finite(value)) return problem(${notFinite});
      scores[row] = value;
    }
    return scores;
  };
})`;

async function readAll(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

type Frame = (buffer: ArrayBuffer, facts: string) => (score: unknown) => Float64Array | { readonly exit: number };

function run(input: Buffer): Float64Array | { readonly exit: number } {
  const columnsAt = 4 + input.readUInt32LE(0);
  const facts = input.toString('utf8', 4, columnsAt);
  const { code } = JSON.parse(facts) as { code: string };
  const columns = new Uint8Array(input.subarray(columnsAt)).buffer; // aligned for numbers
  const context = createContext(constants.DONT_CONTEXTIFY as never, { codeGeneration: { strings: false, wasm: false } });
  const scored = (runInContext(frame, context) as Frame)(columns, facts);
  runInContext(code, context, { filename: 'scorer.js' });
  return scored(runInContext('score', context));
}

function describe(error: unknown): string {
  try {
    return String((error as { stack?: unknown } | null)?.stack ?? error).slice(0, 2_000);
  } catch {
    return 'an error that cannot be shown';
  }
}

const input = await readAll();
try {
  const scores = run(input);
  if ('exit' in scores) process.exitCode = scores.exit;
  else process.stdout.write(Buffer.from(scores.buffer, scores.byteOffset, scores.byteLength));
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = threw;
}
