/** A child process as a stream: no shell, a process group of its own, limits, and an end that always comes. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { abortFailure, type RunningLimits, startLimits } from './abort.ts';
import { confined, type ToolLimits, wrappers } from './confine.ts';
import { findExecutable } from './executable.ts';
import { LineTail } from './line-tail.ts';
import { ToolFailure } from './tool-failure.ts';

export interface ToolOptions extends ToolLimits {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Default: nothing but PATH, HOME, TMPDIR and LANG=C, so that no secret of ours reaches a tool. */
  readonly env?: Readonly<Record<string, string>>;
  /** Time from the start to the kill. */
  readonly wallClockMs: number;
  readonly signal?: AbortSignal;
  /** Default 20. */
  readonly stderrTailLines?: number;
}

export interface SpawnToolOptions extends ToolOptions {
  /** stdin is closed unless this is set. */
  readonly openStdin?: boolean;
  /** Pipes beyond stderr: fd 3, 4, … in this order. */
  readonly extraPipes?: readonly ('read' | 'write')[];
}

export interface ToolExit {
  readonly exitCode: number | null;
  /** The signal that ended it, e.g. `SIGXCPU` when its CPU time was up. */
  readonly signal: NodeJS.Signals | null;
  readonly stderrTail: readonly string[];
}

export interface RunningTool {
  readonly pid: number;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /** What we read from or write to fd 3, 4, …: `read` and `write` are seen from us. */
  readonly pipes: readonly (Readable | Writable)[];
  /**
   * Settles when the process and its pipes are closed; any exit code is a value.
   * Rejects with ToolFailure `deadline-exceeded` or `cancelled` (or the signal's own failure) when we ended it.
   */
  readonly exit: Promise<ToolExit>;
  stderrTail(): readonly string[];
  /** Ends the whole group at once. */
  kill(): void;
}

/** How long a group may tidy up after SIGTERM before SIGKILL. */
const graceMs = 500;

/**
 * Starts a tool. Read `stdout` (or it will block) and await `exit`.
 *
 * @throws ToolFailure `internal` when the program cannot be started, `cancelled` when the signal is already aborted
 */
export async function spawnTool(options: SpawnToolOptions): Promise<RunningTool> {
  const [file, ...args] = confined(findExecutable(options.command), options.args, options, wrappers());
  if (options.signal?.aborted) throw endedEarly(options.signal, []);
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env ?? bareEnv(),
    stdio: stdio(options),
    detached: true,
    windowsHide: true,
  });
  // Only now, when nothing can throw any more, because the limits hold a timer.
  const limits = startLimits({ ...(options.signal && { signal: options.signal }), deadlineAtMs: Date.now() + options.wallClockMs });
  const tail = new LineTail(options.stderrTailLines ?? 20);
  child.stderr!.setEncoding('utf8').on('data', (text: string) => tail.push(text));
  await started(child, options.command, limits.stop);
  return running(child, tail, limits);
}

async function started(child: ChildProcess, command: string, stopLimits: () => void): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (cause) {
    stopLimits();
    throw new ToolFailure('internal', `The tool ${command} could not be started.`, { end: 'not-started', cause });
  }
}

function running(child: ChildProcess, tail: LineTail, limits: RunningLimits): RunningTool {
  const pid = child.pid!;
  const pipes = child.stdio.slice(3) as (Readable | Writable)[];
  // A tool that ends before it read all its input is no error of ours: its exit code tells.
  for (const pipe of [child.stdin, ...pipes]) pipe?.on('error', () => undefined);
  const exit = ended(child, tail, limits);
  exit.catch(() => undefined);
  const kill = () => killGroup(pid, 'SIGKILL');
  return { pid, stdin: child.stdin, stdout: child.stdout!, pipes, exit, kill, stderrTail: () => tail.lines() };
}

function ended(child: ChildProcess, tail: LineTail, limits: RunningLimits): Promise<ToolExit> {
  const stop = () => endGroup(child);
  limits.signal.addEventListener('abort', stop, { once: true });
  if (limits.signal.aborted) stop();
  // Whatever the tool left behind in its group ends with it; otherwise a grandchild could keep our pipes open for ever.
  child.once('exit', () => killGroup(child.pid!, 'SIGKILL'));
  return new Promise((resolve, reject) => {
    child.once('close', (exitCode: number | null, signal: NodeJS.Signals | null) => {
      limits.stop();
      if (limits.signal.aborted) reject(endedEarly(limits.signal, tail.lines()));
      else resolve({ exitCode, signal, stderrTail: tail.lines() });
    });
  });
}

function endGroup(child: ChildProcess): void {
  killGroup(child.pid!, 'SIGTERM');
  const timer = setTimeout(() => killGroup(child.pid!, 'SIGKILL'), graceMs);
  child.once('exit', () => clearTimeout(timer));
}

/** A group that is already gone is what we wanted. */
function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function endedEarly(signal: AbortSignal, stderrTail: readonly string[]): ToolFailure {
  const { code, message, cause } = abortFailure(signal);
  return new ToolFailure(code, message, { end: code === 'deadline-exceeded' ? 'timeout' : 'cancelled', stderrTail, cause });
}

const stdio = ({ openStdin, extraPipes = [] }: SpawnToolOptions): StdioOptions => [
  openStdin ? 'pipe' : 'ignore',
  'pipe',
  'pipe',
  ...extraPipes.map(() => 'pipe' as const),
];

/** The machine's own words, not configuration: where programs and their libraries lie. */
function bareEnv(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'SYSTEMROOT'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), LANG: 'C' };
}
