/** API representation of a job. */
import * as z from 'zod';
import { endedJobStates, Failure, type FailureCode, failures, type Job, job, resourceProblem, type Unchanging } from '#contracts';
import { memoizePerReply } from '#platform';
import { pathTemplate } from '../http/presenter.ts';

const path = z.string().regex(/^\/v1\//);

const { reason: _, toolLines, runAt, createdAt, startedAt, endedAt, ...before } = job.shape;

/** A failure of a job is told in the words of a problem document, as that of a resource is. */
const problem = resourceProblem.nullable().meta({ description: 'Why it failed; null in the other states.', examples: [null] });

export const jobResource = z
  .object({
    ...before,
    problem,
    ...{ toolLines, runAt, createdAt, startedAt, endedAt },
    links: z.object({
      self: path,
      events: path,
      resource: path
        .optional()
        .meta({ description: 'What it makes or works on.', examples: ['/v1/tracks/0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10'] }),
    }),
  })
  .meta({ id: 'JobResource', description: 'A job with its links.' });
export type JobResource = Unchanging<z.output<typeof jobResource>>;

/** Where the subject of a job is found, by its ids; the first that is whole counts. */
const fillPaths = [
  '/v1/tracks/{trackId}/renditions/{renditionId}',
  '/v1/videos/{videoId}/renditions/{renditionId}',
  '/v1/collections/{collectionId}/duplicate-runs/{duplicateRunId}',
  '/v1/collections/{collectionId}/loads/{loadId}',
  '/v1/tracks/{trackId}',
  '/v1/videos/{videoId}',
  '/v1/collections/{collectionId}',
  '/v1/exports/{exportId}',
  '/v1/me/export/{accountExportId}',
].map(pathTemplate);

/** The failure of a job in the words of a problem document. */
export const problemOf = ({ code, message }: { readonly code: string; readonly message: string }) => ({ code, detail: message });

export const toJobResource = memoizePerReply(({ reason, ...found }: Job): JobResource => {
  const resource = fillPaths.map((fill) => fill(found.subject)).find((path) => path !== undefined);
  const links = { self: `/v1/jobs/${found.id}`, events: `/v1/jobs/${found.id}/events`, ...(resource ? { resource } : {}) };
  return { ...found, problem: reason && problemOf(reason), links };
});

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
