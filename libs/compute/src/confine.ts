/**
 * What a child process is wrapped in on Linux: `setpriv --pdeathsig KILL` (the kernel kills it when we die, however we die) and `prlimit` (CPU time,
 * address space, file size). Both come with util-linux and replace themselves by the tool, so no process is added. Elsewhere the wall clock and the
 * closed pipes remain: the first write of an orphan to us ends it with SIGPIPE. The same holds when we die in the few milliseconds between the fork and
 * the request of the child: then an orphan that writes a file ends with its work or its CPU time.
 */
import { spawnSync } from 'node:child_process';

export interface ToolLimits {
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
}

let found: Wrappers | undefined;

/** Asked once per process; some 10 ms. BusyBox has a `setpriv` that lacks the option, so its help is read. */
export function wrappers(): Wrappers {
  const help = (command: string) => spawnSync(command, ['--help'], { encoding: 'utf8', timeout: 2_000 }).stdout ?? '';
  const look = () => ({ setpriv: help('setpriv').includes('--pdeathsig'), prlimit: help('prlimit').includes('--fsize') });
  found ??= process.platform === 'linux' ? look() : { setpriv: false, prlimit: false };
  return found;
}

/** The command line that runs `command` under its limits. */
export function confined(command: string, args: readonly string[], limits: ToolLimits, available: Wrappers): [string, ...string[]] {
  const flags = limitFlags(limits);
  return [
    ...(available.setpriv ? ['setpriv', '--pdeathsig', 'KILL', '--'] : []),
    ...(available.prlimit && flags.length > 0 ? ['prlimit', ...flags, '--'] : []),
    command,
    ...args,
  ] as [string, ...string[]];
}

/** The hard CPU limit (SIGKILL) comes two seconds after the soft one (SIGXCPU). A core file is never wanted. */
function limitFlags({ cpuSeconds, memoryBytes, fileSizeBytes }: ToolLimits): string[] {
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
  if (!(value > 0) || !Number.isSafeInteger(Math.ceil(value))) throw new RangeError(`not a limit: ${value}`);
  return String(Math.ceil(value));
}
