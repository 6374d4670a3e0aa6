import { Controller } from '@nestjs/common';
import { deleteTrackStream, listTrackSegments, locateTrackSegment, openTrackStream, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { StreamService } from './stream.service.ts';

@Controller()
export class StreamHandler {
  constructor(private readonly streams: StreamService) {}

  @Handles(openTrackStream)
  open({ trackId }: RequestOf<typeof openTrackStream>) {
    return this.streams.open(trackId);
  }

  @Handles(listTrackSegments)
  segments(request: RequestOf<typeof listTrackSegments>) {
    return this.streams.segments(request);
  }

  @Handles(locateTrackSegment)
  locate(request: RequestOf<typeof locateTrackSegment>) {
    return this.streams.locate(request);
  }

  @Handles(deleteTrackStream)
  async remove({ trackId }: RequestOf<typeof deleteTrackStream>) {
    await this.streams.remove(trackId);
    return { deleted: true as const };
  }
}
