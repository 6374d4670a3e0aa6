/** `npm run --silent posts:analyze -- FILE.jsonl`: the text analysis of the posts service without a server. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { print, runProgram } from '#program';

const usage = `Usage: npm run --silent posts:analyze -- FILE.jsonl

Reads lines {"id", "text", "tasks"?} and prints one line of JSON for each, in order: language, sentiment, tone, entities, grammar, readability and
keywords, or an error. Offsets count UTF-16 units, end exclusive. FILE may be - for standard input. Without "tasks" everything but grammar is done; what was not
asked for is null or empty. Grammar is checked where "tasks" names it: what is wrong, where, with suggestions.

Exit code: 0 when every line was analysed, 1 when one was not or the file cannot be read, 2 when the command line is wrong.
`;

await runProgram({ usage, readArguments, run: analyze });

function readArguments(args: readonly string[]): { readonly file: string } | 'help' {
  const [file] = args;
  if (file === '--help' || file === '-h') return 'help';
  if (args.length !== 1 || file === undefined || (file.startsWith('-') && file !== '-')) throw new RangeError('One file, please.');
  return { file };
}

async function analyze({ file }: { readonly file: string }): Promise<number> {
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
