import { Inject, Injectable } from '@nestjs/common';
import type { Job } from '#contracts';
import { JobFeed, JobStore, Lifecycle } from '#platform';
import { writeFrame } from './event-frame.ts';
import { EventStream, type EventStreamOptions } from './event-stream.ts';
import { eventNameOf, failureOfJob, hasEnded, toJobResource } from './job-resource.ts';
import { ListenerLimit } from './listener-limit.ts';

export const EVENT_STREAM_OPTIONS = Symbol('event stream options');

@Injectable() // lets people watch a job: event by event, or just until it ends
export class JobWatch {
  constructor(
    private readonly jobs: JobStore,
    private readonly feed: JobFeed,
    private readonly lifecycle: Lifecycle,
    private readonly listeners: ListenerLimit,
    @Inject(EVENT_STREAM_OPTIONS) private readonly options: EventStreamOptions,
  ) {}

  /**
   * @param afterSequence the last event the listener has heard; 0 for all of them
   * @returns a stream that ends with the job, or when this process stops; nothing for a listener who has heard the end already
   * @throws Failure job-not-found, also for a job of somebody else; too-many-requests; overloaded
   */
  async events(ownerId: string, jobId: string, afterSequence: number): Promise<EventStream | undefined> {
    const job = await this.jobs.get(jobId, ownerId);
    if (afterSequence > 0 && hasEnded(job) && !(await this.#hasMore(ownerId, jobId, afterSequence))) return undefined;
    const leave = this.listeners.enter(ownerId);
    const stream = new EventStream((gone) => this.#frames(ownerId, jobId, afterSequence, gone), this.options);
    return stream.once('close', leave);
  }

  /** As {@link ended}, for a job that is known by its id. @throws Failure job-not-found, also for a job of somebody else */
  async whenEnded(ownerId: string, jobId: string, waitMs: number, gone: AbortSignal): Promise<Job> {
    return this.ended(ownerId, await this.jobs.get(jobId, ownerId), waitMs, gone);
  }

  readonly failureOf = failureOfJob;

  /** @returns the job as it is when it has ended, or when `waitMs` are over, the client is gone or this process stops */
  async ended(ownerId: string, job: Job, waitMs: number, gone: AbortSignal): Promise<Job> {
    let latest = job;
    if (hasEnded(job) || waitMs === 0) return latest;
    const signal = AbortSignal.any([AbortSignal.timeout(waitMs), gone, this.lifecycle.stopping]);
    for await (const change of this.feed.watch(job.id, ownerId, 0, signal)) {
      latest = change.job;
      if (hasEnded(latest)) break;
    }
    return latest;
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
