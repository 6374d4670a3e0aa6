/** The track endpoints: sent once, analysed once, read as often as one likes. */
import * as z from 'zod';
import { audio, mediaFailures, strictFlag } from '#contracts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { mediaUpload } from '../uploads/media-upload.endpoint.ts';
import { presentTrack, presentTracks } from './track-resource.ts';

export const trackParams = z.strictObject({ trackId: z.uuid() });
const base = { tag: 'Tracks', auth: 'user' } as const;

export const createTrack = mediaUpload({
  id: 'createTrack',
  path: '/v1/tracks',
  tag: 'Tracks',
  summary: 'Upload a track and have it analysed',
  description:
    'Send one file as `multipart/form-data` in the field `file`, and what you want to say about it in the fields `title`, `tags`, `metadata` and ' +
    '`externalId`; put them before the file, then a wrong one is refused before the file is sent. The answer is 202 with the track and its job. ' +
    '`?wait=SECONDS` (or `Prefer: wait=SECONDS`) holds the answer until the analysis is there and then gives the track with 201, the problem if it ' +
    'failed, or 202 when the time ran out. A file that ends before its container says it does is taken with the warning `truncated`, unless `strict` is true.',
  cost: 10,
  query: { strict: strictFlag.optional() },
  file: 'The recording: WAV, FLAC, MP3, Ogg, Opus, M4A or a video with sound.',
  maxBytes: 2 * 1_024 ** 3,
  schema: presentTrack.schema,
  failures: mediaFailures,
});

export const listTracks = serviceEndpoint({
  method: 'GET',
  path: '/v1/tracks',
  tag: 'Tracks',
  summary: 'Your tracks, newest first unless sorted otherwise',
  description: 'Items leave out what grows with the recording: ask for it by name in `fields`.',
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

export const updateTrack = serviceEndpoint({
  ...base,
  method: 'PATCH',
  path: '/v1/tracks/:trackId',
  summary: 'Change title, tags, metadata or your id of a track',
  description:
    'A JSON Merge Patch: what is absent stays, null removes `externalId` or a pair of `metadata`, a list replaces the list. Send the `ETag` that you ' +
    'read in `If-Match`.',
  calls: audio.updateTrack,
  present: presentTrack,
  example: { title: 'Golden hour, second mix', tags: ['live'], metadata: { project: 'spring', draft: null } },
});

export const updateTrackCorrections = serviceEndpoint({
  ...base,
  method: 'PUT',
  path: '/v1/tracks/:trackId/corrections',
  summary: 'Correct tempo, key and beats of a track by hand',
  description:
    'Replaces all corrections; `{}` takes them back. The analysis stays as it is; `bpm`, `key`, `mode` and `camelot` of the track, filters and sorts ' +
    'follow the corrections. With `bpmMin` and `bpmMax` alone the most likely tempo within that range holds, also one that is half, double or a third ' +
    'of the tempo found. Send the `ETag` of the track in `If-Match`.',
  calls: audio.updateTrackCorrections,
  present: presentTrack,
  example: { bpm: 174, key: 'A', mode: 'minor', beatGrid: [{ timeSeconds: 0.52, bpm: 174, beat: 1 }] },
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
