/** The file of a video and its pictures, whole or in part, with an ETag. */
import * as z from 'zod';
import { type FailureCode, posterOptions, thumbnailOptions, token } from '#contracts';
import { fileFailures, fileHeaders, fileResponses } from '../downloads/file-endpoint.ts';
import { embeddable, endpoint } from '../http/endpoint.ts';
import { linkWish, madeLink } from '../tracks/file-links.endpoints.ts';
import { videoParams } from './videos.endpoints.ts';

/** A later version of the service may choose another frame. */
const forAnHour = 'max-age=3600';

const base = { method: 'GET', tag: 'Videos', auth: 'user', params: videoParams, headers: fileHeaders } as const;
const failuresOf = (...own: readonly FailureCode[]) => ['video-not-found' as const, ...own, ...fileFailures];

export const downloadVideo = endpoint({
  ...base,
  id: 'downloadVideoFile',
  path: '/v1/videos/:videoId/file',
  summary: 'The file as it was uploaded',
  description:
    'Takes `Range` (one range; several are answered with the whole file), `If-Range`, `If-None-Match` and `If-Match`. HEAD gives the headers alone.',
  cacheControl: 'private, no-cache',
  responses: fileResponses('application/octet-stream', 'The whole file, under the content type that its bytes have.'),
  failures: failuresOf(),
});

const pictureResponses = fileResponses('image/jpeg', 'The picture: JPEG, or WebP or AVIF where that was asked for.');
const pictureFailures = ['media-undecodable', 'overloaded', 'deadline-exceeded'] as const;

export const getVideoPoster = endpoint({
  ...base,
  id: 'getVideoPoster',
  path: '/v1/videos/:videoId/poster',
  summary: 'The picture that represents the video',
  description: 'The best of several frames: not black, not blurred, not within a fade. Without `widthPx` it has up to 1,280 pixels.',
  cacheControl: `private, ${forAnHour}`,
  query: posterOptions,
  responses: pictureResponses,
  failures: failuresOf('video-not-ready', 'video-failed', 'picture-format-unavailable', ...pictureFailures),
  deadlineMs: 22_000,
});

export const getVideoThumbnail = endpoint({
  ...base,
  id: 'getVideoThumbnail',
  path: '/v1/videos/:videoId/thumbnail',
  summary: 'The picture at one moment of the video',
  description: 'Made when it is asked for first and kept; of one video the 200 newest are kept. It is never wider than the video.',
  cost: 2,
  cacheControl: 'private, max-age=31536000, immutable',
  query: thumbnailOptions,
  responses: pictureResponses,
  failures: failuresOf('time-outside-video', 'picture-format-unavailable', ...pictureFailures),
  deadlineMs: 22_000,
});

export const getVideoPreview = endpoint({
  ...base,
  id: 'getVideoPreview',
  path: '/v1/videos/:videoId/preview.webp',
  summary: 'A few moments of the video, animated',
  description:
    'Up to four of its best moments, five seconds together, as an animated WebP of at most 480 × 480 pixels and 1 MB; a short video whole.',
  cost: 3,
  cacheControl: `private, ${forAnHour}`,
  responses: fileResponses('image/webp', 'The animation.'),
  failures: failuresOf('video-not-ready', 'video-failed', ...pictureFailures),
  deadlineMs: 22_000,
});

export const getVideoStoryboardVtt = endpoint({
  ...base,
  id: 'getVideoStoryboardVtt',
  path: '/v1/videos/:videoId/storyboard.vtt',
  summary: 'Storyboard cues (WebVTT)',
  description:
    'WebVTT with one cue for each picture, from the beginning to the end of the video: `storyboard.jpg#xywh=x,y,width,height`. Players show it over ' +
    'their seek bar.',
  cacheControl: `private, ${forAnHour}`,
  responses: fileResponses('text/vtt', 'The cues.'),
  failures: failuresOf('video-not-ready', 'video-failed'),
});

export const getVideoStoryboardJpg = endpoint({
  ...base,
  id: 'getVideoStoryboardJpg',
  path: '/v1/videos/:videoId/storyboard.jpg',
  summary: 'Storyboard sprite (JPEG)',
  description: 'Up to 100 pictures, ten side by side, at equal distances of at least a second.',
  cacheControl: `private, ${forAnHour}`,
  responses: fileResponses('image/jpeg', 'The sheet.'),
  failures: failuresOf('video-not-ready', 'video-failed'),
});

export const linkVideoPoster = endpoint({
  id: 'linkVideoPoster',
  method: 'POST',
  path: '/v1/videos/:videoId/poster/links',
  tag: 'Videos',
  summary: 'Create a signed link to the poster',
  description:
    'Whoever has the link can open the poster in a browser until it expires. Deleting the video ends it; a cache may show it for an hour longer.',
  auth: 'user',
  params: videoParams,
  body: linkWish,
  ...madeLink,
  failures: ['video-not-found'],
  example: { expiresInSeconds: 600 },
});

export const getLinkedPoster = endpoint({
  ...base,
  id: 'getLinkedPoster',
  path: '/v1/links/:token/poster',
  always: embeddable,
  summary: 'Poster of a signed link',
  auth: 'open',
  cacheControl: `public, ${forAnHour}`,
  params: z.strictObject({ token: token({ max: 200 }) }),
  query: posterOptions,
  responses: pictureResponses,
  failures: [
    'link-invalid',
    'link-expired',
    ...failuresOf('video-not-ready', 'video-failed', 'picture-format-unavailable', ...pictureFailures),
  ],
  deadlineMs: 22_000,
});
