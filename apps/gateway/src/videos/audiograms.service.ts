import { Injectable } from '@nestjs/common';
import {
  audiogramMaxSeconds,
  createAudiogram,
  Failure,
  getTrack,
  type Job,
  locateTrackCover,
  locateTrackFile,
  type NewOwnerFields,
  ownerFieldLimits,
  stemOf,
  unfinished,
} from '#contracts';
import { Bus } from '#platform';

@Injectable() // collects what an audiogram is made of from the audio service and hands it to the video service
export class Audiograms {
  constructor(private readonly bus: Bus) {}

  /** @throws Failure `track-not-found`, `analysis-not-ready` while the duration is not known, `media-too-long`, `quota-exceeded` */
  async create(trackId: string, fields: NewOwnerFields): Promise<Job> {
    const track = await this.bus.call(getTrack, { trackId });
    const { title, durationSeconds } = track;
    if (durationSeconds === null) throw unfinished('analysis', track);
    if (durationSeconds > audiogramMaxSeconds)
      throw new Failure('media-too-long', `The track is longer than ${audiogramMaxSeconds} s, the most that an audiogram has.`);
    const [file, coverSha256] = await Promise.all([this.bus.call(locateTrackFile, { trackId }), this.coverOf(trackId)]);
    const { job } = await this.bus.call(createAudiogram, {
      ...{ trackId, audioSha256: file.sha256, coverSha256, durationSeconds, ...fields },
      fileName: `${stemOf(file.fileName)}.mp4`,
      title: fields.title || title.slice(0, ownerFieldLimits.titleLength).toWellFormed(),
    });
    return job;
  }

  private async coverOf(trackId: string): Promise<string | null> {
    try {
      return (await this.bus.call(locateTrackCover, { trackId })).sha256;
    } catch (error) {
      if (error instanceof Failure && error.code === 'cover-not-found') return null;
      throw error;
    }
  }
}
