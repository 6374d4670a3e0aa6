import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Whether any other process has the file on its command line; never, where there is no /proc to look in. */
export const isInUse = (path: string): boolean =>
  existsSync('/proc') && readdirSync('/proc').some((pid) => commandLine(pid).includes(path));

function commandLine(pid: string): string {
  if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return '';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}
