import { Injectable } from '@nestjs/common';
import { listVideoStreams } from '#contracts';
import { Bus } from '#platform';
import { type SignedLink, SignedLinks } from '../downloads/signed-links.service.ts';
import { masterPlaylist } from './playlists.ts';

const daySeconds = 86_400;

@Injectable() // signs what leads to the stream of a video
export class HlsLinks {
  constructor(
    private readonly bus: Bus,
    private readonly links: SignedLinks,
  ) {}

  /** A link to the master playlist. @throws Failure `video-not-found`, also for another owner's video; `rendition-not-ready` */
  async make(videoId: string, expiresInSeconds: number): Promise<SignedLink> {
    await this.bus.call(listVideoStreams, { videoId });
    const { url, expiresAt } = await this.links.make('hls links', '/v1/hls', videoId, expiresInSeconds);
    return { url: `${url}/master.m3u8`, expiresAt };
  }

  /** The master playlist behind a link. @throws Failure `link-invalid`, `link-expired`, and those of {@link master} */
  open(token: string): Promise<string> {
    return this.links.open('hls links', token, (videoId) => this.master(videoId));
  }

  /** The master playlist of one of the caller's videos; its addresses are signed. @throws Failure `video-not-found`, `rendition-not-ready` */
  async master(videoId: string): Promise<string> {
    const streams = await this.bus.call(listVideoStreams, { videoId });
    const { url } = await this.links.make('stream links', '/v1/streams', videoId, untilDayAfterTomorrow(Date.now() / 1_000));
    return masterPlaylist(streams, ({ renditionId, track }) => `${url}/${renditionId}/${track}/playlist.m3u8`);
  }

  /** Runs `use` as the owner of a stream. @throws Failure `link-invalid`, `link-expired`; errors of `use` */
  openStream<T>(token: string, use: (videoId: string) => Promise<T>): Promise<T> {
    return this.links.open('stream links', token, use);
  }
}

/** Seconds until the second midnight in UTC from now: the same moment, and so the same address, all day long. */
export const untilDayAfterTomorrow = (nowSeconds: number): number => {
  const now = Math.floor(nowSeconds);
  return (Math.floor(now / daySeconds) + 2) * daySeconds - now;
};
