/** CPU time (user and system) in seconds. */
import { readFileSync } from 'node:fs';

/** Linux reports CPU times to user space in ticks of 1/100 s. */
const TICKS_PER_SECOND = 100;

/** CPU time of the calling thread. */
export const threadCpuSeconds = (): number => seconds(process.threadCpuUsage());

/** CPU time of this process with all its threads, without children. */
export const processCpuSeconds = (): number => seconds(process.cpuUsage());

/** CPU time of a child that runs, or has ended and is not reaped yet; null where /proc is missing. */
export function childCpuSeconds(pid: number): number | null {
  const [user, system] = ticks(`/proc/${pid}/stat`);
  return user === undefined || system === undefined ? null : (user + system) / TICKS_PER_SECOND;
}

/** CPU time of all reaped children; null where /proc is missing. */
export function reapedCpuSeconds(): number | null {
  const [, , user, system] = ticks('/proc/self/stat');
  return user === undefined || system === undefined ? null : (user + system) / TICKS_PER_SECOND;
}

const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;

/** utime, stime, cutime, cstime: fields 14 to 17 of proc(5); the name in field 2 may contain any character and ends at the last bracket. */
function ticks(path: string): number[] {
  try {
    const stat = readFileSync(path, 'latin1');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return afterName.slice(11, 15).map(Number);
  } catch {
    return []; // no /proc on this system, or the process has ended: the caller has another source
  }
}
