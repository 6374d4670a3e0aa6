/** `npm run --silent posts:analyze -- FILE.jsonl`: the text analysis of the posts service without a server. */
import { createReadStream } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const usage = `Usage: npm run --silent posts:analyze -- FILE.jsonl

Reads lines {"id", "text", "tasks"?} and prints one line of JSON for each, in order: language, sentiment, tone, entities, grammar, readability and
keywords, or an error. Offsets count UTF-16 units, end exclusive. FILE may be - for standard input. Without "tasks" everything but grammar is done; what was not
asked for is null or empty. Grammar is checked where "tasks" names it: what is wrong, where, with suggestions.

Exit code: 0 when every line was analysed, 1 when one was not or the file cannot be read, 2 when the command line is wrong.
`;

// Saves 0.1 s at every later start. Where the folder cannot be written, nothing is cached.
enableCompileCache(fileURLToPath(new URL('../../../../.rafaga/compile-cache', import.meta.url)));
// A reader that closes the pipe (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const [file] = args;
  if (file === '--help' || file === '-h') {
    await print(usage);
    return 0;
  }
  if (args.length !== 1 || file === undefined || (file.startsWith('-') && file !== '-')) {
    process.stderr.write(`One file, please.\n\n${usage}`);
    return 2;
  }
  try {
    return await analyzeFile(file);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    process.stderr.write(`${file} cannot be read: ${error.message}\n`);
    return 1;
  }
}

async function analyzeFile(file: string): Promise<number> {
  const [{ analyzeLine, problemOf }, { maxLineBytes, readLines }] = await Promise.all([
    import('./analyze-line.ts'), // not needed to print the usage
    import('./read-lines.ts'),
  ]);
  const checker = () => import('../analysis/grammar/check-grammar.ts'); // its word lists load with the first line that asks for it
  let checkGrammar: Awaited<ReturnType<typeof checker>>['checkGrammar'] | undefined;
  const input = file === '-' ? process.stdin : createReadStream(resolve(process.env.INIT_CWD ?? '.', file));
  let failed = 0;
  for await (const { number, text } of readLines(input as AsyncIterable<Buffer>)) {
    if (text?.includes('grammar')) checkGrammar ??= (await checker()).checkGrammar;
    const answer =
      text === undefined
        ? problemOf(null, number, `The line is longer than ${maxLineBytes} bytes.`)
        : analyzeLine(text, number, checkGrammar);
    if ('error' in answer) failed++;
    await print(`${JSON.stringify(answer)}\n`);
  }
  return failed === 0 ? 0 : 1;
}

/** Waits for a slow reader. */
function print(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(text, () => done());
  });
}
