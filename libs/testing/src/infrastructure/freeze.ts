import { readdirSync, readFileSync } from 'node:fs';
import { childrenOf } from './process-identity.ts';
import type { ManagedServer } from './server.ts';

/** A machine that cannot stop a thread in this time is out of order. */
const stopTimeoutMs = 10_000;

/**
 * Freezes a server and its child processes (SIGSTOP): the kernel still accepts connections and bytes for them, but nothing answers.
 * Returns when every thread has stopped. `kill` returns before: while the signal waits for its thread to be scheduled, the others still answer.
 *
 * @returns resumes them; does nothing when they have ended
 * @throws Error when they have not stopped after 10 s
 */
export function freeze({ pid }: Pick<ManagedServer, 'pid'>): () => void {
  stop(pid); // first, so that it starts no more children
  const frozen = [pid, ...childrenOf(pid).map((child) => child.pid)];
  for (const each of frozen.slice(1)) stop(each);
  return () => {
    for (const each of frozen.splice(0).reverse()) signal(each, 'SIGCONT');
  };
}

function stop(pid: number): void {
  signal(pid, 'SIGSTOP');
  const end = Date.now() + stopTimeoutMs;
  while (!hasStopped(pid)) {
    if (Date.now() > end) throw new Error(`process ${pid} has not stopped`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // 1 ms; the caller's next line must find a frozen server
  }
}

/** Whether every thread is stopped, traced or ended. True where the system has no /proc. */
function hasStopped(pid: number): boolean {
  try {
    const tasks = `/proc/${pid}/task`;
    return readdirSync(tasks).every((task) => /^[TtZX]/.test(stateOf(`${tasks}/${task}/stat`)));
  } catch {
    return true; // no such process, or no /proc
  }
}

/** The state follows the name of the program, which stands in parentheses and may contain any character. */
function stateOf(statFile: string): string {
  try {
    const stat = readFileSync(statFile, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2);
  } catch {
    return 'X'; // the thread has ended
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // the process has ended
  }
}
