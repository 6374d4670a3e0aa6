import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { say } from '../bootstrap/say.mjs';
import { dataFolder, root } from '../setup/paths.ts';
import { countJest, type JestTally, type Tally } from './tally.ts';

/** Jest with open handles never leaves by itself. */
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
): Promise<Tally> {
  const file = join(folder, 'tally.json');
  const child = spawn(process.execPath, jestCommand(args), {
    cwd: root,
    env: { ...environment, RAFAGA_TEST_TALLY: file, RAFAGA_TEST_CPU: join(folder, cpuFile) },
    stdio: ['ignore', 1, 1],
    detached: true,
  });
  signal.addEventListener('abort', () => killGroup(child), { once: true });
  const exited = new Promise<number | null>((done) => child.once('error', () => done(1)).once('exit', done));
  const stuck = await Promise.race([exited.then(() => false), overstays(file, exited)]);
  if (stuck) {
    say(`tests     Jest finished, but something keeps it open; ended it after ${leaveWithinMs / 1_000} s`);
    killGroup(child);
  }
  const written = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as JestTally) : undefined;
  return countJest(written, stuck ? 1 : await exited);
}

export function jestCommand(args: readonly string[]): readonly string[] {
  const flags = [
    '--ci',
    `--maxWorkers=${Math.min(mostWorkers, availableParallelism())}`,
    `--cacheDirectory=${join(dataFolder, 'jest-cache')}`,
  ];
  const reporters = ['--reporters=default', `--reporters=${join(import.meta.dirname, 'tally-reporter.mjs')}`];
  return [join(root, 'node_modules/jest/bin/jest.js'), ...args, ...flags, ...reporters];
}

async function overstays(file: string, exited: Promise<unknown>): Promise<boolean> {
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
