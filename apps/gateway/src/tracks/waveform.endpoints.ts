/** The waveform in three forms; small enough to be answered whole, so each gets a strong ETag and 304. */
import * as z from 'zod';
import { audio, token, waveformPictureOptions } from '#contracts';
import { embeddable, endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { linkWish, madeLink } from './file-links.endpoints.ts';
import { trackParams } from './tracks.endpoints.ts';

/** What a waveform shows never changes for the same track and query. */
const cacheControl = 'private, max-age=3600';

const base = {
  method: 'GET',
  tag: 'Tracks',
  auth: 'user',
  params: trackParams,
  cacheControl,
  failures: ['track-not-found', 'analysis-not-ready', 'analysis-failed'],
} as const;

export const getTrackWaveformJson = serviceEndpoint({
  id: 'getTrackWaveformJson',
  method: 'GET',
  path: '/v1/tracks/:trackId/waveform.json',
  tag: 'Tracks',
  summary: 'Waveform as numbers',
  description: 'In the shape that audiowaveform writes (JSON, version 2): pairs of minimum and maximum, 8 bit, `widthPx` pairs at most.',
  auth: 'user',
  cacheControl,
  calls: audio.getWaveform,
});

const picture = { ...base, query: waveformPictureOptions } as const;

export const getTrackWaveformSvg = endpoint({
  ...picture,
  id: 'getTrackWaveformSvg',
  path: '/v1/tracks/:trackId/waveform.svg',
  summary: 'Waveform as SVG',
  responses: { 200: { description: 'The picture.', contentType: 'image/svg+xml' } },
});

export const linkTrackWaveform = endpoint({
  id: 'linkTrackWaveform',
  method: 'POST',
  path: '/v1/tracks/:trackId/waveform.png/links',
  tag: 'Tracks',
  summary: 'Create a signed link to the waveform',
  description: 'Whoever has the link can open the picture in a browser until it expires. Deleting the track ends it at once.',
  auth: 'user',
  params: trackParams,
  body: linkWish,
  ...madeLink,
  failures: ['track-not-found', 'analysis-not-ready', 'analysis-failed'],
  example: { expiresInSeconds: 600 },
});

export const getLinkedWaveform = endpoint({
  id: 'getLinkedWaveform',
  method: 'GET',
  path: '/v1/links/:token/waveform',
  always: embeddable,
  tag: 'Tracks',
  summary: 'Waveform of a signed link',
  auth: 'open',
  cacheControl,
  params: z.strictObject({ token: token({ max: 200 }) }),
  query: waveformPictureOptions,
  responses: { 200: { description: 'The picture.', contentType: 'image/png' } },
  failures: ['link-invalid', 'link-expired', ...base.failures],
});

export const getTrackWaveformPng = endpoint({
  ...picture,
  id: 'getTrackWaveformPng',
  path: '/v1/tracks/:trackId/waveform.png',
  summary: 'Waveform as PNG',
  responses: { 200: { description: 'The picture.', contentType: 'image/png' } },
});
