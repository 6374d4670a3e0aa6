/** One attempt at one job: renews the lease while the handler runs, bounds its time, and records the outcome. */
import { setTimeout as delay } from 'node:timers/promises';
import { runWithCpuAccount } from '#compute';
import { backoffMs, Failure, type JobKind } from '#contracts';
import { openCall, runInCall } from '../calls/request-context.ts';
import { startSpan } from '../traces/spans.ts';
import { type Claim, ClaimLost, type ClaimStore, isPassing } from './claim.store.ts';
import { type AttemptOutcome, jobCost } from './job.metrics.ts';
import type { JobsLog } from './job-engine-deps.ts';
import { reasonOf, toolLinesOf } from './job-reason.ts';
import type { Completion, Deferral, JobHandler, JobRun } from './job-run.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { judge } from './retry-policy.ts';

export interface AttemptSettings {
  readonly leaseMs: number;
  /** How long a handler may run after its signal aborted; then its slot is given to another job. */
  readonly stopGraceMs: number;
  /** How long recording an outcome is retried while the database is unreachable; `stopGraceMs` once this process stops. */
  readonly recordWithinMs: number;
}

export const defaultSettings: AttemptSettings = { leaseMs: 15_000, stopGraceMs: 5_000, recordWithinMs: 120_000 };

/** Why an attempt was told to stop, other than by its deadline. */
export type StopReason = 'cancelled' | 'lost' | 'shutdown';

/** What every attempt of a worker shares. */
export interface AttemptDeps {
  readonly store: ClaimStore;
  readonly log: JobsLog;
  readonly settings: AttemptSettings;
  /** Aborts when this process hands its jobs over. An attempt made after that never calls its handler. */
  readonly handOver: AbortSignal;
}

type Answer = Completion<unknown> | Deferral<string>;

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
  readonly #handOver: AbortSignal;
  readonly #control = new AbortController();
  readonly #progress: ProgressReporter;

  constructor(claim: Claim, kind: JobKind, handler: JobHandler<JobKind>, { store, log, settings, handOver }: AttemptDeps) {
    this.#claim = claim;
    this.#kind = kind;
    this.#handler = handler;
    this.#store = store;
    this.#log = log;
    this.#settings = settings;
    this.#handOver = handOver;
    const write = async (phase: string, percent: number) => {
      if (!(await store.progress(claim, phase, percent, settings.leaseMs))) this.stop('lost');
    };
    this.#progress = new ProgressReporter(write, (error) => log.warn({ err: error, jobId: claim.jobId }, 'failed to write progress'));
  }

  stop(reason: StopReason): void {
    if (!this.#control.signal.aborted) this.#control.abort(new Stopped(reason));
  }

  /**
   * Never throws because of the job. @param beat called three times per lease while the handler runs
   * @throws Failure `service-unavailable` when the outcome could not be recorded: the lease runs out and another attempt follows
   */
  run(beat: () => void): Promise<AttemptOutcome> {
    const { requestId, traceparent } = this.#claim.context;
    const call = { ...openCall({ deadlineMs: this.#kind.timeoutMs, requestId, traceparent }), subject: this.#claim.ownerId };
    const { jobId, attempt } = this.#claim;
    return runInCall(call, async () => {
      const span = startSpan({
        name: `job ${this.#kind.name}`,
        kind: 'consumer',
        traceparent: call.traceparent,
        parent: traceparent,
        attributes: { 'job.kind': this.#kind.name, 'job.id': jobId, 'job.attempt': attempt },
      });
      const outcome = await this.#run(beat).catch((error: unknown) => {
        span?.end(error);
        throw error;
      });
      span?.end(outcome === 'failed' ? new Error(outcome) : undefined, { 'job.outcome': outcome });
      this.#log.info({ jobId: this.#claim.jobId, kind: this.#kind.name, outcome }, 'an attempt at a job ended');
      return outcome;
    });
  }

  async #run(beat: () => void): Promise<AttemptOutcome> {
    const heartbeat = setInterval(() => void this.#beat(beat), this.#settings.leaseMs / 3);
    const late = () => this.#control.abort(new Failure('deadline-exceeded', `It took longer than ${this.#kind.timeoutMs / 1_000} s.`));
    const deadline = setTimeout(late, this.#kind.timeoutMs);
    const handOver = () => this.stop('shutdown');
    this.#handOver.addEventListener('abort', handOver, { once: true });
    if (this.#handOver.aborted) handOver();
    try {
      const ended = await this.#work().then(
        (answer) => ({ answer }),
        (error: unknown) => ({ error }),
      );
      clearTimeout(deadline);
      await this.#progress.close();
      return await this.#untilWritten(() => ('answer' in ended ? this.#record(ended.answer) : this.#conclude(ended.error)));
    } finally {
      this.#handOver.removeEventListener('abort', handOver);
      clearTimeout(deadline);
      clearInterval(heartbeat);
    }
  }

  async #beat(beat: () => void): Promise<void> {
    try {
      if (await this.#store.renew(this.#claim, this.#settings.leaseMs)) beat();
      else this.stop('lost');
    } catch (error) {
      this.#log.warn({ err: error, jobId: this.#claim.jobId }, 'failed to renew the lease'); // if the lease runs out meanwhile, the fence keeps this attempt out
      beat();
    }
  }

  /** The handler's answer, or its failure. A handler that ignores its signal is abandoned after `stopGraceMs`. */
  async #work(): Promise<Answer> {
    const { signal } = this.#control;
    signal.throwIfAborted(); // stopped while the job was being claimed: the handler would wait for a signal that has passed
    const input = this.#kind.input.parse(this.#claim.input); // fails only where a kind changed its input while jobs were waiting
    const left = new Promise<never>((_, reject) => {
      const giveUp = () => void delay(this.#settings.stopGraceMs, undefined, { ref: false }).then(() => reject(signal.reason));
      signal.addEventListener('abort', giveUp, { once: true });
    });
    const kind = this.#kind.name;
    const work = runWithCpuAccount(
      (seconds) => jobCost.inc({ kind }, seconds),
      () => this.#handler(input, this.#runOf(signal)),
    );
    return Promise.race([work, left]);
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
      defer: (deferral) => deferral,
    };
  }

  async #record(answer: Answer): Promise<AttemptOutcome> {
    if ('output' in answer) return this.#succeed(answer);
    return (await this.#store.defer(this.#claim, answer)) ? 'deferred' : 'lost';
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
      'attempt failed',
    );
    if (verdict.next === 'retry')
      return (await this.#store.retryLater(this.#claim, reason, toolLines, verdict.delayMs)) ? 'retried' : 'lost';
    return (await this.#store.fail(this.#claim, reason, toolLines, verdict.dead)) ? 'failed' : 'lost';
  }

  /** Retries through a restart of the database, so that the result of long work is kept; the fence makes writing again safe. */
  async #untilWritten(write: () => Promise<AttemptOutcome>): Promise<AttemptOutcome> {
    const { recordWithinMs, stopGraceMs } = this.#settings;
    let giveUpAt = performance.now() + recordWithinMs;
    const hurry = () => {
      giveUpAt = Math.min(giveUpAt, performance.now() + stopGraceMs);
    };
    if (this.#control.signal.aborted) hurry();
    this.#control.signal.addEventListener('abort', hurry, { once: true });
    for (let failedWrites = 1; ; failedWrites++) {
      try {
        return await write();
      } catch (error) {
        if (!isPassing(error) || performance.now() > giveUpAt) throw error;
        this.#log.warn({ err: error, jobId: this.#claim.jobId }, 'failed to record attempt outcome; retrying');
        await delay(backoffMs({ attempt: failedWrites, baseMs: 100, capMs: 5_000 }));
      }
    }
  }
}
