/** Runs a program as a stream: no shell, a process group of its own, resource limits, lower priority, and a time after which it is killed. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { abortFailure, type LinkedSignal, linkSignals } from './abort-reasons.ts';
import { toolChannel } from './channels.ts';
import { currentCpuAccount, endedChildrenSeconds } from './cpu-account.ts';
import { findExecutable } from './executable.ts';
import { OutputTail } from './output-tail.ts';
import { availableWrappers, limitedCommand, lowerSessionPriority, type ResourceLimits } from './resource-limits.ts';
import { ToolFailure } from './tool-failure.ts';

export interface ToolOptions extends ResourceLimits {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Default: only PATH, HOME, TMPDIR, LD_LIBRARY_PATH and LANG=C, so that no secret of this process reaches a tool. */
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
  /** The signal that ended it, e.g. `SIGXCPU` at its limit of CPU time. */
  readonly signal: NodeJS.Signals | null;
  readonly stderrTail: readonly string[];
}

export interface RunningTool {
  readonly pid: number;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /** fd 3, 4, …; `read` and `write` are from the point of view of this process. */
  readonly pipes: readonly (Readable | Writable)[];
  /**
   * Settles when the process and its pipes are closed; any exit code is a value.
   * Rejects with ToolFailure `deadline-exceeded` or `cancelled` (or the signal's own failure) when this process ended it.
   */
  readonly exit: Promise<ToolExit>;
  stderrTail(): readonly string[];
  /** Sends SIGKILL to the whole process group. */
  kill(): void;
}

/** Time between SIGTERM and SIGKILL. */
const graceMs = 500;

/**
 * Starts a tool. Read `stdout`, otherwise the tool blocks, and await `exit`.
 *
 * @throws ToolFailure `internal` when the program cannot be started, `cancelled` when the signal is already aborted
 */
export async function spawnTool(options: SpawnToolOptions): Promise<RunningTool> {
  const [file, ...args] = limitedCommand(findExecutable(options.command), options.args, options, availableWrappers());
  if (options.signal?.aborted) throw endedEarly(options.signal, []);
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env ?? bareEnv(),
    stdio: stdio(options),
    detached: true,
    windowsHide: true,
  });
  if (child.pid !== undefined) lowerSessionPriority(child.pid);
  // Last, because the linked signal holds a timer and nothing below may throw before it is disposed.
  const ending = linkSignals({ ...(options.signal && { signal: options.signal }), deadlineAtMs: Date.now() + options.wallClockMs });
  const tail = new OutputTail(options.stderrTailLines ?? 20);
  child.stderr!.setEncoding('utf8').on('data', (text: string) => tail.push(text));
  await started(child, options.command, ending.dispose);
  return running(child, tail, ending, basename(options.command));
}

async function started(child: ChildProcess, command: string, disposeSignal: () => void): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (cause) {
    disposeSignal();
    throw new ToolFailure('internal', `The program ${command} could not be started.`, { end: 'not-started', cause });
  }
}

function running(child: ChildProcess, tail: OutputTail, ending: LinkedSignal, name: string): RunningTool {
  const pid = child.pid!;
  const pipes = child.stdio.slice(3) as (Readable | Writable)[];
  // A tool that exits before it has read all its input is not an error here: its exit code decides.
  for (const pipe of [child.stdin, ...pipes]) pipe?.on('error', () => undefined);
  const exit = toolChannel.tracePromise(() => ended(child, tail, ending), { name });
  exit.catch(() => undefined);
  const kill = () => killGroup(pid, 'SIGKILL');
  return { pid, stdin: child.stdin, stdout: child.stdout!, pipes, exit, kill, stderrTail: () => tail.lines() };
}

function ended(child: ChildProcess, tail: OutputTail, { signal: ending, dispose }: LinkedSignal): Promise<ToolExit> {
  const stop = () => endGroup(child);
  const charge = currentCpuAccount();
  ending.addEventListener('abort', stop, { once: true });
  if (ending.aborted) stop();
  // Processes that the tool left in its group are killed: they would keep the pipes open.
  child.once('exit', () => {
    killGroup(child.pid!, 'SIGKILL');
    charge(endedChildrenSeconds());
  });
  return new Promise((resolve, reject) => {
    child.once('close', (exitCode: number | null, signal: NodeJS.Signals | null) => {
      dispose();
      if (ending.aborted) reject(endedEarly(ending, tail.lines()));
      else resolve({ exitCode, signal, stderrTail: tail.lines() });
    });
  });
}

function endGroup(child: ChildProcess): void {
  killGroup(child.pid!, 'SIGTERM');
  const timer = setTimeout(() => killGroup(child.pid!, 'SIGKILL'), graceMs);
  child.once('exit', () => clearTimeout(timer));
}

/** ESRCH is ignored: the group has already ended. */
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

/** Where programs and their libraries are. Read here and not by readConfig, because it is not configuration. */
function bareEnv(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'SYSTEMROOT'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), LANG: 'C' };
}
