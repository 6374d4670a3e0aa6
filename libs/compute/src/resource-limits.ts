/**
 * Command prefixes that limit a child process. Each replaces itself by the next program, so no process is added:
 * - `setpriv --pdeathsig KILL` (Linux, util-linux): the kernel kills the child when this process dies.
 * - `prlimit` (Linux, util-linux): CPU time, address space, file size.
 * - `nice` (POSIX): a lower priority than the event loops of the services.
 *
 * Without `setpriv`, and when this process dies in the few milliseconds before `setpriv` has run, an orphan ends at its first write to a closed pipe
 * (SIGPIPE), with its CPU time, or with its work.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { hasExecutable } from './executable.ts';

export interface ResourceLimits {
  /** CPU time over all threads, whole seconds. */
  readonly cpuSeconds?: number;
  /** Address space, which is larger than what is resident: threads alone take some 100 MB. */
  readonly memoryBytes?: number;
  /** The largest file that may be written. */
  readonly fileSizeBytes?: number;
}

export interface Wrappers {
  readonly setpriv: boolean;
  readonly prlimit: boolean;
  readonly nice: boolean;
}

let niceness = 0;

/** Sets what every later child process adds to the niceness of this process, in [0, 19]. Called once, at the start of a service. */
export function setToolNiceness(added: number): void {
  niceness = added;
}

let found: Wrappers | undefined;

/** Looked up once per process, in some 10 ms. BusyBox has a `setpriv` without the option, so its help text is checked. */
export function availableWrappers(): Wrappers {
  const help = (command: string) => spawnSync(command, ['--help'], { encoding: 'utf8', timeout: 2_000 }).stdout ?? '';
  const isLinux = process.platform === 'linux';
  found ??= {
    setpriv: isLinux && help('setpriv').includes('--pdeathsig'),
    prlimit: isLinux && help('prlimit').includes('--fsize'),
    nice: hasExecutable('nice'),
  };
  return found;
}

/** The command line that runs `command` under its limits. */
export function limitedCommand(
  command: string,
  args: readonly string[],
  limits: ResourceLimits,
  wrappers: Wrappers,
): [string, ...string[]] {
  return [
    ...(wrappers.setpriv ? ['setpriv', '--pdeathsig', 'KILL', '--'] : []),
    ...(wrappers.prlimit ? ['prlimit', ...limitFlags(limits), '--'] : []),
    ...(wrappers.nice && niceness > 0 ? ['nice', '-n', String(niceness), '--'] : []),
    command,
    ...args,
  ] as [string, ...string[]];
}

/**
 * With autogroups (the default of most desktop kernels) Linux compares niceness only within a session, and a tool has a session of its own. So the
 * session is given the same niceness. The kernel accepts a few such writes a second; one that it refuses costs priority only.
 */
export function lowerSessionPriority(pid: number): void {
  if (process.platform !== 'linux' || niceness === 0) return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // no autogroups, too many writes, or the process has ended
  }
}

/** The hard CPU limit (SIGKILL) comes two seconds after the soft one (SIGXCPU). Core files are never written. */
function limitFlags({ cpuSeconds, memoryBytes, fileSizeBytes }: ResourceLimits): string[] {
  const limit = (name: string, value: number | undefined, hard = value) =>
    value === undefined ? [] : [`--${name}=${whole(value)}:${whole(hard!)}`];
  return [
    ...limit('cpu', cpuSeconds, cpuSeconds === undefined ? undefined : Math.ceil(cpuSeconds) + 2),
    ...limit('as', memoryBytes),
    ...limit('fsize', fileSizeBytes),
    '--core=0',
  ];
}

function whole(value: number): string {
  if (!(value > 0) || !Number.isSafeInteger(Math.ceil(value))) throw new RangeError(`a limit must be above 0, not ${value}`);
  return String(Math.ceil(value));
}
