/** `npm run --silent video:compare -- A B`: whether two videos show the same, without a server. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { print, runProgram, untilInterrupted } from '#program';

const usage = `Usage: npm run --silent video:compare -- A B
       npm run --silent video:compare -- --pairs FILE

Prints one line of JSON for each pair: {similarity, same, spans}, or {similarity: 0, same: false, spans: [], problem} where a file is refused.

  --pairs FILE  lines of two paths with a tab between them; each file is read once
  --help        this text

similarity is the share of the shorter video that is in the other one; spans are the stretches of A with the time in B at which each begins.
Exit code: 0 when every pair has its line; 1 when ffmpeg cannot run; 2 when the command line is wrong. FFMPEG_PATH names the ffmpeg to use.
`;

await runProgram({ usage, readArguments: readPairs, run: compareAll });

type Pair = readonly [a: string, b: string];

/** @throws RangeError or TypeError, with a sentence for the user, when the arguments are wrong */
async function readPairs(args: readonly string[]): Promise<readonly Pair[] | 'help'> {
  const options = { help: { type: 'boolean', short: 'h' }, pairs: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  if (values.help) return 'help';
  if (values.pairs === undefined) {
    if (positionals.length !== 2) throw new RangeError('Which two files?');
    return [[positionals[0]!, positionals[1]!]];
  }
  if (positionals.length > 0) throw new RangeError('--pairs takes no further files.');
  const text = await readFile(resolve(process.env.INIT_CWD ?? '.', values.pairs), 'utf8').catch(() => {
    throw new RangeError(`The file ${values.pairs} cannot be read.`);
  });
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line, index): Pair => {
      const [a, b, ...more] = line.split('\t');
      if (!a || !b || more.length > 0)
        throw new RangeError(`Line ${index + 1} of ${values.pairs} is not two paths with a tab between them.`);
      return [a, b];
    });
}

async function compareAll(pairs: readonly Pair[]): Promise<number> {
  const [{ PairComparer }, { Failure }, { ffmpegTools }] = await Promise.all([
    import('./compare-pairs.ts'), // not needed to print the usage
    import('#contracts'),
    import('#media'),
  ]);
  const signal = untilInterrupted();
  const { FFMPEG_PATH, INIT_CWD: calledFrom } = process.env;
  const comparer = new PairComparer({ tools: ffmpegTools(FFMPEG_PATH), signal, ...(calledFrom && { calledFrom }) });
  for (const [a, b] of pairs) {
    try {
      await print(`${JSON.stringify(await comparer.compare(a, b))}\n`);
    } catch (error) {
      if (signal.aborted) return 130;
      if (!(error instanceof Failure && error.code === 'service-unavailable')) throw error;
      process.stderr.write(`${error.message}\n`);
      return 1;
    }
  }
  return 0;
}
