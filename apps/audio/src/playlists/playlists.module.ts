import { Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { EntryMatcher } from './entry-matcher.service.ts';
import { PlaylistHandler } from './playlist.handler.ts';
import { PlaylistService } from './playlist.service.ts';
import { PlaylistRow, PlaylistStore } from './playlist.store.ts';
import { PlaylistFilesHandler } from './playlist-files.handler.ts';
import { PlaylistFileService } from './playlist-files.service.ts';
import { PlaylistItemStore } from './playlist-item.store.ts';
import { PlaylistOrderService } from './playlist-order.service.ts';

/** Playlists: tracks in the order of their owner's choice, from and to files, and in the order in which they mix. Serves `audio.playlist.*` and `audio.playlist-item.*`. */
@Module({
  imports: [PlatformModule.forFeature({ entities: [PlaylistRow] })],
  controllers: [PlaylistHandler, PlaylistFilesHandler],
  providers: [PlaylistStore, PlaylistItemStore, PlaylistService, EntryMatcher, PlaylistFileService, PlaylistOrderService],
  exports: [PlaylistService],
})
export class PlaylistsModule {}
