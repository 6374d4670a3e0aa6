/** Profiles of running services, for operators. */
import * as z from 'zod';
import { headerText, profiledServices, profileRequest } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { jobResource } from '../jobs/job-resource.ts';

const base = { tag: 'Operators', auth: 'operator', scope: 'account' } as const;
const header = headerText(1_024).optional();
const bytes = { contentType: 'application/octet-stream' } as const;

export const createProfile = endpoint({
  ...base,
  id: 'createProfile',
  method: 'POST',
  path: '/v1/operators/profiles',
  summary: 'Profile a running service',
  description:
    "A job measures one copy of the service with V8's profiler, one profile at a time. Download the file when it has succeeded, and open it in Chrome's " +
    'tools: `.cpuprofile` under Performance, `.heapprofile` and `.heapsnapshot` under Memory. Files are kept for seven days. A heap contains whatever the ' +
    'service has in memory, secrets among it.',
  body: profileRequest
    .extend({ service: z.enum(profiledServices).meta({ examples: ['audio'] }) })
    .meta({ id: 'NewProfile', description: 'The service, the kind of profile and its duration.' }),
  responses: {
    202: {
      description: 'Taken on; the job says when it has ended.',
      contentType: 'application/json',
      schema: z.object({ job: jobResource }).meta({ id: 'ProfileAccepted', description: 'The job that measures.' }),
      headers: { Location: 'The job, `/v1/jobs/{id}`.' },
    },
  },
  failures: [],
  example: { service: 'audio', kind: 'cpu', seconds: 10 },
});

export const downloadProfile = endpoint({
  ...base,
  id: 'downloadProfile',
  method: 'GET',
  path: '/v1/operators/profiles/:jobId/file',
  summary: 'The file of a profile',
  description: 'Of a job of yours that has succeeded.',
  cacheControl: 'private, no-cache',
  params: z.strictObject({ jobId: z.uuid() }),
  headers: z.object({ range: header, 'if-range': header, 'if-none-match': header, 'if-match': header }),
  responses: {
    200: {
      ...bytes,
      description: 'The whole file.',
      headers: { ETag: 'The SHA-256 of the bytes.', 'Accept-Ranges': '`bytes`', 'Content-Disposition': 'The name of the file.' },
    },
    206: { ...bytes, description: 'The part that was asked for.', headers: { 'Content-Range': 'Which part, and of how much.' } },
    304: { description: 'You have it already.' },
  },
  failures: ['job-not-found', 'blob-not-found', 'precondition-failed', 'range-not-satisfiable'],
});
