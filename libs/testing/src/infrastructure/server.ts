import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { findTool } from './find-tool.ts';
import { childrenOf, isRunning, type ProcessIdentity } from './process-identity.ts';
import { until } from './until.ts';

/** How to start a server program, check that it is ready, and stop it. */
export interface ServerDefinition {
  /** for messages: "redis-server" */
  readonly name: string;
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  /** stdout and stderr are appended here */
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** true once the process with this pid answers, and not another program on its port; an error counts as "not yet" */
  readonly isReady: (pid: number) => Promise<boolean>;
  /** scheduling priority: 0 is normal, 19 the lowest */
  readonly niceness?: number | undefined;
  readonly startDeadlineMs?: number;
  /** signals sent one after the other, each given `stopDeadlineMs`, before SIGKILL */
  readonly stopSignals?: readonly NodeJS.Signals[];
  readonly stopDeadlineMs?: number;
  /** `kill` also kills its child processes and waits for them */
  readonly killChildren?: boolean;
  /** called with the pid of every process as soon as it is spawned */
  readonly onSpawn?: ((pid: number) => void) | undefined;
  /** runs before every start; cleans up after a killed process */
  readonly beforeStart?: () => void;
  /** runs after `stop`; not after `kill` or in `restart` */
  readonly afterStop?: () => void | Promise<void>;
}

/** A server process that can be stopped, killed, and started again with the same data and port. */
export interface ManagedServer {
  readonly url: string;
  /** of the running process; 0 while there is none */
  readonly pid: number;
  readonly command: string;
  /** stops it gracefully and removes temporary data; idempotent */
  stop(): Promise<void>;
  /** SIGKILL, and waits until the process has ended */
  kill(): Promise<void>;
  /** stops it if it still runs, then starts it on the same port with the same data */
  restart(): Promise<void>;
  /** `report` is called once for every unexpected exit, also for one before this call */
  onUnexpectedExit(report: (reason: string) => void): void;
}

/**
 * Starts a server in its own process group, so that Ctrl-C in the terminal does not reach it.
 *
 * @throws Error with the last lines of its log when it ends or does not answer in time; temporary data is removed then
 */
export async function startServer(plan: ServerDefinition): Promise<ManagedServer> {
  const server = new RunningServer(plan);
  try {
    await server.start();
  } catch (error) {
    await plan.afterStop?.();
    throw error;
  }
  return server;
}

class RunningServer implements ManagedServer {
  readonly #plan: ServerDefinition;
  #child: ChildProcess | undefined;
  #expected = false;
  #unreportedEnd: string | undefined;
  #report = (reason: string): void => {
    this.#unreportedEnd = reason;
  };

  constructor(plan: ServerDefinition) {
    this.#plan = plan;
  }

  get url(): string {
    return this.#plan.url;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get command(): string {
    return [this.#plan.command, ...this.#plan.args].join(' ');
  }

  onUnexpectedExit(report: (reason: string) => void): void {
    this.#report = report;
    const reason = this.#unreportedEnd;
    this.#unreportedEnd = undefined;
    if (reason !== undefined) report(reason);
  }

  async start(): Promise<void> {
    const { name, isReady, startDeadlineMs = 30_000, beforeStart, logFile } = this.#plan;
    beforeStart?.();
    this.#expected = false;
    const child = this.#spawn();
    this.#child = child;
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    const ready = until(
      () => isReady(child.pid ?? 0),
      startDeadlineMs,
      25,
      () => hasEnded(child),
    );
    const up = await Promise.race([ready, failed]);
    if (up && !hasEnded(child)) return;
    await this.kill();
    throw new Error(`${name} did not start. The end of its log, ${logFile}:\n${lastLines(logFile, 12)}`);
  }

  #spawn(): ChildProcess {
    const { cwd, env = process.env, owner, logFile } = this.#plan;
    const [command, ...args] = commandLine(this.#plan);
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(command, args, { cwd, env, ...owner, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    if (child.pid) this.#plan.onSpawn?.(child.pid);
    child.once('exit', (code, signal) => this.#ended(child, signal ?? `exit code ${code}`));
    return child;
  }

  #ended(child: ChildProcess, reason: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (!this.#expected) this.#report(reason);
  }

  async stop(): Promise<void> {
    await this.#terminate();
    await this.#plan.afterStop?.();
  }

  async #terminate(): Promise<void> {
    const { stopSignals = ['SIGTERM'], stopDeadlineMs = 10_000 } = this.#plan;
    this.#expected = true;
    const child = this.#child;
    for (const signal of child ? stopSignals : []) {
      child?.kill(signal);
      if (await until(() => !child || hasEnded(child), stopDeadlineMs)) break;
    }
    await this.kill();
  }

  async kill(): Promise<void> {
    this.#expected = true;
    const child = this.#child;
    if (!child || hasEnded(child) || child.pid === undefined) return;
    const exited = once(child, 'exit');
    const children = this.#plan.killChildren ? freezeAndListChildren(child.pid) : [];
    child.kill('SIGKILL');
    await exited;
    await Promise.all(children.map((each) => endLeftover(each, 'SIGKILL')));
  }

  async restart(): Promise<void> {
    await this.#terminate();
    await this.start();
  }
}

/** `nice` replaces itself by the program, which keeps the pid. Setting the priority afterwards would miss threads that run by then. */
function commandLine({ command, args, niceness = 0 }: ServerDefinition): readonly [string, ...string[]] {
  const nice = niceness > 0 ? findTool('nice') : undefined;
  return nice ? [nice, '-n', String(niceness), command, ...args] : [command, ...args];
}

/** Freezes a process, so that it starts no more children, and returns its children. */
function freezeAndListChildren(pid: number): readonly ProcessIdentity[] {
  process.kill(pid, 'SIGSTOP');
  return childrenOf(pid);
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** The last `count` lines of a log, indented, for a message. */
export function lastLines(file: string, count: number): string {
  try {
    return readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-count)
      .map((line) => `    ${line.slice(0, 400)}`)
      .join('\n');
  } catch {
    return '    (no log)';
  }
}

/**
 * Ends a process of an earlier run: with `signal` first, then with SIGKILL.
 *
 * @param known recorded when it was started; a later process with the same pid is left alone
 * @returns false when there was nothing to end
 */
export async function endLeftover(known: ProcessIdentity, signal: NodeJS.Signals = 'SIGTERM', deadlineMs = 5_000): Promise<boolean> {
  if (!isRunning(known)) return false;
  sendSignal(known.pid, signal);
  if (await until(() => !isRunning(known), deadlineMs)) return true;
  if (isRunning(known)) sendSignal(known.pid, 'SIGKILL');
  return until(() => !isRunning(known), deadlineMs);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended
  }
}
