/** Renditions of tracks: made by a job, encoded once for the same bytes and options, played with ranges. */
import * as z from 'zod';
import { token, trackRendition, trackRenditions } from '#contracts';
import { embeddable, endpoint } from '../http/endpoint.ts';
import { presentList, presentResource } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { downloadTrack } from '../tracks/file.endpoints.ts';
import { linkWish, madeLink } from '../tracks/file-links.endpoints.ts';

const base = { tag: 'Renditions', auth: 'user' } as const;
const all = '/v1/tracks/:trackId/renditions';
const one = `${all}/:renditionId` as const;
const params = z.strictObject({ trackId: z.uuid(), renditionId: z.uuid() });

const path = '/v1/tracks/{trackId}/renditions/{id}';
export const presentRendition = presentResource({
  id: 'TrackRenditionResource',
  of: trackRendition,
  links: { self: path, track: '/v1/tracks/{trackId}', file: `${path}/file`, fileLinks: `${path}/file/links`, job: '/v1/jobs/{job.id}' },
});

export const createTrackRendition = serviceEndpoint({
  ...base,
  method: 'POST',
  path: all,
  summary: 'Make a rendition of a track',
  description:
    'The same recording at another level in another format; never above the original in rate, channels or bit rate. Tags and cover are kept. The ' +
    'answer is 202 with the rendition and its job; `?wait=SECONDS` (or `Prefer: wait=SECONDS`) holds it until the file is there. Asked again, it gives ' +
    'the rendition that is there; the same level, format and options of the same bytes are encoded once.',
  cost: 10,
  calls: trackRenditions.createTrackRendition,
  present: presentRendition,
  starts: 'job',
  whenDone: trackRenditions.getTrackRendition,
  example: { level: 'medium', format: 'opus' },
});

export const listTrackRenditions = serviceEndpoint({
  ...base,
  method: 'GET',
  path: all,
  summary: 'The renditions of a track, newest first',
  calls: trackRenditions.listTrackRenditions,
  present: presentList(presentRendition),
});

export const getTrackRendition = serviceEndpoint({
  ...base,
  method: 'GET',
  path: one,
  summary: 'One rendition, with its facts once it is encoded',
  calls: trackRenditions.getTrackRendition,
  present: presentRendition,
});

export const deleteTrackRendition = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: one,
  summary: 'Delete a rendition',
  description: 'It is gone for you at once, and its job is cancelled; the bytes go when no other rendition has them. The track stays.',
  calls: trackRenditions.deleteTrackRendition,
});

const immutable = 'max-age=31536000, immutable';
const failures = [
  'rendition-not-found',
  'rendition-not-ready',
  'rendition-failed',
  'file-lost',
  'precondition-failed',
  'range-not-satisfiable',
] as const;

export const downloadTrackRendition = endpoint({
  ...base,
  id: 'downloadTrackRendition',
  method: 'GET',
  path: `${one}/file`,
  summary: 'The file of a rendition',
  description: downloadTrack.description ?? '',
  cacheControl: `private, ${immutable}`,
  params,
  headers: downloadTrack.headers!,
  responses: downloadTrack.responses,
  failures: ['track-not-found', ...failures],
});

export const linkTrackRendition = endpoint({
  ...base,
  id: 'linkTrackRendition',
  method: 'POST',
  path: `${one}/file/links`,
  summary: 'Create a signed link to the file of a rendition',
  description:
    'Whoever has the link can play the file until it expires; it cannot be changed to another file or a later time. Deleting the rendition ends it, ' +
    'but copies that caches hold may live on.',
  params,
  body: linkWish,
  ...madeLink,
  failures: ['track-not-found', 'rendition-not-found', 'rendition-not-ready', 'rendition-failed'],
  example: { expiresInSeconds: 600 },
});

export const downloadLinkedRendition = endpoint({
  id: 'downloadLinkedRendition',
  method: 'GET',
  path: '/v1/links/:token/rendition',
  always: embeddable,
  tag: 'Renditions',
  summary: 'Rendition of a signed link',
  description: downloadTrack.description ?? '',
  auth: 'open',
  cacheControl: `public, ${immutable}`,
  params: z.strictObject({ token: token({ max: 200 }) }),
  headers: downloadTrack.headers!,
  responses: downloadTrack.responses,
  failures: ['link-invalid', 'link-expired', ...failures],
});
