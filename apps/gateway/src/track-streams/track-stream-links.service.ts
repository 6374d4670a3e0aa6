import { Injectable } from '@nestjs/common';
import { Failure, openTrackStream, type TrackStream } from '#contracts';
import { Bus, requireSubject } from '#platform';
import { type SignedLink, SignedLinks } from '../downloads/signed-links.service.ts';
import { JobWatch } from '../jobs/job-watch.service.ts';
import { trackMasterPlaylist } from './master-playlist.ts';

export interface StreamWait {
  /** How long a stream may take until its first segments are there. */
  readonly waitMs: number;
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal;
}

@Injectable() // writes what a player reads first, and signs what that leads to
export class TrackStreamLinks {
  constructor(
    private readonly bus: Bus,
    private readonly links: SignedLinks,
    private readonly jobs: JobWatch,
  ) {}

  /** A link to the master playlist; a missing stream is started. @throws Failure of {@link openTrackStream} */
  async make(trackId: string, expiresInSeconds: number): Promise<SignedLink> {
    await this.bus.call(openTrackStream, { trackId });
    return this.links.make('track playlist links', 'track-hls/master.m3u8', trackId, expiresInSeconds);
  }

  /** What a link leads to. @throws Failure `link-invalid`, `link-expired`, and those of {@link master} */
  open(token: string, wait: StreamWait): Promise<string> {
    return this.links.open('track playlist links', token, (trackId) => this.master(trackId, wait));
  }

  /** The master playlist of one of the caller's tracks; its addresses are signed. @throws Failure of {@link openTrackStream}, `rendition-not-ready` */
  async master(trackId: string, wait: StreamWait): Promise<string> {
    const { job, variants } = await this.playable(trackId, wait);
    if (variants.length === 0)
      throw new Failure('rendition-not-ready', `The stream is being encoded; see the job ${job}.`, { retryAfterSeconds: 2 });
    const folder = await this.links.folder('track stream links', 'track-streams', trackId);
    return trackMasterPlaylist(variants, (level) => `${folder}/${level}/playlist.m3u8`);
  }

  /** Runs `use` as the owner of a stream. @throws Failure `link-invalid`, `link-expired`; errors of `use` */
  openStream<T>(token: string, use: (trackId: string) => Promise<T>): Promise<T> {
    return this.links.open('track stream links', token, use);
  }

  /** Waits until each level has a segment. */
  private async playable(trackId: string, { waitMs, gone }: StreamWait): Promise<TrackStream> {
    let stream = await this.bus.call(openTrackStream, { trackId });
    if (stream.variants.length > 0) return stream;
    for await (const { percent, endedAt } of this.jobs.changes(requireSubject(), stream.job, waitMs, gone)) {
      if (percent === 0 && endedAt === null) continue;
      stream = await this.bus.call(openTrackStream, { trackId });
      if (stream.variants.length > 0) break;
    }
    return stream;
  }
}
