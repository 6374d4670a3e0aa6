/** The HLS streams of tracks. Only the first file needs an account; what it names is signed, so that any player can play it. */
import * as z from 'zod';
import { deleteTrackStream as deleteStream, streamLevels, token } from '#contracts';
import { embeddable, endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { preferHeader, waitQuery } from '../http/started-job.ts';
import { linkWish, madeLink } from '../tracks/file-links.endpoints.ts';
import { trackParams } from '../tracks/tracks.endpoints.ts';
import { getHlsSegment } from '../video-renditions/streams.endpoints.ts';

const signed = { token: token({ max: 200 }) };
const unavailable = ['service-unavailable', 'deadline-exceeded'] as const;
const failures = [
  'track-not-found',
  'rendition-not-ready',
  'rendition-failed',
  'renditions-disabled',
  'quota-exceeded',
  ...unavailable,
] as const;
const linkFailures = ['link-invalid', 'link-expired'] as const;
const playlist = { 200: { contentType: 'application/vnd.apple.mpegurl', description: 'The playlist (RFC 8216).' } };
const base = { tag: 'Renditions', auth: 'user' } as const;
const waiting = { query: z.strictObject(waitQuery), headers: z.object(preferHeader) };

export const getTrackHlsMaster = endpoint({
  ...base,
  id: 'getTrackHlsMaster',
  method: 'GET',
  path: '/v1/tracks/:trackId/hls/master.m3u8',
  summary: 'The HLS master playlist of a track',
  description:
    'Up to three levels of AAC in CMAF, cut at the same times, without gaps at the ends; none is above the original. A missing stream is encoded once ' +
    'for all who have the same bytes: the answer waits for its first segments, 15 s or as long as `wait` says, and its playlists grow until it is ' +
    'whole. Playlists and segments need no account and are good for one to two days; their addresses stay the same for a day. One whose encoding has ' +
    'failed stays so until it is deleted.',
  params: trackParams,
  ...waiting,
  responses: playlist,
  failures,
});

export const linkTrackHls = endpoint({
  ...base,
  id: 'linkTrackHls',
  method: 'POST',
  path: '/v1/tracks/:trackId/hls/links',
  summary: 'Create a signed link to the HLS stream of a track',
  description:
    'Starts the stream if it is missing. Whoever has the link can read the master playlist until it expires, and play what that names for one to two ' +
    'days more. Deleting the stream or the track ends it at once.',
  params: trackParams,
  body: linkWish,
  ...madeLink,
  failures,
  example: { expiresInSeconds: 600 },
});

export const deleteTrackStream = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: '/v1/tracks/:trackId/hls',
  summary: 'Delete the HLS stream of a track',
  description: 'Its job is cancelled, and its bytes go when no other track has them. The track and its renditions stay.',
  calls: deleteStream,
});

export const getLinkedTrackHlsMaster = endpoint({
  id: 'getLinkedTrackHlsMaster',
  method: 'GET',
  path: '/v1/links/:token/track-hls/master.m3u8',
  always: embeddable,
  tag: 'Renditions',
  summary: 'HLS master playlist of a signed link to a track',
  auth: 'open',
  cacheControl: 'private, no-cache',
  params: z.strictObject(signed),
  ...waiting,
  responses: playlist,
  failures: [...failures, ...linkFailures],
});

const level = z.enum(streamLevels).meta({ description: 'The level, as the master playlist names it.', examples: ['medium'] });

export const getTrackHlsPlaylist = endpoint({
  id: 'getTrackHlsPlaylist',
  method: 'GET',
  path: '/v1/links/:token/track-streams/:level/playlist.m3u8',
  always: embeddable,
  tag: 'Renditions',
  summary: 'The HLS playlist of one level of a track',
  description: 'Found in the master playlist. While the stream is encoded it is of the type EVENT and grows; then of the type VOD.',
  auth: 'open',
  cacheControl: 'private, no-cache',
  params: z.strictObject({ ...signed, level }),
  responses: playlist,
  failures: ['track-not-found', 'rendition-not-found', 'rendition-not-ready', 'rendition-failed', ...unavailable, ...linkFailures],
});

export const getTrackHlsSegment = endpoint({
  id: 'getTrackHlsSegment',
  method: 'GET',
  path: '/v1/links/:token/track-streams/:level/segments/:segment',
  always: embeddable,
  tag: 'Renditions',
  summary: 'One segment of a level of a track',
  description: getHlsSegment.description ?? '',
  auth: 'open',
  cacheControl: 'public, max-age=31536000, immutable',
  params: z.strictObject({ ...signed, level, segment: getHlsSegment.params!.shape.segment }),
  headers: getHlsSegment.headers!,
  responses: getHlsSegment.responses,
  failures: ['track-not-found', ...getHlsSegment.failures],
});
