import * as z from 'zod';
import { cursor, decimalInteger, headerText, jobKindName, jobStates, timestamp } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { pageOf } from '../http/presenter.ts';
import { jobResource } from './job-resource.ts';

const params = z.strictObject({ jobId: z.uuid() });
const base = { tag: 'Jobs', auth: 'user' } as const;

export const getJobs = endpoint({
  ...base,
  id: 'listJobs',
  method: 'GET',
  path: '/v1/jobs',
  summary: 'Your jobs, newest first',
  query: z.strictObject({
    state: z.enum(jobStates).optional(),
    kind: jobKindName.optional().meta({ description: 'Only jobs of this kind.', examples: ['audio.recording.analyze'] }),
    createdAtMin: timestamp().optional().meta({ description: 'Created at this moment or later.' }),
    createdAtMax: timestamp().optional().meta({ description: 'Created at this moment or earlier.' }),
    cursor: cursor().optional(),
    limit: decimalInteger({ min: 1, max: 100 }).default(20),
  }),
  responses: { 200: pageOf(jobResource).meta({ id: 'JobList' }) },
  failures: [],
});

export const getOneJob = endpoint({
  ...base,
  id: 'getJob',
  method: 'GET',
  path: '/v1/jobs/:jobId',
  summary: 'State, phase and progress of a job',
  params,
  responses: { 200: jobResource },
  failures: ['job-not-found'],
});

export const cancelJob = endpoint({
  ...base,
  id: 'cancelJob',
  method: 'DELETE',
  path: '/v1/jobs/:jobId',
  summary: 'Cancel a job',
  description: 'A job that has not started is cancelled at once; one that runs is stopped, tools and all, and says so a moment later.',
  params,
  responses: { 202: jobResource },
  failures: ['job-not-found', 'job-finished', 'job-not-cancellable'],
});

export const retryJob = endpoint({
  ...base,
  id: 'retryJob',
  method: 'POST',
  path: '/v1/jobs/:jobId/retry',
  summary: 'Retry a failed or cancelled job',
  description: 'It waits in line again, under the same id, with all its attempts.',
  params,
  responses: { 202: jobResource },
  failures: ['job-not-found', 'job-finished', 'quota-exceeded'],
});

export const followJob = endpoint({
  ...base,
  id: 'followJob',
  method: 'GET',
  path: '/v1/jobs/:jobId/events',
  summary: 'Follow a job as server-sent events',
  description:
    'One event for each change (`job.progress`, then `job.succeeded`, `job.failed` or `job.cancelled`), its data the job, its id a sequence that grows. ' +
    'Come back with `Last-Event-ID` to hear what happened meanwhile. A comment every 15 seconds shows that the line stands; the stream ends with the job.' +
    ' Who comes back after having heard the end is answered 204, and a browser leaves it at that.',
  cacheControl: 'no-store',
  params,
  headers: z.object({ 'last-event-id': headerText(64).optional() }),
  responses: {
    200: { description: 'Events, as they happen.', contentType: 'text/event-stream' },
    204: { description: 'The job has ended, and its last event has been heard.' },
  },
  failures: ['job-not-found', 'overloaded'],
});
