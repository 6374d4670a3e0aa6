/** API representation of a job. */
import * as z from 'zod';
import { endedJobStates, Failure, type FailureCode, failures, type Job, job, type Unchanging } from '#contracts';
import { memoizePerReply } from '#platform';

const path = z.string().regex(/^\/v1\//);

export const jobResource = job
  .extend({ links: z.object({ self: path, events: path }) })
  .meta({ id: 'JobResource', description: 'A job with its links.' });
export type JobResource = Unchanging<z.output<typeof jobResource>>;

export const toJobResource = memoizePerReply(
  (found: Job): JobResource => ({ ...found, links: { self: `/v1/jobs/${found.id}`, events: `/v1/jobs/${found.id}/events` } }),
);

export const hasEnded = ({ state }: Pick<Job, 'state'>): boolean => endedJobStates.some((ended) => ended === state);

/** Event name of a change: `job.progress`, then `job.succeeded`, `job.failed` or `job.cancelled`. */
export const eventNameOf = (changed: Pick<Job, 'state'>): string => (hasEnded(changed) ? `job.${changed.state}` : 'job.progress');

/** The failure of an unsuccessful job, for a request that waits for it. */
export function failureOfJob({ state, reason }: Pick<Job, 'state' | 'reason'>): Failure {
  if (state === 'cancelled') return new Failure('cancelled', 'The job was cancelled.');
  const code = reason?.code ?? 'internal';
  return isFailureCode(code) ? new Failure(code, reason?.message ?? 'The job failed.') : Failure.from(reason);
}

const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(failures, code);
