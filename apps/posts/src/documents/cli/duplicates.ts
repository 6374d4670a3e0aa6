/** `npm run --silent documents:duplicates -- FILE.jsonl`: prints a JSON line for each group of near-duplicates. */
import { resolve } from 'node:path';
import { findDuplicates } from './find-duplicates.ts';

const usage = `Usage: npm run --silent documents:duplicates -- FILE.jsonl

Reads lines {"id": "…", "text": "…"} and prints {"ids": ["…", …], "similarity": 0.82} for each group of near-duplicates, the largest first.
Lines that are no documents are named on standard error; the exit status is 1 then.
`;

// A reader that closes the pipe (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const [file] = args;
  if (file === '--help' || file === '-h') return say(process.stdout, usage, 0);
  if (file === undefined || args.length > 1) return say(process.stderr, usage, 2);
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
    return say(process.stderr, `${error.message}\n`, 1);
  }
}

function say(stream: NodeJS.WriteStream, text: string, code: number): number {
  stream.write(text);
  return code;
}

/** Waits for a slow reader. */
function print(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(text, () => done());
  });
}
