import { Inject, Injectable } from '@nestjs/common';
import type { Job } from '#contracts';
import { JobFeed, JobStore, Lifecycle } from '#platform';
import { writeFrame } from './event-frame.ts';
import { EventStream, type EventStreamOptions } from './event-stream.ts';
import { eventNameOf, failureOfJob, hasEnded, toJobResource } from './job-resource.ts';
import { ListenerLimit } from './listener-limit.ts';

export const EVENT_STREAM_OPTIONS = Symbol('event stream options');

@Injectable() // follows a job: as a stream of events, or until it ends
export class JobWatch {
  constructor(
    private readonly jobs: JobStore,
    private readonly feed: JobFeed,
    private readonly lifecycle: Lifecycle,
    private readonly listeners: ListenerLimit,
    @Inject(EVENT_STREAM_OPTIONS) private readonly options: EventStreamOptions,
  ) {}

  /**
   * @param afterSequence the last received event; 0 for all
   * @returns a stream that ends with the job, or when this process stops; undefined if the last event was already received
   * @throws Failure job-not-found, also for another owner's job; too-many-requests; overloaded
   */
  async events(ownerId: string, jobId: string, afterSequence: number): Promise<EventStream | undefined> {
    const job = await this.jobs.get(jobId, ownerId);
    if (afterSequence > 0 && hasEnded(job) && !(await this.#hasMore(ownerId, jobId, afterSequence))) return undefined;
    const leave = this.listeners.enter(ownerId);
    const stream = new EventStream((gone) => this.#frames(ownerId, jobId, afterSequence, gone), this.options);
    return stream.once('close', leave);
  }

  /** As {@link ended}, for a job id. @throws Failure job-not-found, also for another owner's job */
  async whenEnded(ownerId: string, jobId: string, waitMs: number, gone: AbortSignal): Promise<Job> {
    return this.ended(ownerId, await this.jobs.get(jobId, ownerId), waitMs, gone);
  }

  readonly failureOf = failureOfJob;

  /** @returns the job once it has ended, `waitMs` have passed, the client has disconnected or this process stops */
  async ended(ownerId: string, job: Job, waitMs: number, gone: AbortSignal): Promise<Job> {
    let latest = job;
    if (hasEnded(job)) return latest;
    for await (const change of this.changes(ownerId, job.id, waitMs, gone)) latest = change;
    return latest;
  }

  /** A job as it is after each of its changes: until it has ended, `waitMs` have passed, the client has disconnected or this process stops. */
  async *changes(ownerId: string, jobId: string, waitMs: number, gone: AbortSignal): AsyncGenerator<Job> {
    if (waitMs === 0) return;
    const signal = AbortSignal.any([AbortSignal.timeout(waitMs), gone, this.lifecycle.stopping]);
    for await (const { job } of this.feed.watch(jobId, ownerId, 0, signal)) {
      yield job;
      if (hasEnded(job)) return;
    }
  }

  async #hasMore(ownerId: string, jobId: string, afterSequence: number): Promise<boolean> {
    for await (const _change of this.feed.watch(jobId, ownerId, afterSequence, this.lifecycle.stopping)) return true;
    return false;
  }

  async *#frames(ownerId: string, jobId: string, afterSequence: number, gone: AbortSignal): AsyncGenerator<string> {
    const signal = AbortSignal.any([gone, this.lifecycle.stopping]);
    for await (const { sequence, job } of this.feed.watch(jobId, ownerId, afterSequence, signal)) {
      yield writeFrame({ id: sequence, event: eventNameOf(job), data: toJobResource(job) });
    }
  }
}
