/** The cover of a track and its spectrogram: files of the store, whole or in part, with an ETag. */
import * as z from 'zod';
import { spectrogramOptions, token } from '#contracts';
import { fileFailures, fileHeaders, fileResponses } from '../downloads/file-endpoint.ts';
import { embeddable, endpoint } from '../http/endpoint.ts';
import { linkWish, madeLink } from './file-links.endpoints.ts';
import { trackParams } from './tracks.endpoints.ts';

const base = { method: 'GET', tag: 'Tracks', auth: 'user', params: trackParams, headers: fileHeaders } as const;
const forAnHour = 'max-age=3600';
const deadlineMs = 22_000;

export const getTrackCover = endpoint({
  ...base,
  id: 'getTrackCover',
  path: '/v1/tracks/:trackId/cover',
  summary: 'Cover of a track',
  description: 'As it is in the file: JPEG, PNG, GIF, WebP or BMP. The bytes decide the format, not the tag.',
  cacheControl: `private, ${forAnHour}`,
  responses: fileResponses('image/jpeg', 'The picture, under the content type that its bytes have.'),
  failures: ['track-not-found', 'cover-not-found', ...fileFailures],
  deadlineMs,
});

const spectrogram = {
  query: spectrogramOptions,
  responses: fileResponses('image/png', 'The picture.'),
  failures: [
    'track-not-found',
    'analysis-not-ready',
    'analysis-failed',
    'media-undecodable',
    'overloaded',
    'deadline-exceeded',
    ...fileFailures,
  ],
  deadlineMs,
} as const;

export const getTrackSpectrogram = endpoint({
  ...base,
  ...spectrogram,
  id: 'getTrackSpectrogram',
  path: '/v1/tracks/:trackId/spectrogram.png',
  summary: 'Spectrogram of a track (PNG)',
  description:
    'Time from left to right, frequency from 0 to half the sample rate (24 kHz at most) from bottom to top, level from -110 dB to -10 dB as colour. The ' +
    'recording is decoded when a size is asked for first; the picture is kept. One of many hours may take longer than a request: after a 504 ask again.',
  cost: 5,
  cacheControl: `private, ${forAnHour}`,
});

export const linkTrackSpectrogram = endpoint({
  id: 'linkTrackSpectrogram',
  method: 'POST',
  path: '/v1/tracks/:trackId/spectrogram.png/links',
  tag: 'Tracks',
  summary: 'Create a signed link to the spectrogram',
  description: 'Whoever has the link can open the picture in a browser until it expires. Deleting the track ends it at once.',
  auth: 'user',
  params: trackParams,
  body: linkWish,
  ...madeLink,
  failures: ['track-not-found', 'analysis-not-ready', 'analysis-failed'],
  example: { expiresInSeconds: 600 },
});

export const getLinkedSpectrogram = endpoint({
  ...base,
  ...spectrogram,
  id: 'getLinkedSpectrogram',
  path: '/v1/links/:token/spectrogram',
  always: embeddable,
  summary: 'Spectrogram of a signed link',
  auth: 'open',
  cost: 5,
  cacheControl: `private, ${forAnHour}`,
  params: z.strictObject({ token: token({ max: 200 }) }),
  failures: ['link-invalid', 'link-expired', ...spectrogram.failures],
});
