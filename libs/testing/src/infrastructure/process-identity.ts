import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What tells a process from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** when it started: clock ticks since boot together with the boot's id on Linux, a date elsewhere */
  readonly startedAt: string;
  /** the command line, arguments separated by spaces */
  readonly command: string;
}

/** @returns the process that has this number now; undefined when there is none, or only its remains (a zombie) */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined; // it ended, or ended while we looked
  }
}

/** True while exactly the process that was written down is running. */
export function isRunning(known: ProcessIdentity, look: (pid: number) => ProcessIdentity | undefined = identify): boolean {
  const now = look(known.pid);
  return now !== undefined && now.startedAt === known.startedAt;
}

/** The processes that `parent` started itself and that still run. */
export function childrenOf(parent: number): readonly ProcessIdentity[] {
  return process.platform === 'linux' ? childrenFromProc(parent) : childrenFromPs(parent);
}

function childrenFromProc(parent: number): readonly ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .flatMap((name) => identify(Number(name)) ?? []);
}

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0; // it ended while we looked
  }
}

function childrenFromPs(parent: number): readonly ProcessIdentity[] {
  return execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid = 0, ppid]) => (ppid === parent ? (identify(pid) ?? []) : []));
}

function fromProc(pid: number): ProcessIdentity | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name in parentheses may hold spaces
  if (fields[0] === 'Z') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  return { pid, startedAt: `${boot}/${fields[19]}`, command };
}

function fromPs(pid: number): ProcessIdentity | undefined {
  const line = execFileSync('ps', ['-o', 'stat=,lstart=,command=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  }).trim();
  const parts = /^(\S+)\s+(\S+ \S+\s+\d+ \S+ \d+)\s+(.*)$/.exec(line);
  if (!parts || parts[1]?.startsWith('Z')) return undefined;
  return { pid, startedAt: parts[2] ?? '', command: parts[3] ?? '' };
}
