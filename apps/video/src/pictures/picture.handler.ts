import { Controller } from '@nestjs/common';
import { locateVideoPoster, locateVideoStoryboard, locateVideoThumbnail, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { PictureService } from './picture.service.ts';

@Controller()
export class PictureHandler {
  constructor(private readonly pictures: PictureService) {}

  @Handles(locateVideoPoster)
  poster(request: RequestOf<typeof locateVideoPoster>) {
    return this.pictures.poster(request);
  }

  @Handles(locateVideoThumbnail)
  thumbnail(request: RequestOf<typeof locateVideoThumbnail>) {
    return this.pictures.thumbnail(request);
  }

  @Handles(locateVideoStoryboard)
  storyboard({ videoId, part }: RequestOf<typeof locateVideoStoryboard>) {
    return this.pictures.storyboard(videoId, part);
  }
}
