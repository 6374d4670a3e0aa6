import { Controller } from '@nestjs/common';
import { createTrack, deleteTrack, getTrack, listTracks, locateTrackFile, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { TrackService } from './track.service.ts';

@Controller()
export class TrackHandler {
  constructor(private readonly tracks: TrackService) {}

  @Handles(createTrack)
  create(upload: RequestOf<typeof createTrack>) {
    return this.tracks.create(upload);
  }

  @Handles(getTrack)
  get({ trackId }: RequestOf<typeof getTrack>) {
    return this.tracks.get(trackId);
  }

  @Handles(listTracks)
  list(page: RequestOf<typeof listTracks>) {
    return this.tracks.list(page);
  }

  @Handles(deleteTrack)
  async remove({ trackId }: RequestOf<typeof deleteTrack>) {
    await this.tracks.remove(trackId);
    return { deleted: true as const };
  }

  @Handles(locateTrackFile)
  async locate({ trackId }: RequestOf<typeof locateTrackFile>) {
    const { sha256, sizeBytes, contentType, fileName } = await this.tracks.get(trackId);
    return { sha256, sizeBytes, contentType, fileName };
  }
}
