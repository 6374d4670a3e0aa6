/** What work cost: user and system time in seconds. */
import { readFileSync } from 'node:fs';

/** The kernel counts in ticks of 1/100 s towards programs, on every Linux. */
const TICKS_PER_SECOND = 100;

/** Time of the calling thread so far. */
export const threadCpuSeconds = (): number => seconds(process.threadCpuUsage());

/** Time of this process with all its threads so far, children not included. */
export const processCpuSeconds = (): number => seconds(process.cpuUsage());

/** Time of a child that runs or has ended and was not reaped yet; null where /proc does not tell. */
export function childCpuSeconds(pid: number): number | null {
  const [user, system] = ticks(`/proc/${pid}/stat`);
  return user === undefined || system === undefined ? null : (user + system) / TICKS_PER_SECOND;
}

/** Time of all children that have ended and been reaped so far; null where /proc does not tell. */
export function reapedCpuSeconds(): number | null {
  const [, , user, system] = ticks('/proc/self/stat');
  return user === undefined || system === undefined ? null : (user + system) / TICKS_PER_SECOND;
}

const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;

/** utime, stime, cutime, cstime: fields 14 to 17 of proc(5); the name in field 2 may hold anything but ends at the last bracket. */
function ticks(path: string): number[] {
  try {
    const stat = readFileSync(path, 'latin1');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return afterName.slice(11, 15).map(Number);
  } catch {
    return []; // no /proc on this system, or the process is gone: the caller has another source
  }
}
