/** Playlists as files of other programs, and the order in which their tracks mix. */
import * as z from 'zod';
import { camelotCodes } from './camelot.ts';
import type { FailureTable } from './failure-table.ts';
import { onlyPage } from './list.ts';
import { sha256 } from './media-intake.ts';
import { playlist, playlistMaxItems } from './playlists.ts';
import { createFailures, newOwnerFields, rounded } from './resource.ts';
import { rpc } from './rpc.ts';
import { integer, text } from './values.ts';

export const playlistFileFormats = ['m3u8', 'jspf', 'json'] as const;
export type PlaylistFileFormat = (typeof playlistFileFormats)[number];
export const playlistFileMaxBytes = 4 * 1_024 ** 2;
/** Costs grow with the square of the items. */
export const orderedItemsMax = 1_000;
/** Tracks in a part of a file, so that a part with the longest titles stays under the largest message of NATS, 1 MB. */
export const playlistPartTracks = 100;

export const playlistFileFailures = {
  'playlist-invalid': {
    status: 422,
    title: 'The file is no playlist that can be read',
    page: 'The body is not M3U8, JSPF or the JSON that this API exports, it has no entry, or none of its entries is a track of yours; `errors` names up to 20 entries. Nothing is fetched from addresses in it. No playlist was made.',
  },
  'playlist-too-long-to-order': {
    status: 422,
    title: 'The playlist is too long to be ordered',
    page: 'An order is suggested for up to 1,000 items. Divide the playlist.',
  },
} as const satisfies FailureTable;

export const unmatchedReasons = ['not-found', 'is-playlist', 'nothing-to-go-by'] as const;

const unmatchedEntry = z
  .object({
    entry: integer({ min: 1, max: playlistMaxItems }).meta({ description: 'Its number in the file, from 1.', examples: [4] }),
    text: z.string().meta({ description: 'What the file says of it, cut off at 200 characters.', examples: ['Nina Simone - Sinnerman'] }),
    reason: z.enum(unmatchedReasons).meta({
      description: 'No track of yours is like it; it names another playlist, which is not opened; or it says too little.',
      examples: ['not-found'],
    }),
  })
  .meta({ id: 'UnmatchedEntry', description: 'An entry of a file that is no track of yours.' });

/** What an owner says about a playlist that is made of a file. What the file says holds where this does not. */
export const importedPlaylistFields = {
  ...newOwnerFields,
  description: text({ max: 2_000 })
    .optional()
    .meta({ description: 'What it is for.', examples: ['Warm-up, slow to fast'] }),
};

/** Entries that are no tracks of the caller are left out and listed in the reply; the others are added to the playlist together. */
export const importPlaylist = rpc({
  subject: 'audio.playlist.import.v1',
  request: z.strictObject({ blobSha256: sha256, ...importedPlaylistFields }),
  reply: z
    .object({
      playlist,
      matched: integer({ min: 0, max: playlistMaxItems }).meta({ description: 'Entries that are in the playlist now.', examples: [11] }),
      unmatched: integer({ min: 0, max: playlistMaxItems }).meta({ description: 'Entries that are not.', examples: [1] }),
      unmatchedEntries: z.array(unmatchedEntry).max(100).meta({ description: 'The first 100 of them.' }),
    })
    .meta({ id: 'PlaylistImported' }),
  failures: ['playlist-invalid', 'playlist-full', 'too-many-playlists', 'payload-too-large', 'file-lost', ...createFailures],
  deadlineMs: 30_000,
});

const format = z.enum(playlistFileFormats);
const trackIds = z.array(z.uuid());

/** The tracks of a playlist at one moment, and the text of the file before, between and after them. */
export const beginPlaylistFile = rpc({
  subject: 'audio.playlist.begin-file.v1',
  request: z.strictObject({ playlistId: z.uuid(), format }),
  reply: z.object({
    fileName: z.string(),
    head: z.string(),
    separator: z.string(),
    tail: z.string(),
    trackIds: trackIds.max(playlistMaxItems),
  }),
  failures: ['playlist-not-found'],
  deadlineMs: 5_000,
});

/** The entries of some tracks of a file, in their order; null for a track that is deleted. */
export const writePlaylistFile = rpc({
  subject: 'audio.playlist.write-file.v1',
  request: z.strictObject({ format, trackIds: trackIds.max(playlistPartTracks) }),
  reply: z.object({ entries: z.array(z.string().nullable()) }),
  failures: [],
  deadlineMs: 5_000,
});

const orderedItem = z
  .object({
    itemId: z.uuid().meta({ description: 'The item of the playlist.' }),
    trackId: z.uuid().meta({ description: 'Its track.' }),
    position: integer({ min: 0, max: playlistMaxItems }).meta({ description: 'Where it is now, from 0.', examples: [7] }),
    bpm: rounded(2)
      .nullable()
      .meta({ description: 'Its tempo, yours where you corrected it; null where none is known.', examples: [121.98] }),
    camelot: z
      .enum(camelotCodes)
      .nullable()
      .meta({ description: 'Its key as a Camelot code; null where none is known.', examples: ['8A'] }),
    transition: z
      .object({
        cost: rounded(3).meta({
          description: 'Three parts tempo, two parts key, from 0 to 1; 0.5 for what is not known.',
          examples: [0.12],
        }),
        tempo: rounded(3)
          .nullable()
          .meta({ description: 'Distance of the tempi, half and double alike, from 0 to 1 (12% and more).', examples: [0.07] }),
        key: rounded(3)
          .nullable()
          .meta({ description: 'Distance of the keys on the circle of fifths, from 0 to 1.', examples: [0.2] }),
      })
      .nullable()
      .meta({ description: 'From the item before it; null for the first.' }),
  })
  .meta({ id: 'OrderedPlaylistItem', description: 'An item at its suggested place.' });

/** Changes nothing. */
export const suggestPlaylistOrder = rpc({
  subject: 'audio.playlist.suggest-order.v1',
  request: z.strictObject({
    playlistId: z.uuid(),
    start: z
      .uuid()
      .optional()
      .meta({
        description: 'The item that comes first. Unless told: the first one with a tempo or a key.',
        examples: ['0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10'],
      }),
  }),
  reply: z
    .object({
      items: z.array(orderedItem).meta({ description: 'In the suggested order; last those of which neither tempo nor key is known.' }),
      nextCursor: onlyPage,
      presentCost: rounded(3).meta({ description: 'Sum of the costs of all transitions in the present order.', examples: [4.21] }),
      suggestedCost: rounded(3).meta({
        description: 'The same in the suggested order; more than now only with `start`.',
        examples: [1.08],
      }),
    })
    .meta({ id: 'SuggestedOrder' }),
  failures: ['playlist-not-found', 'playlist-item-not-found', 'playlist-too-long-to-order'],
  deadlineMs: 10_000,
});
