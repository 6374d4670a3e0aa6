import { Controller } from '@nestjs/common';
import { locateVideoPoster, locateVideoPreview, locateVideoStoryboard, locateVideoThumbnail, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { PictureService } from './picture.service.ts';
import { PreviewService } from './preview.service.ts';

@Controller()
export class PictureHandler {
  constructor(
    private readonly pictures: PictureService,
    private readonly previews: PreviewService,
  ) {}

  @Handles(locateVideoPoster)
  poster(request: RequestOf<typeof locateVideoPoster>) {
    return this.pictures.poster(request);
  }

  @Handles(locateVideoThumbnail)
  thumbnail(request: RequestOf<typeof locateVideoThumbnail>) {
    return this.pictures.thumbnail(request);
  }

  @Handles(locateVideoPreview)
  preview({ videoId }: RequestOf<typeof locateVideoPreview>) {
    return this.previews.locate(videoId);
  }

  @Handles(locateVideoStoryboard)
  storyboard({ videoId, part }: RequestOf<typeof locateVideoStoryboard>) {
    return this.pictures.storyboard(videoId, part);
  }
}
