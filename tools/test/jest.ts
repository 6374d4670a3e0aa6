import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { print } from '../bootstrap/console.mjs';
import { dataFolder, root } from '../setup/paths.ts';
import { countJest, type JestTotals, type TestTotals } from './test-totals.ts';

/** Jest does not exit by itself while handles are open. */
const leaveWithinMs = 20_000;
const mostWorkers = 8;
/** In the folder of a run: the CPU time of each spec file. */
export const cpuFile = 'cpu.ndjson';

/** Runs Jest in a process group of its own and counts what it did. */
export async function runJest(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  folder: string,
  signal: AbortSignal,
): Promise<TestTotals> {
  const file = join(folder, 'totals.json');
  const child = spawn(process.execPath, jestCommand(args), {
    cwd: root,
    env: { ...environment, RAFAGA_TEST_TOTALS: file, RAFAGA_TEST_CPU: join(folder, cpuFile) },
    stdio: ['ignore', 1, 1],
    detached: true,
  });
  signal.addEventListener('abort', () => killGroup(child), { once: true });
  const exited = new Promise<number | null>((done) => child.once('error', () => done(1)).once('exit', done));
  const stuck = await Promise.race([exited.then(() => false), isStillOpen(file, exited)]);
  if (stuck) {
    print(`tests     Jest finished, but something keeps it open; ended it after ${leaveWithinMs / 1_000} s`);
    killGroup(child);
  }
  const written = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as JestTotals) : undefined;
  return countJest(written, stuck ? 1 : await exited);
}

export function jestCommand(args: readonly string[]): readonly string[] {
  const flags = [
    '--ci',
    `--maxWorkers=${Math.min(mostWorkers, availableParallelism())}`,
    `--cacheDirectory=${join(dataFolder, 'jest-cache')}`,
  ];
  const reporters = ['--reporters=default', `--reporters=${join(import.meta.dirname, 'totals-reporter.mjs')}`];
  return [join(root, 'node_modules/jest/bin/jest.js'), ...args, ...flags, ...reporters];
}

async function isStillOpen(file: string, exited: Promise<unknown>): Promise<boolean> {
  let over = false;
  void exited.then(() => (over = true));
  while (!existsSync(file)) {
    if (over) return false;
    await wait(500);
  }
  await wait(leaveWithinMs, undefined, { ref: false });
  return !over;
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // the whole group has left already
  }
}
