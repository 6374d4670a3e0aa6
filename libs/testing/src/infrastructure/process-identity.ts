import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Identifies a process across reuse of its pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** start time: boot id and clock ticks since boot on Linux, a date elsewhere */
  readonly startedAt: string;
  /** the command line, arguments separated by spaces */
  readonly command: string;
}

/** @returns the process that has this pid now; undefined when there is none or it is a zombie */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined; // it has ended
  }
}

/** True while the recorded process runs, not a later one with the same pid. */
export function isRunning(known: ProcessIdentity, identifyPid: (pid: number) => ProcessIdentity | undefined = identify): boolean {
  const now = identifyPid(known.pid);
  return now !== undefined && now.startedAt === known.startedAt;
}

/** Returns the running direct children of `parent`. */
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
    return 0; // it has ended
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
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name in parentheses may contain spaces
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
