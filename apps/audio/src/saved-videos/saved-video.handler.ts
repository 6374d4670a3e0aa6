import { Controller } from '@nestjs/common';
import { createSavedVideo, deleteSavedVideo, getSavedVideo, listSavedVideos, type RequestOf, updateSavedVideo } from '#contracts';
import { Handles } from '#platform';
import { SavedVideoService } from './saved-video.service.ts';

@Controller()
export class SavedVideoHandler {
  constructor(private readonly videos: SavedVideoService) {}

  @Handles(createSavedVideo)
  create(request: RequestOf<typeof createSavedVideo>) {
    return this.videos.create(request);
  }

  @Handles(getSavedVideo)
  get({ savedVideoId }: RequestOf<typeof getSavedVideo>) {
    return this.videos.get(savedVideoId);
  }

  @Handles(listSavedVideos)
  list(request: RequestOf<typeof listSavedVideos>) {
    return this.videos.list(request);
  }

  @Handles(updateSavedVideo)
  update(request: RequestOf<typeof updateSavedVideo>) {
    return this.videos.update(request);
  }

  @Handles(deleteSavedVideo)
  async remove({ savedVideoId, ifRevision }: RequestOf<typeof deleteSavedVideo>) {
    await this.videos.remove(savedVideoId, ifRevision);
    return { deleted: true as const };
  }
}
