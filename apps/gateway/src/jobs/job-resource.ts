/** A job as clients see it. */
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

/** What a listener hears a change called: `job.progress` until the end, then how it ended. */
export const eventNameOf = (changed: Pick<Job, 'state'>): string => (hasEnded(changed) ? `job.${changed.state}` : 'job.progress');

/** Why a job that ended without success did not give what was asked for, in the words of a request. */
export function failureOfJob({ state, reason }: Pick<Job, 'state' | 'reason'>): Failure {
  if (state === 'cancelled') return new Failure('cancelled', 'The job was cancelled.');
  const code = reason?.code ?? 'internal';
  return isFailureCode(code) ? new Failure(code, reason?.message ?? 'The job failed.') : Failure.from(reason);
}

const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(failures, code);
