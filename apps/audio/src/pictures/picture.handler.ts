import { Controller } from '@nestjs/common';
import { locateTrackCover, locateTrackSpectrogram, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { PictureService } from './picture.service.ts';

@Controller()
export class PictureHandler {
  constructor(private readonly pictures: PictureService) {}

  @Handles(locateTrackCover)
  cover({ trackId }: RequestOf<typeof locateTrackCover>) {
    return this.pictures.cover(trackId);
  }

  @Handles(locateTrackSpectrogram)
  spectrogram(request: RequestOf<typeof locateTrackSpectrogram>) {
    return this.pictures.spectrogram(request);
  }
}
