import { Controller } from '@nestjs/common';
import {
  createTrack,
  deleteTrack,
  getTrack,
  listTracks,
  locateTrackFile,
  type RequestOf,
  updateTrack,
  updateTrackCorrections,
} from '#contracts';
import { Handles } from '#platform';
import { TrackService } from './track.service.ts';

@Controller()
export class TrackHandler {
  constructor(private readonly tracks: TrackService) {}

  @Handles(createTrack)
  create(intake: RequestOf<typeof createTrack>) {
    return this.tracks.create(intake);
  }

  @Handles(getTrack)
  get({ trackId }: RequestOf<typeof getTrack>) {
    return this.tracks.get(trackId);
  }

  @Handles(listTracks)
  list(request: RequestOf<typeof listTracks>) {
    return this.tracks.list(request);
  }

  @Handles(updateTrack)
  update(changes: RequestOf<typeof updateTrack>) {
    return this.tracks.update(changes);
  }

  @Handles(updateTrackCorrections)
  correct(corrections: RequestOf<typeof updateTrackCorrections>) {
    return this.tracks.correct(corrections);
  }

  @Handles(deleteTrack)
  async remove({ trackId, ifRevision }: RequestOf<typeof deleteTrack>) {
    await this.tracks.remove(trackId, ifRevision);
    return { deleted: true as const };
  }

  @Handles(locateTrackFile)
  async locate({ trackId }: RequestOf<typeof locateTrackFile>) {
    const { sha256, sizeBytes, contentType, fileName } = await this.tracks.get(trackId);
    return { sha256, sizeBytes, contentType, fileName };
  }
}
