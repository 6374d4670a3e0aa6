import { Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { PlaylistHandler } from './playlist.handler.ts';
import { PlaylistService } from './playlist.service.ts';
import { PlaylistRow, PlaylistStore } from './playlist.store.ts';
import { PlaylistItemStore } from './playlist-item.store.ts';

/** Playlists: tracks in the order of their owner's choice. Serves `audio.playlist.*` and `audio.playlist-item.*`. */
@Module({
  imports: [PlatformModule.forFeature({ entities: [PlaylistRow] })],
  controllers: [PlaylistHandler],
  providers: [PlaylistStore, PlaylistItemStore, PlaylistService],
  exports: [PlaylistService],
})
export class PlaylistsModule {}
