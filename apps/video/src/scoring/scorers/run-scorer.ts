/** Runs a scorer in a process of its own, with limits of CPU time, memory and output. */
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runTool, type ToolExit, ToolFailure } from '#compute';
import { Failure } from '#contracts';
import type { RowColumns } from '../row-spool.ts';
import { largestMagnitude } from '../row-spool.ts';
import { scorerExits } from './scorer-exits.ts';
import type { Scorer } from './scorer-manifest.ts';

export interface ScorerInput {
  readonly rows: Pick<RowColumns, 'rowCount' | 'values'>;
  /** Of the columns. */
  readonly names: readonly string[];
  readonly weights: readonly number[];
  readonly signal: AbortSignal;
}

const isSource = import.meta.url.endsWith('.ts');
const fileOf = (name: string) => fileURLToPath(new URL(`./${name}.${isSource ? 'ts' : 'js'}`, import.meta.url));
const program = fileOf('scorer.process');
/** Node reserves addresses that it does not use. */
const addressBytes = 2 * 1024 ** 3;
/** Of Node itself, with a script. */
const processBytes = 64 * 1_048_576;

/** Memory that the process of a scorer takes at most. @param valuesBytes of the columns */
export const scorerMemoryBytes = ({ limits }: Scorer, valuesBytes: number): number =>
  processBytes + limits.memoryMb * 1_048_576 + 2 * valuesBytes; // the columns, and scores that are checked

const nodeFlags = (memoryMb: number) => [
  ...[
    '--permission',
    `--allow-fs-read=${program}`,
    `--allow-fs-read=${fileOf('scorer-exits')}`,
    '--disallow-code-generation-from-strings',
    '--no-warnings',
  ],
  `--max-old-space-size=${memoryMb}`,
];

/**
 * @returns a score for each row, in memory that threads share
 * @throws Failure `scorer-failed` for whatever the scorer does; `cancelled`, `deadline-exceeded` by the signal
 */
export async function runScorer(scorer: Scorer, { rows, names, weights, signal }: ScorerInput): Promise<Float64Array> {
  const { cpuSeconds, memoryMb } = scorer.limits;
  const sizeBytes = 8 * rows.rowCount;
  const weightsByName = Object.fromEntries(names.map((name, at) => [name, weights[at]]));
  const facts = { names, weights: weightsByName, rowCount: rows.rowCount, code: scorer.code };
  const ran = runTool({
    ...{ command: process.execPath, args: [...nodeFlags(memoryMb), program], stdin: Readable.from(inputOf(facts, rows.values)) },
    ...{ cpuSeconds, wallClockMs: 5_000 + 3_000 * cpuSeconds, stdoutLimitBytes: sizeBytes },
    ...{ memoryBytes: addressBytes + 4 * rows.values.byteLength, signal },
  });
  const result = await ran.catch((error: unknown) => {
    if (signal.aborted || !(error instanceof ToolFailure)) throw error;
    throw failed(scorer, error.end === 'timeout' ? tookTooLong(cpuSeconds) : 'it gave more than its scores', error);
  });
  if (result.exitCode !== 0)
    throw failed(
      scorer,
      reasonOf(scorer, result),
      new ToolFailure('internal', 'A scorer failed.', { end: 'exit', ...result, killedBy: result.signal }),
    );
  return scoresOf(scorer, result.stdout, sizeBytes);
}

const chunkBytes = 1 << 20;

function* inputOf(facts: object, values: Float64Array): Generator<Buffer> {
  const json = Buffer.from(JSON.stringify(facts));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(json.length);
  yield Buffer.concat([head, json]);
  const bytes = Buffer.from(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  for (let at = 0; at < bytes.length; at += chunkBytes) yield Buffer.from(bytes.subarray(at, at + chunkBytes)); // a pipe takes no shared memory
}

const reasons = {
  threw: 'its script threw an error',
  wrongCount: 'it did not give one score for each row',
  notFinite: 'a score is not a finite number',
} as const satisfies Record<keyof typeof scorerExits, string>;
const reasonsByExit = new Map(Object.entries(scorerExits).map(([end, exit]) => [exit as number, reasons[end as keyof typeof reasons]]));

const tookTooLong = (cpuSeconds: number) => `it took more than ${cpuSeconds} s`;

function reasonOf({ limits }: Scorer, { exitCode, signal }: ToolExit): string {
  if (signal === 'SIGXCPU' || signal === 'SIGKILL') return tookTooLong(limits.cpuSeconds);
  return reasonsByExit.get(exitCode ?? -1) ?? `its process ended, perhaps for more than ${limits.memoryMb} MB of memory`;
}

function scoresOf(scorer: Scorer, bytes: Buffer, sizeBytes: number): Float64Array {
  if (bytes.length !== sizeBytes) throw failed(scorer, reasons.wrongCount);
  const scores = new Float64Array(new SharedArrayBuffer(sizeBytes));
  new Uint8Array(scores.buffer).set(bytes);
  for (let row = 0; row < scores.length; row++) {
    if (!(Math.abs(scores[row]!) <= largestMagnitude)) throw failed(scorer, reasons.notFinite);
    scores[row] = scores[row]! + 0; // never -0
  }
  return scores;
}

const failed = ({ name, version }: Scorer, reason: string, cause?: unknown) =>
  new Failure('scorer-failed', `The scorer ${name}@${version} failed: ${reason}.`, { cause });
