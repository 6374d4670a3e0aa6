/** `npm run --silent documents:duplicates -- FILE.jsonl`: prints a JSON line for each group of near-duplicates. */
import { resolve } from 'node:path';
import { print, runProgram } from '#program';
import { findDuplicates } from './find-duplicates.ts';

const usage = `Usage: npm run --silent documents:duplicates -- FILE.jsonl

Reads lines {"id": "…", "text": "…"} and prints {"ids": ["…", …], "similarity": 0.82} for each group of near-duplicates, the largest first.
Lines that are no documents are named on standard error; the exit status is 1 then.
`;

await runProgram({ usage, readArguments, run: printDuplicates });

function readArguments(args: readonly string[]): { readonly file: string } | 'help' {
  const [file] = args;
  if (file === '--help' || file === '-h') return 'help';
  if (file === undefined || args.length > 1) throw new RangeError('One file, please.');
  return { file };
}

async function printDuplicates({ file }: { readonly file: string }): Promise<number> {
  let badLines = 0;
  const onBadLine = (line: number, detail: string) => {
    badLines++;
    process.stderr.write(`line ${line}: ${detail}\n`);
  };
  try {
    const groups = await findDuplicates(resolve(process.env.INIT_CWD ?? '.', file), onBadLine);
    for (const group of groups) await print(`${JSON.stringify(group)}\n`);
    return badLines === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}
