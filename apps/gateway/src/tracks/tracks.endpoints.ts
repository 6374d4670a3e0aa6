/** The track endpoints: sent once, analysed once, read as often as one likes. */
import * as z from 'zod';
import { cursor, decimalInteger, headerText, job, mediaFailures, track, trackAnalysis } from '#contracts';
import { multipart } from '../http/body.ts';
import { endpoint } from '../http/endpoint.ts';
import { waitMaxSeconds } from '../http/prefer-wait.ts';
import { trackLinks, trackResource, uploadedTrack } from './track-resource.ts';

export const trackParams = z.strictObject({ trackId: z.uuid() });
const base = { tag: 'Tracks', auth: 'user', params: trackParams } as const;

/** A client on a slow line may take this long to send a file. */
const uploadDeadlineMs = 3_600_000;

export const uploadTrack = endpoint({
  id: 'uploadTrack',
  method: 'POST',
  path: '/v1/tracks',
  tag: 'Tracks',
  summary: 'Upload a track and have it analysed',
  description:
    'Send one file as `multipart/form-data` in the field `file`. The answer is 202 with the job that analyses it; bytes that were analysed before ' +
    'come back with a job that has already succeeded. `?wait=SECONDS` (or `Prefer: wait=SECONDS`) holds the answer until the analysis is there ' +
    'and then gives the whole track with 201, the problem if it failed, or 202 when the time ran out.',
  auth: 'user',
  cost: 10,
  deadlineMs: uploadDeadlineMs,
  query: z.strictObject({ wait: decimalInteger({ min: 0, max: waitMaxSeconds }).optional() }),
  headers: z.object({ prefer: headerText(256).optional() }),
  body: multipart({
    file: { field: 'file', description: 'The recording: WAV, FLAC, MP3, Ogg, Opus, M4A or a video with sound.', maxBytes: 2 * 1_024 ** 3 },
  }),
  responses: {
    202: {
      description: 'Taken in; the job tells how far the analysis is.',
      contentType: 'application/json',
      schema: z.object({ track, job, links: trackLinks }).meta({ id: 'TrackAccepted' }),
      headers: { Location: 'The job, `/v1/jobs/{id}`.' },
    },
    201: {
      description: 'The analysis was ready in time.',
      contentType: 'application/json',
      schema: uploadedTrack,
      headers: { Location: 'The track, `/v1/tracks/{id}`.' },
    },
  },
  failures: ['payload-too-large', 'request-malformed', 'media-type-unsupported', 'storage-full', 'blob-not-found', ...mediaFailures],
});

export const getTracks = endpoint({
  id: 'listTracks',
  method: 'GET',
  path: '/v1/tracks',
  tag: 'Tracks',
  summary: 'Your tracks, newest first',
  auth: 'user',
  query: z.strictObject({ cursor: cursor().optional(), limit: decimalInteger({ min: 1, max: 100 }).default(20) }),
  responses: { 200: z.object({ items: z.array(trackResource), nextCursor: z.string().nullable() }).meta({ id: 'TrackList' }) },
  failures: [],
});

export const getOneTrack = endpoint({
  ...base,
  id: 'getTrack',
  method: 'GET',
  path: '/v1/tracks/:trackId',
  summary: 'One track, with its analysis once that is done',
  responses: { 200: trackResource },
  failures: ['track-not-found'],
});

export const removeTrack = endpoint({
  ...base,
  id: 'deleteTrack',
  method: 'DELETE',
  path: '/v1/tracks/:trackId',
  summary: 'Delete a track',
  description: 'The track, its analysis and its file are gone for you at once; the bytes themselves go when no other track holds them.',
  responses: { 204: { description: 'Deleted.' } },
  failures: ['track-not-found'],
});

export const readAnalysis = endpoint({
  ...base,
  id: 'getTrackAnalysis',
  method: 'GET',
  path: '/v1/tracks/:trackId/analysis',
  summary: 'Tempo, beats, key, loudness and cues',
  responses: { 200: trackAnalysis },
  failures: ['track-not-found', 'analysis-not-ready'],
});
