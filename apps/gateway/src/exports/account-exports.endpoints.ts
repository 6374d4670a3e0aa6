/** All of one's data as a ZIP. */
import * as z from 'zod';
import { accountExport, accountExports, token } from '#contracts';
import { fileFailures, fileHeaders, fileResponses } from '../downloads/file-endpoint.ts';
import { endpoint } from '../http/endpoint.ts';
import { presentResource } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { linkWish, madeLink } from '../tracks/file-links.endpoints.ts';

const base = { tag: 'Exports', auth: 'user' } as const;
const one = '/v1/me/export/:accountExportId';
const params = accountExports.getAccountExport.request;

const path = '/v1/me/export/{id}';
export const presentAccountExport = presentResource({
  id: 'AccountExportResource',
  of: accountExport,
  links: { self: path, file: `${path}/file`, fileLinks: `${path}/file/links`, job: '/v1/jobs/{job.id}' },
});

export const createAccountExport = serviceEndpoint({
  ...base,
  method: 'POST',
  path: '/v1/me/export',
  summary: 'Export all of your data',
  description:
    'A job writes a ZIP with your account, tracks, playlists, videos, posts, collections and documents as NDJSON, and with the files of tracks and videos. ' +
    'While it works, asking again answers the same export; afterwards a new one replaces it. The ZIP is deleted after seven days.',
  cost: 50,
  calls: accountExports.createAccountExport,
  present: presentAccountExport,
  starts: 'job',
  whenDone: accountExports.getAccountExport,
});

export const getAccountExport = serviceEndpoint({
  ...base,
  method: 'GET',
  path: one,
  summary: 'The export of all of your data',
  calls: accountExports.getAccountExport,
  present: presentAccountExport,
});

export const deleteAccountExport = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: one,
  summary: 'Delete the export of all of your data, or stop it',
  calls: accountExports.deleteAccountExport,
});

const failures = [
  'account-export-not-found',
  'account-export-not-ready',
  'account-export-failed',
  ...fileFailures,
  'service-unavailable',
  'deadline-exceeded',
] as const;
const file = {
  cacheControl: 'private, no-cache',
  headers: fileHeaders,
  responses: fileResponses('application/zip', 'The ZIP.'),
} as const;

export const downloadAccountExport = endpoint({
  ...base,
  ...file,
  id: 'downloadAccountExport',
  method: 'GET',
  path: `${one}/file`,
  summary: 'File of an account export',
  description: 'Takes `Range` and `If-Range`, so that a download that broke off can be resumed.',
  params,
  failures,
});

export const linkAccountExport = endpoint({
  ...base,
  id: 'linkAccountExport',
  method: 'POST',
  path: `${one}/file/links`,
  summary: 'Create a signed link to an account export',
  description:
    'Whoever has the address can download all of your data until it expires, an hour from now unless told. Deleting the export ends it at once.',
  params,
  body: linkWish,
  ...madeLink,
  failures: ['account-export-not-found', 'account-export-not-ready', 'account-export-failed', 'service-unavailable', 'deadline-exceeded'],
  example: { expiresInSeconds: 600 },
});

export const downloadLinkedAccountExport = endpoint({
  ...file,
  id: 'downloadLinkedAccountExport',
  method: 'GET',
  path: '/v1/links/:token/account-export',
  tag: 'Exports',
  summary: 'Account export of a signed link',
  auth: 'open',
  params: z.strictObject({ token: token({ max: 200 }) }),
  failures: ['link-invalid', 'link-expired', ...failures],
});
