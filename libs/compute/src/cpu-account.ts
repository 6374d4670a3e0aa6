/** CPU time of worker threads and child processes, charged to the work that they were started for. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

/** Called with the CPU seconds (user and system) of each thread task and child process, when it has ended. */
export type CpuAccount = (seconds: number) => void;

const accounts = new AsyncLocalStorage<CpuAccount>();
const noAccount: CpuAccount = () => undefined;

export const runWithCpuAccount = <T>(account: CpuAccount, work: () => T): T => accounts.run(account, work);

export const currentCpuAccount = (): CpuAccount => accounts.getStore() ?? noAccount;

/** The kernel reports ticks to programs at 100 Hz on every architecture (USER_HZ, proc(5)). */
const ticksPerSecond = 100;
/** One counter for all threads: the kernel counts the children of the process, whichever thread started them. */
const sharedName = 'rafaga:counted-child-ticks';
const counted = isMainThread ? newCounter() : ((getEnvironmentData(sharedName) as Int32Array | undefined) ?? newCounter());

function newCounter(): Int32Array {
  const counter = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(childTicks());
  setEnvironmentData(sharedName, counter);
  return counter;
}

/**
 * The CPU seconds of the child processes that have ended since the last call; 0 where the system has no /proc. Call it when a child has ended. The sum
 * is exact; of two that end at the same moment, the first is charged for both.
 */
export function endedChildrenSeconds(): number {
  const ticks = childTicks();
  return Math.max(0, ticks - Atomics.exchange(counted, 0, ticks)) / ticksPerSecond;
}

/** `cutime` and `cstime` of this process: fields 16 and 17, counted behind the name, which may contain blanks. */
function childTicks(): number {
  if (process.platform !== 'linux') return 0;
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1)!.split(' ');
  return Number(fields[13]) + Number(fields[14]);
}
