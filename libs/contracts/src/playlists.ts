/** Playlists: tracks in an order of their owner's choice. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { list, page, range } from './list.ts';
import { createFailures, ifRevision, newOwnerFields, ownerChanges, resource, rounded, updateFailures } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { integer, text } from './values.ts';

export const playlistMaxItems = 10_000;
/** Of an owner. The deletion of a track locks every playlist that has it. */
export const playlistsMax = 1_000;

export const playlistFailures = {
  'playlist-not-found': {
    status: 404,
    title: 'Playlist not found',
    page: 'Your account has no such playlist. It may have been deleted, or belong to another account.',
  },
  'playlist-item-not-found': {
    status: 404,
    title: 'The playlist has no such item',
    page: 'The playlist has no item with this id. Somebody may have removed it; read the items again.',
  },
  'playlist-full': {
    status: 409,
    title: 'The playlist is full',
    page: 'A playlist has at most 10,000 items. Remove some, or begin another playlist. Nothing was added.',
  },
  'too-many-playlists': {
    status: 409,
    title: 'You have as many playlists as you may have',
    page: 'An account has at most 1,000 playlists. Delete some that you do not need. No playlist was made.',
  },
} as const satisfies FailureTable;

const description = text({ max: 2_000 }).meta({ description: 'What it is for.', examples: ['Warm-up, slow to fast'] });

export const playlist = resource('playlist', {
  description: z.string().meta({ description: 'What it is for.', examples: ['Warm-up, slow to fast'] }),
  itemCount: integer({ min: 0, max: playlistMaxItems }).meta({ description: 'How many items it has.', examples: [12] }),
  durationSeconds: rounded(3).meta({ description: 'Total duration of its tracks.', examples: [2_584.21] }),
}).meta({ id: 'Playlist', description: 'Tracks in an order.' });
export type Playlist = Unchanging<z.output<typeof playlist>>;

export const playlistItem = z
  .object({
    id: z.uuid(),
    position: integer({ min: 0, max: playlistMaxItems }).meta({ description: 'Its place, from 0.', examples: [3] }),
    trackId: z.uuid(),
    track: z
      .object({
        title: z.string().meta({ examples: ['Golden hour'] }),
        durationSeconds: rounded(3)
          .nullable()
          .meta({ examples: [183.32] }),
        bpm: rounded(2)
          .nullable()
          .meta({ examples: [121.98] }),
        key: z
          .string()
          .nullable()
          .meta({ examples: ['A'] }),
        mode: z
          .string()
          .nullable()
          .meta({ examples: ['minor'] }),
      })
      .meta({ description: 'What a player shows of the track.' }),
    addedAt: z.iso.datetime().meta({ description: 'When it was added.' }),
  })
  .meta({ id: 'PlaylistItem', description: 'One track in a playlist; a track can be in it more than once.' });
export type PlaylistItem = Unchanging<z.output<typeof playlistItem>>;

const ofPlaylist = { playlistId: z.uuid() };
const itemId = { ...ofPlaylist, itemId: z.uuid() };
const position = integer({ min: 0, max: playlistMaxItems });

export const createPlaylist = rpc({
  subject: 'audio.playlist.create.v1',
  request: z.strictObject({
    ...newOwnerFields,
    description: description.optional(),
    trackIds: z.array(z.uuid()).max(1_000).optional().meta({ description: 'Tracks to begin with, in order.' }),
  }),
  reply: playlist,
  failures: ['track-not-found', 'too-many-playlists', ...createFailures],
  deadlineMs: 5_000,
});

export const getPlaylist = rpc({
  subject: 'audio.playlist.get.v1',
  request: z.strictObject(ofPlaylist),
  reply: playlist,
  failures: ['playlist-not-found'],
  deadlineMs: 5_000,
});

export const listPlaylists = rpc({
  subject: 'audio.playlist.list.v1',
  ...list({
    item: playlist,
    filters: {
      ...range('itemCount', 'Number of items'),
      trackId: z.uuid().optional().meta({ description: 'Only playlists with this track.' }),
    },
    sorts: ['createdAt', 'updatedAt', 'title'],
    searches: 'title and description',
  }),
  failures: [],
  deadlineMs: 5_000,
});

export const updatePlaylist = rpc({
  subject: 'audio.playlist.update.v1',
  request: z.strictObject({ ...ofPlaylist, ...ifRevision, ...ownerChanges, description: description.optional() }),
  reply: playlist,
  failures: ['playlist-not-found', ...updateFailures],
  deadlineMs: 5_000,
});

export const deletePlaylist = rpc({
  subject: 'audio.playlist.delete.v1',
  request: z.strictObject({ ...ofPlaylist, ...ifRevision }),
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['playlist-not-found', 'precondition-failed'],
  deadlineMs: 5_000,
});

/** In order; all of them or none. */
export const addPlaylistItems = rpc({
  subject: 'audio.playlist-item.add.v1',
  request: z.strictObject({
    ...ofPlaylist,
    ...ifRevision,
    trackIds: z.array(z.uuid()).min(1).max(1_000).meta({ description: 'Tracks of yours, in order.' }),
    position: position.optional().meta({ description: 'Where the first one goes; at the end unless told.', examples: [0] }),
  }),
  reply: z.object({ added: z.array(playlistItem).meta({ description: 'The new items.' }), playlist }).meta({ id: 'PlaylistItemsAdded' }),
  failures: ['playlist-not-found', 'track-not-found', 'playlist-full', 'precondition-failed'],
  deadlineMs: 10_000,
});

/** By position. */
export const listPlaylistItems = rpc({
  subject: 'audio.playlist-item.list.v1',
  request: z.strictObject({
    ...ofPlaylist,
    ...page,
    trackId: z.uuid().optional().meta({ description: 'Only the items with this track.' }),
  }),
  reply: z.object({
    items: z.array(playlistItem),
    nextCursor: z.string().nullable().meta({ description: 'Give it as `cursor` for the next page; null on the last one.' }),
  }),
  failures: ['playlist-not-found'],
  deadlineMs: 5_000,
});

export const getPlaylistItem = rpc({
  subject: 'audio.playlist-item.get.v1',
  request: z.strictObject(itemId),
  reply: playlistItem,
  failures: ['playlist-not-found', 'playlist-item-not-found'],
  deadlineMs: 5_000,
});

export const movePlaylistItem = rpc({
  subject: 'audio.playlist-item.move.v1',
  request: z.strictObject({
    ...itemId,
    ...ifRevision,
    position: position.meta({ description: 'Where it goes; beyond the end: to the end.' }),
  }),
  reply: z.object({ item: playlistItem, playlist }),
  failures: ['playlist-not-found', 'playlist-item-not-found', 'precondition-failed'],
  deadlineMs: 5_000,
});

export const removePlaylistItem = rpc({
  subject: 'audio.playlist-item.delete.v1',
  request: z.strictObject({ ...itemId, ...ifRevision }),
  reply: z.object({ deleted: z.literal(true), playlist }),
  failures: ['playlist-not-found', 'playlist-item-not-found', 'precondition-failed'],
  deadlineMs: 5_000,
});
