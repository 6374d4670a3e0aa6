import { Controller } from '@nestjs/common';
import {
  addPlaylistItems,
  createPlaylist,
  deletePlaylist,
  getPlaylist,
  getPlaylistItem,
  listPlaylistItems,
  listPlaylists,
  movePlaylistItem,
  type RequestOf,
  removePlaylistItem,
  updatePlaylist,
} from '#contracts';
import { Handles } from '#platform';
import { PlaylistService } from './playlist.service.ts';

@Controller()
export class PlaylistHandler {
  constructor(private readonly playlists: PlaylistService) {}

  @Handles(createPlaylist)
  create(request: RequestOf<typeof createPlaylist>) {
    return this.playlists.create(request);
  }

  @Handles(getPlaylist)
  get({ playlistId }: RequestOf<typeof getPlaylist>) {
    return this.playlists.get(playlistId);
  }

  @Handles(listPlaylists)
  list(request: RequestOf<typeof listPlaylists>) {
    return this.playlists.list(request);
  }

  @Handles(updatePlaylist)
  update({ playlistId, ...changes }: RequestOf<typeof updatePlaylist>) {
    return this.playlists.update(playlistId, changes);
  }

  @Handles(deletePlaylist)
  async remove({ playlistId, ifRevision }: RequestOf<typeof deletePlaylist>) {
    await this.playlists.remove(playlistId, ifRevision);
    return { deleted: true as const };
  }

  @Handles(addPlaylistItems)
  addItems(request: RequestOf<typeof addPlaylistItems>) {
    return this.playlists.addItems(request);
  }

  @Handles(listPlaylistItems)
  listItems(request: RequestOf<typeof listPlaylistItems>) {
    return this.playlists.listItems(request);
  }

  @Handles(getPlaylistItem)
  getItem(request: RequestOf<typeof getPlaylistItem>) {
    return this.playlists.getItem(request);
  }

  @Handles(movePlaylistItem)
  moveItem(request: RequestOf<typeof movePlaylistItem>) {
    return this.playlists.moveItem(request);
  }

  @Handles(removePlaylistItem)
  async removeItem(request: RequestOf<typeof removePlaylistItem>) {
    return { deleted: true as const, playlist: await this.playlists.removeItem(request) };
  }
}
