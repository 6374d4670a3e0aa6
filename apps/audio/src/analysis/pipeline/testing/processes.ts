import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Whether another process has the file on its command line; false where /proc is missing. */
export const isInUse = (path: string): boolean =>
  existsSync('/proc') && readdirSync('/proc').some((pid) => commandLine(pid).includes(path));

function commandLine(pid: string): string {
  if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return '';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // the process has ended
  }
}
