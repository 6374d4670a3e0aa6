import { Controller } from '@nestjs/common';
import {
  createVideoCaption,
  deleteVideoCaption,
  getVideoCaption,
  listStreamCaptions,
  listVideoCaptions,
  locateVideoCaption,
  type RequestOf,
  updateVideoCaption,
} from '#contracts';
import { Handles } from '#platform';
import { CaptionService } from './caption.service.ts';

@Controller()
export class CaptionHandler {
  constructor(private readonly captions: CaptionService) {}

  @Handles(createVideoCaption)
  create(request: RequestOf<typeof createVideoCaption>) {
    return this.captions.create(request);
  }

  @Handles(getVideoCaption)
  get(key: RequestOf<typeof getVideoCaption>) {
    return this.captions.get(key);
  }

  @Handles(listVideoCaptions)
  list({ videoId, ...request }: RequestOf<typeof listVideoCaptions>) {
    return this.captions.list(videoId, request);
  }

  @Handles(updateVideoCaption)
  update(changes: RequestOf<typeof updateVideoCaption>) {
    return this.captions.update(changes);
  }

  @Handles(deleteVideoCaption)
  async remove(key: RequestOf<typeof deleteVideoCaption>) {
    await this.captions.remove(key);
    return { deleted: true as const };
  }

  @Handles(locateVideoCaption)
  locate(request: RequestOf<typeof locateVideoCaption>) {
    return this.captions.locate(request);
  }

  @Handles(listStreamCaptions)
  ofStream({ videoId }: RequestOf<typeof listStreamCaptions>) {
    return this.captions.ofStream(videoId);
  }
}
