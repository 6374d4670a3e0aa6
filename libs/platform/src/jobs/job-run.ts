/** What a handler is given and what it gives back. */
import type { EntityManager } from 'typeorm';
import type { InputOf, JobKind, OutputOf } from '#contracts';

/** Who asked, and where to find it in logs and traces. */
export interface JobContext {
  readonly requestId: string;
  readonly traceparent: string;
}

/** Writes the rows of a result inside the transaction that ends the job: both are there afterwards, or neither. */
export type CommitRows = (tx: EntityManager) => Promise<unknown>;

/** Made by {@link JobRun.complete} only. */
export interface Completion<Output> {
  readonly output: Output;
  readonly commit: CommitRows | undefined;
}

/** Made by {@link JobRun.defer} only. */
export interface Deferral<Phase extends string> {
  /** What clients read while the job waits. */
  readonly phase: Phase;
  /** The job to wait for. It wakes this one when its attempt ends, however it ends. */
  readonly waitsFor?: string;
  /** The next attempt begins after this time even if nothing woke the job. */
  readonly atMostMs: number;
}

export interface JobRun<Phase extends string, Output> {
  readonly jobId: string;
  readonly ownerId: string;
  /** 1 at the first run. */
  readonly attempt: number;
  readonly context: JobContext;
  /**
   * Aborts when the job is cancelled, out of time, taken over by another worker, or must be handed over because this process stops.
   * Stop then, also child processes; whatever is returned afterwards is refused.
   */
  readonly signal: AbortSignal;
  /** Cheap and safe to call often: only the newest is written, at most twice a second. Never throws. `percent` is of the whole job, 0 to 100. */
  progress(phase: Phase, percent: number): void;
  /** `return run.complete(output, (tx) => store.save(tx, output))`. The commit runs only if this attempt still owns the job, and may run again after a broken connection. */
  complete(output: Output, commit?: CommitRows): Completion<Output>;
  /**
   * `return run.defer({ phase: 'waiting', waitsFor: otherJobId, atMostMs: 60_000 })`: the job goes back to the queue, its slot and its resources
   * are free for others, and no attempt is counted. The handler is called again from the start when the wait is over; at once if `waitsFor` does
   * not run any more.
   */
  defer(deferral: Deferral<Phase>): Deferral<Phase>;
}

/** May run more than once for one job (a worker may die): write files by content, rows in `commit`. */
export type JobHandler<K extends JobKind> = (
  input: InputOf<K>,
  run: JobRun<K['phases'][number], OutputOf<K>>,
) => Promise<Completion<OutputOf<K>> | Deferral<K['phases'][number]>>;
