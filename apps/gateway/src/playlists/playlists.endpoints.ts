/** Playlists and their items. Every route forwards to the audio service. */
import {
  addPlaylistItems as addItems,
  createPlaylist as create,
  deletePlaylist as drop,
  getPlaylist as get,
  getPlaylistItem as getItem,
  listPlaylists as list,
  listPlaylistItems as listItems,
  movePlaylistItem as moveItem,
  playlist,
  type ReplyOf,
  removePlaylistItem as removeItem,
  updatePlaylist as update,
} from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const base = { tag: 'Playlists', auth: 'user' } as const;
const one = '/v1/playlists/:playlistId';
const item = `${one}/items/:itemId` as const;

export const presentPlaylist = presentResource({
  id: 'PlaylistResource',
  of: playlist,
  links: { self: '/v1/playlists/{id}', items: '/v1/playlists/{id}/items' },
});

type Added = ReplyOf<typeof addItems>;
const presentAdded = {
  schema: addItems.reply.extend({ playlist: presentPlaylist.schema }).meta({ id: 'PlaylistItemsAddedResource' }),
  of: ({ added, playlist }: Added) => ({ added, playlist: presentPlaylist.of(playlist) }),
};

type Moved = ReplyOf<typeof moveItem>;
const presentMoved = { schema: moveItem.reply.shape.item, of: ({ item }: Moved) => item };

/** Answers about items carry the ETag of the playlist, for the next change. */
const etagOf = ({ playlist }: Pick<Added, 'playlist'>) => presentPlaylist.of(playlist);

export const createPlaylist = serviceEndpoint({
  ...base,
  method: 'POST',
  path: '/v1/playlists',
  summary: 'Create a playlist',
  description: 'With `trackIds` it begins with these tracks of yours, in their order.',
  calls: create,
  present: presentPlaylist,
  creates: true,
  example: { title: 'Warm-up', description: 'Slow to fast', tags: ['summer'] },
});

export const listPlaylists = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/playlists',
  summary: 'Your playlists, newest first unless sorted otherwise',
  description: 'With `trackId` only those that have this track.',
  calls: list,
  present: presentList(presentPlaylist),
});

export const getPlaylist = serviceEndpoint({
  ...base,
  method: 'GET',
  path: one,
  summary: 'One playlist, without its items',
  calls: get,
  present: presentPlaylist,
});

export const updatePlaylist = serviceEndpoint({
  ...base,
  method: 'PATCH',
  path: one,
  summary: 'Change title, description, tags, metadata or your id of a playlist',
  description:
    'A JSON Merge Patch: what is absent stays, null removes `externalId` or a pair of `metadata`. Send the `ETag` in `If-Match`; it changes with the ' +
    'items, too.',
  calls: update,
  present: presentPlaylist,
  example: { title: 'Warm-up, second version' },
});

export const deletePlaylist = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: one,
  summary: 'Delete a playlist',
  description: 'Its tracks stay.',
  calls: drop,
});

export const addPlaylistItems = serviceEndpoint({
  ...base,
  id: 'addPlaylistItems',
  method: 'POST',
  path: `${one}/items`,
  summary: 'Add tracks to a playlist',
  description:
    'In their order, at `position` or at the end; all of them or none. A track can be in a playlist more than once. The answer has the new `ETag` of the playlist, and the ' +
    '`Location` of the item where one is added.',
  calls: addItems,
  present: presentAdded,
  creates: ({ added, playlist }) => (added.length === 1 ? { path: `/v1/playlists/${playlist.id}/items/${added[0]!.id}` } : {}),
  etagOf,
  example: { trackIds: ['0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10'], position: 0 },
});

export const listPlaylistItems = serviceEndpoint({
  ...base,
  method: 'GET',
  path: `${one}/items`,
  summary: 'The items of a playlist, in its order',
  calls: listItems,
});

export const getPlaylistItem = serviceEndpoint({
  ...base,
  method: 'GET',
  path: item,
  summary: 'One item of a playlist',
  calls: getItem,
});

export const movePlaylistItem = serviceEndpoint({
  ...base,
  method: 'PATCH',
  path: item,
  summary: 'Move an item to another position',
  description:
    'Send the `ETag` of the playlist in `If-Match`: the move is refused where the playlist has changed since you read it. With `*` it counts from the ' +
    'playlist as it is then. The answer has the new `ETag` of the playlist.',
  calls: moveItem,
  present: presentMoved,
  etagOf,
  example: { position: 0 },
});

export const deletePlaylistItem = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: item,
  summary: 'Remove an item from a playlist',
  description: 'The items behind it move up. The track stays. The answer has the new `ETag` of the playlist.',
  calls: removeItem,
  etagOf,
});
