/** The track endpoints: sent once, analysed once, read as often as one likes. */
import * as z from 'zod';
import { audio, decimalInteger, headerText, job, mediaFailures, track } from '#contracts';
import { multipart } from '../http/body.ts';
import { endpoint } from '../http/endpoint.ts';
import { waitMaxSeconds } from '../http/prefer-wait.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { presentTrack, presentTracks, trackLinks, uploadedTrack } from './track-resource.ts';

export const trackParams = z.strictObject({ trackId: z.uuid() });
const base = { tag: 'Tracks', auth: 'user' } as const;

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

export const listTracks = serviceEndpoint({
  method: 'GET',
  path: '/v1/tracks',
  tag: 'Tracks',
  summary: 'Your tracks, newest first',
  auth: 'user',
  calls: audio.listTracks,
  present: presentTracks,
});

export const getTrack = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/tracks/:trackId',
  summary: 'One track, with its analysis once that is done',
  calls: audio.getTrack,
  present: presentTrack,
});

export const deleteTrack = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: '/v1/tracks/:trackId',
  summary: 'Delete a track',
  description: 'The track, its analysis and its file are gone for you at once; the bytes themselves go when no other track holds them.',
  calls: audio.deleteTrack,
});

export const getTrackAnalysis = serviceEndpoint({
  ...base,
  id: 'getTrackAnalysis',
  method: 'GET',
  path: '/v1/tracks/:trackId/analysis',
  summary: 'Tempo, beats, key, loudness and cues',
  calls: audio.getAnalysis,
});
