/** Tracks of yours that are the same recording, or that sound alike. */
import { listTrackCopies as copies, listSimilarTracks as similar } from '#contracts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const base = { method: 'GET', tag: 'Tracks', auth: 'user' } as const;

export const listTrackCopies = serviceEndpoint({
  ...base,
  id: 'listTrackCopies',
  path: '/v1/tracks/:trackId/copies',
  summary: 'Your tracks with the same recording',
  description:
    'By acoustic fingerprint (Chromaprint, the first hour): re-encoded, trimmed and louder copies are found, with the offset between both; other ' +
    'performances of a piece are not. At least five seconds must be the same.',
  cost: 2,
  calls: copies,
});

export const listSimilarTracks = serviceEndpoint({
  ...base,
  path: '/v1/tracks/:trackId/similar',
  summary: 'Your tracks that sound alike',
  description:
    'By tempo, key, loudness and timbre, each distance told. Among your ready tracks those next to the tempo, to half and to double of it are compared, ' +
    'at most 1,200.',
  cost: 2,
  calls: similar,
});
