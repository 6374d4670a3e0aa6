import { Controller } from '@nestjs/common';
import { createVideo, deleteVideo, getVideo, listVideos, locateVideoFile, type RequestOf, updateVideo } from '#contracts';
import { Handles } from '#platform';
import { VideoService } from './video.service.ts';

@Controller()
export class VideoHandler {
  constructor(private readonly videos: VideoService) {}

  @Handles(createVideo)
  create(intake: RequestOf<typeof createVideo>) {
    return this.videos.create(intake);
  }

  @Handles(getVideo)
  get({ videoId }: RequestOf<typeof getVideo>) {
    return this.videos.get(videoId);
  }

  @Handles(listVideos)
  list(request: RequestOf<typeof listVideos>) {
    return this.videos.list(request);
  }

  @Handles(updateVideo)
  update(changes: RequestOf<typeof updateVideo>) {
    return this.videos.update(changes);
  }

  @Handles(deleteVideo)
  async remove({ videoId, ifRevision }: RequestOf<typeof deleteVideo>) {
    await this.videos.remove(videoId, ifRevision);
    return { deleted: true as const };
  }

  @Handles(locateVideoFile)
  async locate({ videoId }: RequestOf<typeof locateVideoFile>) {
    const { sha256, sizeBytes, contentType, fileName } = await this.videos.get(videoId);
    return { sha256, sizeBytes, contentType, fileName };
  }
}
