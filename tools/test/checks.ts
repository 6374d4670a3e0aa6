import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { print } from '../bootstrap/console.mjs';
import { compileCache, dataFolder, root } from '../setup/paths.ts';
import type { TestTotals } from './test-totals.ts';

export interface Check {
  readonly name: string;
  /** a program of node_modules/.bin and its arguments */
  readonly command: readonly [string, ...string[]];
}

const colours = process.stdout.isTTY === true && !process.env.NO_COLOR;

/** What is checked besides the tests, each counted as one. */
export const checks: readonly Check[] = [
  { name: 'lint and format', command: ['biome', 'ci', '.', `--colors=${colours ? 'force' : 'off'}`, '--max-diagnostics=50'] },
  {
    name: 'types',
    command: ['tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', join(dataFolder, 'types.tsbuildinfo'), '--pretty', String(colours)],
  },
  {
    name: 'import directions',
    command: [
      'depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
      'apps',
      'libs',
      'tools',
      'bench',
      'kong',
      'grafana',
      'deploy',
    ],
  },
];

/** Runs the checks side by side, shows what each that fails has to say, and counts them. */
export async function runChecks(list: readonly Check[], signal: AbortSignal): Promise<TestTotals> {
  print(`checks    ${list.map(({ name }) => name).join(', ')} …`);
  const passed = await Promise.all(list.map((check) => runCheck(check, signal)));
  const good = passed.filter(Boolean).length;
  return { passed: good, failed: list.length - good, skipped: 0 };
}

async function runCheck({ name, command: [program, ...args] }: Check, signal: AbortSignal): Promise<boolean> {
  const began = Date.now();
  const script = join(root, 'node_modules/.bin', program);
  const child = spawn(script, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache, ...(colours ? {} : { NO_COLOR: '1' }) },
    signal,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += piece));
  const code = await new Promise((done) => child.once('error', done).once('close', done));
  const seconds = ((Date.now() - began) / 1_000).toFixed(1);
  if (code !== 0) print(`${output.trimEnd()}\n`);
  print(`checks    ${name}: ${code === 0 ? 'passed' : 'FAILED'} (${seconds} s)`);
  return code === 0;
}
