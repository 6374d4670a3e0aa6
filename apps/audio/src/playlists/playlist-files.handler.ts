import { Controller } from '@nestjs/common';
import { beginPlaylistFile, importPlaylist, type RequestOf, suggestPlaylistOrder, writePlaylistFile } from '#contracts';
import { Handles } from '#platform';
import { PlaylistFileService } from './playlist-files.service.ts';
import { PlaylistOrderService } from './playlist-order.service.ts';

@Controller()
export class PlaylistFilesHandler {
  constructor(
    private readonly files: PlaylistFileService,
    private readonly orders: PlaylistOrderService,
  ) {}

  @Handles(importPlaylist)
  import(request: RequestOf<typeof importPlaylist>) {
    return this.files.import(request);
  }

  @Handles(beginPlaylistFile)
  begin(request: RequestOf<typeof beginPlaylistFile>) {
    return this.files.begin(request);
  }

  @Handles(writePlaylistFile)
  write(request: RequestOf<typeof writePlaylistFile>) {
    return this.files.write(request);
  }

  @Handles(suggestPlaylistOrder)
  suggestOrder(request: RequestOf<typeof suggestPlaylistOrder>) {
    return this.orders.suggest(request);
  }
}
