/**
 * The cache's bench. Without arguments: five suites of timings, as ratios to lru-cache in the same run, then hit ratios against the optimum.
 * With `--trace FILE[.gz] --size N [--strategy S]`: one recorded trace, one line of JSON.
 */
import { printHeldOut, printTuned } from './hit-ratios.ts';
import { runSuites } from './suites.ts';
import { runTrace } from './trace-mode.ts';

const args = process.argv.slice(2);

async function main(): Promise<void> {
  if (args.some((arg) => arg.startsWith('--trace'))) return console.log(JSON.stringify(await runTrace(args)));
  if (!args.includes('--ratios')) await runSuites();
  if (args.includes('--suites')) return;
  printTuned();
  printHeldOut();
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
