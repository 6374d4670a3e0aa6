/** Profiles of running services, for operators. */
import * as z from 'zod';
import { headerText, profiledServices, profileRequest } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { pageOf } from '../http/presenter.ts';
import { workQuery } from '../jobs/work-resource.ts';
import { profileResource } from './profile-resource.ts';

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
    .meta({ id: 'NewProfile', description: 'The service, the type of profile and its duration.' }),
  responses: {
    202: {
      description: 'Accepted; its job tells how far it is.',
      contentType: 'application/json',
      schema: profileResource,
      headers: { Location: 'The job, `/v1/jobs/{id}`.' },
    },
  },
  failures: [],
  example: { service: 'audio', type: 'cpu', seconds: 10 },
});

const params = z.strictObject({ profileId: z.uuid() });

export const getProfile = endpoint({
  ...base,
  id: 'getProfile',
  method: 'GET',
  path: '/v1/operators/profiles/:profileId',
  summary: 'A profile that you have taken',
  params,
  responses: { 200: profileResource },
  failures: ['profile-not-found'],
});

export const listProfiles = endpoint({
  ...base,
  id: 'listProfiles',
  method: 'GET',
  path: '/v1/operators/profiles',
  summary: 'The profiles that you have taken, newest first',
  query: z.strictObject(workQuery),
  responses: { 200: pageOf(profileResource).meta({ id: 'ProfileList' }) },
  failures: [],
});

export const downloadProfile = endpoint({
  ...base,
  id: 'downloadProfile',
  method: 'GET',
  path: '/v1/operators/profiles/:profileId/file',
  summary: 'The file of a profile',
  description: 'Of a profile of yours that is ready; kept for seven days.',
  cacheControl: 'private, no-cache',
  params,
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
  failures: [
    'profile-not-found',
    'profile-not-ready',
    'profile-failed',
    'profile-expired',
    'file-lost',
    'precondition-failed',
    'range-not-satisfiable',
  ],
});
