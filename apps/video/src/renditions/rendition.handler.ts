import { Controller } from '@nestjs/common';
import {
  createVideoLadder,
  createVideoRendition,
  deleteVideoRendition,
  findVideoRendition,
  getVideoRendition,
  getVideoSegments,
  listVideoRenditions,
  listVideoStreams,
  locateVideoSegment,
  type RequestOf,
} from '#contracts';
import { Handles } from '#platform';
import { RenditionService } from './rendition.service.ts';
import { StreamService } from './stream.service.ts';

@Controller()
export class RenditionHandler {
  constructor(
    private readonly renditions: RenditionService,
    private readonly streams: StreamService,
  ) {}

  @Handles(createVideoRendition)
  create(request: RequestOf<typeof createVideoRendition>) {
    return this.renditions.create(request);
  }

  @Handles(createVideoLadder)
  async createLadder(request: RequestOf<typeof createVideoLadder>) {
    return { items: await this.renditions.createLadder(request) };
  }

  @Handles(getVideoRendition)
  get(key: RequestOf<typeof getVideoRendition>) {
    return this.renditions.get(key);
  }

  @Handles(findVideoRendition)
  find({ renditionId }: RequestOf<typeof findVideoRendition>) {
    return this.renditions.find(renditionId);
  }

  @Handles(listVideoRenditions)
  list({ videoId, ...request }: RequestOf<typeof listVideoRenditions>) {
    return this.renditions.list(videoId, request);
  }

  @Handles(deleteVideoRendition)
  async remove(key: RequestOf<typeof deleteVideoRendition>) {
    await this.renditions.remove(key);
    return { deleted: true as const };
  }

  @Handles(listVideoStreams)
  listStreams({ videoId }: RequestOf<typeof listVideoStreams>) {
    return this.streams.list(videoId);
  }

  @Handles(getVideoSegments)
  segments(track: RequestOf<typeof getVideoSegments>) {
    return this.streams.segments(track);
  }

  @Handles(locateVideoSegment)
  locateSegment(segment: RequestOf<typeof locateVideoSegment>) {
    return this.streams.locate(segment);
  }
}
