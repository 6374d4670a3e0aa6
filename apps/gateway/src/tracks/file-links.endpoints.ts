import * as z from 'zod';
import { integer, token } from '#contracts';
import { embeddable, endpoint } from '../http/endpoint.ts';
import { downloadTrack } from './file.endpoints.ts';
import { trackParams } from './tracks.endpoints.ts';

const day = 86_400;

export const linkFile = endpoint({
  id: 'linkTrackFile',
  method: 'POST',
  path: '/v1/tracks/:trackId/file/links',
  tag: 'Tracks',
  summary: 'A link to the file for somebody without an account',
  description:
    'Whoever has the link can download the file until it expires; it cannot be changed to another file or a later time. ' +
    'Deleting the track ends it at once.',
  auth: 'user',
  params: trackParams,
  body: z.strictObject({
    expiresInSeconds: integer({ min: 1, max: 7 * day }).default(3_600),
  }),
  responses: {
    201: z
      .object({
        url: z.string().meta({ description: 'Absolute where the server knows its public address, else a path on it.' }),
        expiresAt: z.iso.datetime(),
      })
      .meta({ id: 'FileLink' }),
  },
  failures: ['track-not-found'],
  example: { expiresInSeconds: 600 },
});

export const downloadLinked = endpoint({
  id: 'downloadLinkedFile',
  method: 'GET',
  path: '/v1/files/:token',
  always: embeddable,
  tag: 'Tracks',
  summary: 'The file a link leads to',
  description: downloadTrack.description ?? '',
  auth: 'open',
  cacheControl: 'private, no-cache',
  params: z.strictObject({ token: token({ max: 200 }) }),
  headers: downloadTrack.headers!,
  responses: downloadTrack.responses,
  failures: ['link-invalid', 'link-expired', ...downloadTrack.failures],
});
