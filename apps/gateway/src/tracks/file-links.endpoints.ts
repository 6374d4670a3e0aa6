import * as z from 'zod';
import { integer, token } from '#contracts';
import { embeddable, endpoint } from '../http/endpoint.ts';
import { downloadTrack } from './file.endpoints.ts';
import { trackParams } from './tracks.endpoints.ts';

const day = 86_400;

export const linkWish = z.strictObject({
  expiresInSeconds: integer({ min: 1, max: 7 * day })
    .default(3_600)
    .meta({ description: 'How long the link is good.', examples: [600] }),
});

const signedLink = z
  .object({
    url: z.string().meta({
      description: 'Absolute where the server knows its public address, else a path on it.',
      examples: ['https://api.example.org/v1/links/AQIDBA/file'],
    }),
    expiresAt: z.iso.datetime().meta({ description: 'The link is good until then.', examples: ['2026-01-31T12:00:00.000Z'] }),
  })
  .meta({ id: 'SignedLink', description: 'A link that needs no account.' });

/** The answer of a route that makes a link: its `Location` is the link itself. */
export const madeLink = { responses: { 201: signedLink }, locate: ({ url }: z.output<typeof signedLink>) => url };

export const linkFile = endpoint({
  id: 'linkTrackFile',
  method: 'POST',
  path: '/v1/tracks/:trackId/file/links',
  tag: 'Tracks',
  summary: 'Create a signed link to the file',
  description:
    'Whoever has the link can download the file until it expires; it cannot be changed to another file or a later time. ' +
    'Deleting the track ends it at once.',
  auth: 'user',
  params: trackParams,
  body: linkWish,
  ...madeLink,
  failures: ['track-not-found'],
  example: { expiresInSeconds: 600 },
});

export const downloadLinked = endpoint({
  id: 'downloadLinkedFile',
  method: 'GET',
  path: '/v1/links/:token/file',
  always: embeddable,
  tag: 'Tracks',
  summary: 'File of a signed link',
  description: downloadTrack.description ?? '',
  auth: 'open',
  cacheControl: 'private, no-cache',
  params: z.strictObject({ token: token({ max: 200 }) }),
  headers: downloadTrack.headers!,
  responses: downloadTrack.responses,
  failures: ['link-invalid', 'link-expired', ...downloadTrack.failures],
});
