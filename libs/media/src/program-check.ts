/** Checks that ffmpeg and ffprobe are installed and run: for readiness, before an upload is inspected and before an analysis. */
import { type Clock, runTool, systemClock } from '#compute/tools';
import { Failure } from '#contracts/plain';
import type { FfmpegTools } from './ffmpeg.ts';

export interface ProgramCheckOptions {
  readonly clock?: Clock;
  /** How long a positive result is cached; a start of ffmpeg costs 0.1 s of CPU time. Default 60 s. */
  readonly keepGoodMs?: number;
  /** How long a negative result is cached, so that a repaired installation is detected soon. Default 2 s. */
  readonly keepBadMs?: number;
  /** For both programs together; default 15 s, because programs start slowly on a busy machine. */
  readonly timeoutMs?: number;
  /** Ends a check in progress at shutdown. */
  readonly signal?: AbortSignal;
}

interface Result {
  readonly atMs: number;
  readonly failure: Failure | undefined;
}

const defaults = { clock: systemClock, keepGoodMs: 60_000, keepBadMs: 2_000, timeoutMs: 15_000 };

/** Runs `-version` of both programs, one check at a time, and caches the result. */
export class ProgramCheck {
  readonly #tools: FfmpegTools;
  readonly #options: typeof defaults & ProgramCheckOptions;
  #last: Result | undefined;
  #running: Promise<Result> | undefined;

  constructor(tools: FfmpegTools, options: ProgramCheckOptions = {}) {
    this.#tools = tools;
    this.#options = { ...defaults, ...options };
  }

  /**
   * For health probes, which must be quick: uses the cached result and renews an expired one in the background.
   *
   * @throws Failure `service-unavailable` with the program and the reason
   */
  async lastKnown(): Promise<void> {
    if (!this.#isFresh()) this.#run();
    report(this.#last ?? (await this.#run()));
  }

  /**
   * For work that needs the programs: waits for a new result when the cached one has expired.
   *
   * @throws Failure `service-unavailable` with the program and the reason
   */
  async require(): Promise<void> {
    report(this.#last && this.#isFresh() ? this.#last : await this.#run());
  }

  /**
   * After a failure that a missing program may have caused: asks the programs, whatever is cached.
   *
   * @throws the same as `require`
   */
  requireAnew(): Promise<void> {
    this.invalidate();
    return this.require();
  }

  /** Drops the cached result, after a program failed to start. */
  invalidate(): void {
    this.#last = undefined;
  }

  #isFresh(): boolean {
    if (this.#last === undefined) return false;
    const keepMs = this.#last.failure ? this.#options.keepBadMs : this.#options.keepGoodMs;
    return this.#options.clock.nowMs() - this.#last.atMs < keepMs;
  }

  #run(): Promise<Result> {
    this.#running ??= this.#ask().then((failure) => {
      this.#running = undefined;
      this.#last = { atMs: this.#options.clock.nowMs(), failure };
      return this.#last;
    });
    return this.#running;
  }

  async #ask(): Promise<Failure | undefined> {
    const { ffmpegPath, ffprobePath } = this.#tools;
    const failures = await Promise.all([this.#start('ffmpeg', ffmpegPath), this.#start('ffprobe', ffprobePath)]);
    return failures.find((failure) => failure !== undefined);
  }

  async #start(program: string, command: string): Promise<Failure | undefined> {
    const { timeoutMs: wallClockMs, signal } = this.#options;
    try {
      const { exitCode, stdout } = await runTool({ command, args: ['-version'], wallClockMs, ...(signal && { signal }) });
      if (exitCode === 0 && stdout.toString('latin1', 0, 64).startsWith(`${program} version`)) return undefined;
      return unavailable(program, `it exits with code ${exitCode} when asked for its version`);
    } catch (error) {
      return unavailable(program, error instanceof Failure ? error.message.replace(/\.$/, '') : 'it cannot be started', error);
    }
  }
}

/** `internal`: not started. `media-undecodable`: exited with an error, as a wrapper does when it cannot execute the program. */
const mayLackProgram = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'internal' || error.code === 'media-undecodable');

/** What work needs of a `ProgramCheck`. */
export type RequiredPrograms = Pick<ProgramCheck, 'require' | 'requireAnew'>;

/**
 * Work that waits for its programs instead of failing for want of them.
 *
 * @returns undefined while a program cannot run, before the work or as the reason why it failed
 * @throws what the work throws while the programs run
 */
export async function withPrograms<T>(programs: RequiredPrograms, work: () => Promise<T>): Promise<T | undefined> {
  if (!(await isFulfilled(programs.require()))) return undefined;
  try {
    return await work();
  } catch (error) {
    if (mayLackProgram(error) && !(await isFulfilled(programs.requireAnew()))) return undefined;
    throw error;
  }
}

const isFulfilled = (check: Promise<unknown>): Promise<boolean> =>
  check.then(
    () => true,
    () => false,
  );

function report({ failure }: Result): void {
  if (failure) throw failure;
}

/** @param reason without a full stop */
const unavailable = (program: string, reason: string, cause?: unknown) =>
  new Failure(
    'service-unavailable',
    `${program} is not usable on this server: ${reason}; FFMPEG_PATH must name an ffmpeg with ffprobe beside it.`,
    { cause, retryAfterSeconds: 5 },
  );
