/** Waits for the end of jobs. */
import type { Connection } from './client.ts';
import { type FollowOptions, followEvents } from './events.ts';
import type { components } from './schema.ts';

export type Job = components['schemas']['JobResource'];

export interface WaitOptions extends FollowOptions {
  /** Told at every change. */
  readonly onProgress?: (job: Job) => void;
}

/** The job ended without success; `job.problem` says why. */
export class JobError extends Error {
  override readonly name = 'JobError';
  readonly job: Job;

  constructor(job: Job) {
    super(job.problem?.detail ?? `The job was ${job.state}.`);
    this.job = job;
  }
}

const endedStates: readonly Job['state'][] = ['succeeded', 'failed', 'cancelled'];

/**
 * Follows a job to its end.
 *
 * @returns the job, which has succeeded
 * @throws JobError when it failed or was cancelled; RafagaError when there is no such job
 */
export async function waitForJob(connection: Connection, jobId: string, { onProgress, ...options }: WaitOptions = {}): Promise<Job> {
  for await (const { data } of followEvents(connection, `/v1/jobs/${encodeURIComponent(jobId)}/events`, options)) {
    const job = data as Job;
    onProgress?.(job);
    if (job.state === 'succeeded') return job;
    if (endedStates.includes(job.state)) throw new JobError(job);
  }
  throw new Error(`The events of job ${jobId} ended before the job did.`);
}
