/** Cue points and beat grid of a track: as JSON, and as files for DJ programs. */
import { getTrackCues as get } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { trackParams } from './tracks.endpoints.ts';

const base = { method: 'GET', tag: 'Tracks', auth: 'user' } as const;
const file = { ...base, params: trackParams, failures: ['track-not-found', 'analysis-not-ready', 'analysis-failed'] } as const;
const headers = { 'Content-Disposition': 'The title of the track as the name of the file.' };

export const getTrackCues = serviceEndpoint({
  ...base,
  path: '/v1/tracks/:trackId/cues.json',
  summary: 'Cue points and beat grid',
  description:
    'The grid is yours where you have corrected it; else the beats of the analysis, described by a few anchors with a tempo each.',
  calls: get,
});

export const getTrackCuesCsv = endpoint({
  ...file,
  id: 'getTrackCuesCsv',
  path: '/v1/tracks/:trackId/cues.csv',
  summary: 'Cue points and beat grid as a table',
  description:
    'CSV (RFC 4180) with one row for each anchor of the grid and each cue. Cells that a spreadsheet would run get an apostrophe in front.',
  responses: { 200: { description: 'The table.', contentType: 'text/csv', headers } },
});

export const getTrackCuesXml = endpoint({
  ...file,
  id: 'getTrackCuesXml',
  path: '/v1/tracks/:trackId/cues.xml',
  summary: 'Cue points and beat grid for DJ programs',
  description:
    'The collection format of rekordbox (`DJ_PLAYLISTS` 1.0.0) with one track: `TEMPO` for the grid, `POSITION_MARK` for the cues.',
  responses: { 200: { description: 'The collection.', contentType: 'application/xml', headers } },
});
