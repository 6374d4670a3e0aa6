import { Controller } from '@nestjs/common';
import {
  createTrackRendition,
  deleteTrackRendition,
  getTrackRendition,
  listTrackRenditions,
  locateTrackRenditionFile,
  type RequestOf,
} from '#contracts';
import { Handles } from '#platform';
import { RenditionService } from './rendition.service.ts';

@Controller()
export class RenditionHandler {
  constructor(private readonly renditions: RenditionService) {}

  @Handles(createTrackRendition)
  create(request: RequestOf<typeof createTrackRendition>) {
    return this.renditions.create(request);
  }

  @Handles(getTrackRendition)
  get({ trackId, renditionId }: RequestOf<typeof getTrackRendition>) {
    return this.renditions.get(trackId, renditionId);
  }

  @Handles(listTrackRenditions)
  list(request: RequestOf<typeof listTrackRenditions>) {
    return this.renditions.list(request);
  }

  @Handles(deleteTrackRendition)
  async remove({ trackId, renditionId }: RequestOf<typeof deleteTrackRendition>) {
    await this.renditions.remove(trackId, renditionId);
    return { deleted: true as const };
  }

  @Handles(locateTrackRenditionFile)
  locate({ trackId, renditionId }: RequestOf<typeof locateTrackRenditionFile>) {
    return this.renditions.locate(renditionId, trackId);
  }
}
