import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { identify, type ProcessIdentity, until } from '#testing/servers';

/** Inherited by every process of a test run; its value identifies the run. */
export const runIdVariable = 'RAFAGA_TEST_RUN';

const graceMs = 3_000;

/**
 * Ends the processes that a test run started and that still run a few seconds after it. @returns those processes
 *
 * @param mark the run's value of RAFAGA_TEST_RUN
 * @param folder the run's temporary folder: a server that overwrites its environment still has it among its arguments
 */
export async function endLeakedProcesses(mark: string, folder: string): Promise<readonly ProcessIdentity[]> {
  await until(() => leaked(mark, folder).length === 0, graceMs, 100);
  const left = leaked(mark, folder);
  for (const { pid } of left) end(pid);
  return left;
}

function leaked(mark: string, folder: string): readonly ProcessIdentity[] {
  const belongs = (pid: number) =>
    environmentOf(pid).includes(`${runIdVariable}=${mark}`) || (identify(pid)?.command ?? '').includes(folder);
  return processNumbers()
    .filter((pid) => pid !== process.pid && belongs(pid))
    .map(identify)
    .filter((process) => process !== undefined);
}

function processNumbers(): readonly number[] {
  if (process.platform !== 'linux') return execFileSync('ps', ['-axo', 'pid='], { encoding: 'utf8' }).trim().split(/\s+/).map(Number);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return ''; // it ended, is somebody else's, or this is no Linux
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself in the meantime
  }
}
