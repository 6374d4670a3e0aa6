import * as z from 'zod';
import { headerText } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { trackParams } from './tracks.endpoints.ts';

const header = headerText(1_024).optional();
const bytes = { contentType: 'application/octet-stream' } as const;

/** The bytes as they were sent, whole or in part. */
export const downloadTrack = endpoint({
  id: 'downloadTrackFile',
  method: 'GET',
  path: '/v1/tracks/:trackId/file',
  tag: 'Tracks',
  summary: 'The file as it was uploaded',
  description:
    'Takes `Range` (one range; several are answered with the whole file), `If-Range`, `If-None-Match` and `If-Match`. HEAD gives the headers alone.',
  auth: 'user',
  cacheControl: 'private, no-cache',
  params: trackParams,
  headers: z.object({ range: header, 'if-range': header, 'if-none-match': header, 'if-match': header }),
  responses: {
    200: {
      ...bytes,
      description: 'The whole file, under the content type that its bytes have.',
      headers: {
        ETag: 'The SHA-256 of the bytes: equal tags mean equal files.',
        'Accept-Ranges': '`bytes`',
        'Content-Disposition': 'The name the file was uploaded under.',
      },
    },
    206: { ...bytes, description: 'The part that was asked for.', headers: { 'Content-Range': 'Which part, and of how much.' } },
    304: { description: 'You have it already.' },
  },
  failures: ['track-not-found', 'file-lost', 'precondition-failed', 'range-not-satisfiable'],
});
