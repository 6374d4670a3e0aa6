/** Playlists from and to files of other programs, and the order in which their tracks mix. */
import * as z from 'zod';
import {
  createFailures,
  importedPlaylistFields,
  importPlaylist as importFile,
  playlistFileMaxBytes,
  suggestPlaylistOrder as suggestOrder,
} from '#contracts';
import { raw } from '../http/body.ts';
import { endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { presentPlaylist } from './playlists.endpoints.ts';

const base = { tag: 'Playlists', auth: 'user' } as const;
const one = '/v1/playlists/:playlistId';
const unavailable = ['service-unavailable', 'deadline-exceeded'] as const;

export const playlistFileTypes = {
  m3u8: 'application/vnd.apple.mpegurl',
  jspf: 'application/jspf+json',
  json: 'application/vnd.rafaga.playlist+json',
} as const;

const imported = importFile.reply.extend({ playlist: presentPlaylist.schema }).meta({ id: 'PlaylistImportedResource' });

export const importPlaylist = endpoint({
  ...base,
  id: 'importPlaylist',
  method: 'POST',
  path: '/v1/playlists/import',
  summary: 'Make a playlist of a file',
  description:
    'Send M3U8, JSPF or the JSON of `export.json` as the body; its content tells which it is. An entry is a track of yours with the same id (in an address ' +
    'of this API), with your `externalId`, with the same title (case and diacritics ignored; artist and duration, within two seconds, where both have one), ' +
    'or with the same name of the file. Other entries are left out and listed in the answer. Nothing that the file names is opened. Up to 10,000 entries.',
  cost: 10,
  deadlineMs: 45_000,
  query: z.strictObject(importedPlaylistFields),
  body: raw({
    contentTypes: [
      playlistFileTypes.m3u8,
      'application/x-mpegurl',
      'audio/x-mpegurl',
      'audio/mpegurl',
      playlistFileTypes.jspf,
      playlistFileTypes.json,
    ],
    description: 'The file.',
    maxBytes: playlistFileMaxBytes,
  }),
  responses: {
    201: {
      description: 'Created.',
      contentType: 'application/json',
      schema: imported,
      headers: { Location: 'The playlist.' },
    },
  },
  failures: [
    ...(['playlist-invalid', 'playlist-full', 'too-many-playlists', 'payload-too-large', 'media-type-unsupported', 'media-empty'] as const),
    ...(['request-timeout', 'storage-full', 'file-lost'] as const),
    ...createFailures,
    ...unavailable,
  ],
});

export const suggestPlaylistOrder = serviceEndpoint({
  ...base,
  id: 'suggestPlaylistOrder',
  method: 'GET',
  path: `${one}/suggested-order`,
  summary: 'An order in which the tracks of a playlist mix',
  description:
    'Each next track is close to the one before in tempo (half and double alike) and in key (on the circle of fifths); values that you corrected hold. ' +
    'Changes nothing: to take it over, create a playlist with these `trackIds`, or move the items. Up to 1,000 items.',
  cost: 10, // a third of a second of a core for 1,000 items
  calls: suggestOrder,
});

const file = {
  ...base,
  method: 'GET',
  params: z.strictObject({ playlistId: z.uuid() }),
  cost: 5, // up to a hundred calls of the audio service
  deadlineMs: 30_000,
  failures: ['playlist-not-found', ...unavailable],
} as const;
const headers = { 'Content-Disposition': 'The title of the playlist as the name of the file.' };

export const exportPlaylistM3u8 = endpoint({
  ...file,
  id: 'exportPlaylistM3u8',
  path: `${one}/export.m3u8`,
  summary: 'A playlist as M3U8',
  description: 'Its tracks have the addresses of their files in this API, from its root.',
  responses: { 200: { description: 'Extended M3U in UTF-8.', contentType: playlistFileTypes.m3u8, headers } },
});

export const exportPlaylistJspf = endpoint({
  ...file,
  id: 'exportPlaylistJspf',
  path: `${one}/export.jspf`,
  summary: 'A playlist as JSPF',
  description: 'The JSON form of XSPF, version 1.',
  responses: { 200: { description: 'The playlist.', contentType: playlistFileTypes.jspf, headers } },
});

export const exportPlaylistJson = endpoint({
  ...file,
  id: 'exportPlaylistJson',
  path: `${one}/export.json`,
  summary: 'A playlist as JSON that can be imported again',
  description: `\`{title, description, tags, items: [{trackId, externalId, title, artist, album, fileName, durationSeconds}]}\`; import it with the type that it has.`,
  responses: { 200: { description: 'The playlist.', contentType: playlistFileTypes.json, headers } },
});
