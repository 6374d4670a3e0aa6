/** The HLS and DASH streams of a video. Only the first file needs an account; what it names is signed, so that any player can play it. */
import * as z from 'zod';
import { headerText, token, videoTracks } from '#contracts';
import { embeddable, endpoint } from '../http/endpoint.ts';
import { linkWish, madeLink } from '../tracks/file-links.endpoints.ts';

const videoParams = z.strictObject({ videoId: z.uuid() });
const signed = { token: token({ max: 200 }) };
const failures = ['video-not-found', 'rendition-not-ready', 'rendition-failed', 'service-unavailable', 'deadline-exceeded'] as const;
const linkFailures = ['link-invalid', 'link-expired'] as const;
const playlist = (description: string) => ({ 200: { contentType: 'application/vnd.apple.mpegurl', description } });

export const getHlsMaster = endpoint({
  id: 'getVideoHlsMaster',
  method: 'GET',
  path: '/v1/videos/:videoId/hls/master.m3u8',
  tag: 'Videos',
  summary: 'The HLS master playlist of a video',
  description:
    'Names every rendition that has segments, also one that is still being encoded: its playlist grows until it is done. The playlists and segments ' +
    'need no account and are good for one to two days; the addresses stay the same for a day, so that a CDN can keep what they lead to.',
  auth: 'user',
  params: videoParams,
  responses: playlist('The playlist (RFC 8216).'),
  failures,
});

export const linkHls = endpoint({
  id: 'linkVideoHls',
  method: 'POST',
  path: '/v1/videos/:videoId/hls/links',
  tag: 'Videos',
  summary: 'Create a signed link to the HLS stream',
  description:
    'Whoever has the link can read the master playlist until it expires, and play what that names for one to two days more. Deleting the video or a ' +
    'rendition ends it at once.',
  auth: 'user',
  params: videoParams,
  body: linkWish,
  ...madeLink,
  failures,
  example: { expiresInSeconds: 600 },
});

export const getLinkedHlsMaster = endpoint({
  id: 'getLinkedHlsMaster',
  method: 'GET',
  path: '/v1/links/:token/hls/master.m3u8',
  always: embeddable,
  tag: 'Videos',
  summary: 'HLS master playlist of a signed link',
  auth: 'open',
  cacheControl: 'private, no-cache',
  params: z.strictObject(signed),
  responses: playlist('The playlist (RFC 8216).'),
  failures: [...failures, ...linkFailures],
});

const manifest = { 200: { contentType: 'application/dash+xml', description: 'The manifest (ISO/IEC 23009-1).' } };

export const getDashManifest = endpoint({
  id: 'getVideoDashManifest',
  method: 'GET',
  path: '/v1/videos/:videoId/dash/manifest.mpd',
  tag: 'Videos',
  summary: 'The DASH manifest of a video',
  description:
    'Names every rendition that is whole, with the same segments as HLS. What it names needs no account and is good for one to two days.',
  auth: 'user',
  params: videoParams,
  responses: manifest,
  failures,
});

export const linkDash = endpoint({
  id: 'linkVideoDash',
  method: 'POST',
  path: '/v1/videos/:videoId/dash/links',
  tag: 'Videos',
  summary: 'Create a signed link to the DASH manifest',
  description: 'The same as the link to the HLS stream, for players of DASH.',
  auth: 'user',
  params: videoParams,
  body: linkWish,
  ...madeLink,
  failures,
  example: { expiresInSeconds: 600 },
});

export const getLinkedDashManifest = endpoint({
  id: 'getLinkedDashManifest',
  method: 'GET',
  path: '/v1/links/:token/dash/manifest.mpd',
  always: embeddable,
  tag: 'Videos',
  summary: 'DASH manifest of a signed link',
  auth: 'open',
  cacheControl: 'private, no-cache',
  params: z.strictObject(signed),
  responses: manifest,
  failures: [...failures, ...linkFailures],
});

const track = z.enum(videoTracks).meta({ description: 'The picture or the sound.' });
const trackParams = { ...signed, renditionId: z.uuid(), track };
const streamFailures = ['rendition-not-found', 'segment-not-found', 'service-unavailable', 'deadline-exceeded', ...linkFailures] as const;

export const getHlsPlaylist = endpoint({
  id: 'getHlsPlaylist',
  method: 'GET',
  path: '/v1/links/:token/streams/:renditionId/:track/playlist.m3u8',
  always: embeddable,
  tag: 'Videos',
  summary: 'The HLS playlist of one track',
  description: 'Found in the master playlist. While the track is encoded it is of the type EVENT and grows; then of the type VOD.',
  auth: 'open',
  cacheControl: 'private, no-cache',
  params: z.strictObject(trackParams),
  responses: playlist('The playlist (RFC 8216).'),
  failures: ['rendition-not-ready', 'rendition-failed', ...streamFailures],
});

const header = headerText(1_024).optional();
const bytes = { contentType: 'application/octet-stream' } as const;

export const getHlsSegment = endpoint({
  id: 'getHlsSegment',
  method: 'GET',
  path: '/v1/links/:token/streams/:renditionId/:track/segments/:segment',
  always: embeddable,
  tag: 'Videos',
  summary: 'One segment of a track',
  description: 'Found in the playlist of the track. A segment never changes. Takes `Range`, `If-Range`, `If-None-Match` and `If-Match`.',
  auth: 'open',
  cacheControl: 'public, max-age=31536000, immutable',
  params: z.strictObject({
    ...trackParams,
    segment: token({ max: 20 })
      .regex(/^(init\.mp4|(0|[1-9]\d{0,4})\.m4s)$/, { error: 'must be init.mp4 or a number with .m4s' })
      .meta({ description: '`init.mp4`, or the number of the segment from 0 with `.m4s`.', examples: ['0.m4s'] }),
  }),
  headers: z.object({ range: header, 'if-range': header, 'if-none-match': header, 'if-match': header }),
  responses: {
    200: {
      ...bytes,
      description: 'The segment: `video/mp4` or `audio/mp4`.',
      headers: { ETag: 'The SHA-256 of the bytes.', 'Accept-Ranges': '`bytes`' },
    },
    206: { ...bytes, description: 'The part that was asked for.', headers: { 'Content-Range': 'Which part, and of how much.' } },
    304: { description: 'You have it already.' },
  },
  failures: ['rendition-failed', 'file-lost', 'precondition-failed', 'range-not-satisfiable', ...streamFailures],
});
