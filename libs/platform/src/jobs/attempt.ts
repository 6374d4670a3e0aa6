/** One attempt at one job: keeps the lease while the handler works, bounds its time, and writes down how it ended. */
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '#contracts';
import { openCall, runInCall } from '../calls/request-context.ts';
import { type Claim, ClaimLost, type ClaimStore, isPassing } from './claim.store.ts';
import type { AttemptOutcome } from './job.metrics.ts';
import type { JobKind } from './job-kind.ts';
import { reasonOf, toolLinesOf } from './job-reason.ts';
import type { Completion, JobHandler, JobRun } from './job-run.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { judge } from './retry-policy.ts';
import type { JobsLog } from './surroundings.ts';

export interface AttemptSettings {
  readonly leaseMs: number;
  /** How long a handler may take to notice that it was told to stop; then its place is given to another job. */
  readonly stopGraceMs: number;
  /** How long the end of an attempt may wait for a database that is away; `stopGraceMs` once this process stops. */
  readonly recordWithinMs: number;
}

export const defaultSettings: AttemptSettings = { leaseMs: 15_000, stopGraceMs: 5_000, recordWithinMs: 120_000 };

/** Why an attempt was told to stop, other than by its deadline. */
export type StopReason = 'cancelled' | 'lost' | 'shutdown';

class Stopped extends Failure {
  readonly reason: StopReason;
  constructor(reason: StopReason) {
    super('cancelled', `The attempt was stopped: ${reason}.`);
    this.reason = reason;
  }
}

export class Attempt {
  readonly #claim: Claim;
  readonly #kind: JobKind;
  readonly #handler: JobHandler<JobKind>;
  readonly #store: ClaimStore;
  readonly #log: JobsLog;
  readonly #settings: AttemptSettings;
  readonly #control = new AbortController();
  readonly #progress: ProgressReporter;

  constructor(claim: Claim, kind: JobKind, handler: JobHandler<JobKind>, store: ClaimStore, log: JobsLog, settings: AttemptSettings) {
    this.#claim = claim;
    this.#kind = kind;
    this.#handler = handler;
    this.#store = store;
    this.#log = log;
    this.#settings = settings;
    const write = async (phase: string, percent: number) => {
      if (!(await store.progress(claim, phase, percent, settings.leaseMs))) this.stop('lost');
    };
    this.#progress = new ProgressReporter(write, (error) => log.warn({ err: error, jobId: claim.jobId }, 'cannot write progress'));
  }

  stop(reason: StopReason): void {
    if (!this.#control.signal.aborted) this.#control.abort(new Stopped(reason));
  }

  /**
   * Never throws because of the job. @param beat called while the work goes on, three times within a lease
   * @throws Failure `service-unavailable` when the end could not be written down: the lease will run out and another attempt follows
   */
  run(beat: () => void): Promise<AttemptOutcome> {
    const { requestId, traceparent } = this.#claim.context;
    const call = { ...openCall({ deadlineMs: this.#kind.timeoutMs, requestId, traceparent }), subject: this.#claim.ownerId };
    return runInCall(call, () => this.#run(beat));
  }

  async #run(beat: () => void): Promise<AttemptOutcome> {
    const heartbeat = setInterval(() => void this.#beat(beat), this.#settings.leaseMs / 3);
    const late = () => this.#control.abort(new Failure('deadline-exceeded', `It took longer than ${this.#kind.timeoutMs / 1_000} s.`));
    const deadline = setTimeout(late, this.#kind.timeoutMs);
    try {
      const work = await this.#work().then(
        (completion) => ({ completion }),
        (error: unknown) => ({ error }),
      );
      clearTimeout(deadline);
      await this.#progress.close();
      return await this.#untilWritten(() => ('completion' in work ? this.#succeed(work.completion) : this.#conclude(work.error)));
    } finally {
      clearTimeout(deadline);
      clearInterval(heartbeat);
    }
  }

  async #beat(beat: () => void): Promise<void> {
    try {
      if (await this.#store.renew(this.#claim, this.#settings.leaseMs)) beat();
      else this.stop('lost');
    } catch (error) {
      this.#log.warn({ err: error, jobId: this.#claim.jobId }, 'cannot renew the lease'); // the fence decides who was right
      beat();
    }
  }

  /** The handler's answer, or its failure; a handler that ignores its signal is left behind. */
  async #work(): Promise<Completion<unknown>> {
    const { signal } = this.#control;
    const input = this.#kind.input.parse(this.#claim.input); // a kind that changed its mind about waiting jobs is a mistake of ours
    const left = new Promise<never>((_, reject) => {
      const giveUp = () => void delay(this.#settings.stopGraceMs, undefined, { ref: false }).then(() => reject(signal.reason));
      signal.addEventListener('abort', giveUp, { once: true });
    });
    return Promise.race([this.#handler(input, this.#runOf(signal)), left]);
  }

  #runOf(signal: AbortSignal): JobRun<string, unknown> {
    const { jobId, ownerId, attempt, context } = this.#claim;
    return {
      jobId,
      ownerId,
      attempt,
      context,
      signal,
      progress: (phase, percent) => this.#progress.report(phase, percent),
      complete: (output, commit) => ({ output, commit }),
    };
  }

  async #succeed({ output, commit }: Completion<unknown>): Promise<AttemptOutcome> {
    try {
      await this.#store.succeed(this.#claim, this.#kind.output.parse(output), commit);
      return 'succeeded';
    } catch (error) {
      if (isPassing(error)) throw error;
      return this.#conclude(error);
    }
  }

  async #conclude(error: unknown): Promise<AttemptOutcome> {
    const told: unknown = this.#control.signal.reason;
    if (error instanceof ClaimLost || (told instanceof Stopped && told.reason !== 'shutdown')) return 'lost';
    if (told instanceof Stopped) return (await this.#store.release(this.#claim)) ? 'released' : 'lost';
    return this.#fail(told ?? error, toolLinesOf(error));
  }

  async #fail(error: unknown, toolLines: readonly string[]): Promise<AttemptOutcome> {
    const { jobId, attempt } = this.#claim;
    const verdict = judge(error, this.#claim);
    const reason = reasonOf(error);
    this.#log[reason.code === 'internal' ? 'error' : 'warn'](
      { err: error, jobId, kind: this.#kind.name, attempt, ...verdict },
      'an attempt failed',
    );
    if (verdict.next === 'retry')
      return (await this.#store.retryLater(this.#claim, reason, toolLines, verdict.delayMs)) ? 'retried' : 'lost';
    return (await this.#store.fail(this.#claim, reason, toolLines, verdict.dead)) ? 'failed' : 'lost';
  }

  /** A database that restarts must not cost the result of long work: the fence makes it safe to write again. */
  async #untilWritten(write: () => Promise<AttemptOutcome>): Promise<AttemptOutcome> {
    const { recordWithinMs, stopGraceMs } = this.#settings;
    let giveUpAt = performance.now() + recordWithinMs;
    const hurry = () => {
      giveUpAt = Math.min(giveUpAt, performance.now() + stopGraceMs);
    };
    if (this.#control.signal.aborted) hurry();
    this.#control.signal.addEventListener('abort', hurry, { once: true });
    for (let waitMs = 100; ; waitMs = Math.min(5_000, waitMs * 2)) {
      try {
        return await write();
      } catch (error) {
        if (!isPassing(error) || performance.now() > giveUpAt) throw error;
        this.#log.warn({ err: error, jobId: this.#claim.jobId }, 'cannot write down how an attempt ended; trying again');
        await delay(waitMs);
      }
    }
  }
}
