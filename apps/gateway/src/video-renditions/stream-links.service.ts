import { Injectable } from '@nestjs/common';
import { Failure, getVideoSegments, listStreamCaptions, listVideoStreams, type VideoTrack } from '#contracts';
import { Bus } from '#platform';
import { type SignedLink, SignedLinks } from '../downloads/signed-links.service.ts';
import { dashManifest } from './dash-manifest.ts';
import { masterPlaylist, type TrackAddress } from './playlists.ts';

/** `hls`: the master playlist. `dash`: the manifest. */
export type StreamFormat = 'hls' | 'dash';
const fileNames: Readonly<Record<StreamFormat, string>> = { hls: 'hls/master.m3u8', dash: 'dash/manifest.mpd' };

interface Addresses {
  readonly track: (track: TrackAddress) => string;
  readonly caption: (captionId: string) => string;
}

@Injectable() // writes what a player reads first, and signs what that leads to
export class StreamLinks {
  constructor(
    private readonly bus: Bus,
    private readonly links: SignedLinks,
  ) {}

  /** A link to the stream. @throws Failure `video-not-found`, also for another owner's video; `rendition-not-ready` */
  async make(format: StreamFormat, videoId: string, expiresInSeconds: number): Promise<SignedLink> {
    await this.bus.call(listVideoStreams, { videoId });
    return this.links.make('playlist links', fileNames[format], videoId, expiresInSeconds);
  }

  /** What a link leads to. @throws Failure `link-invalid`, `link-expired`, and those of {@link master} */
  open(format: StreamFormat, token: string): Promise<string> {
    return this.links.open('playlist links', token, (videoId) => this[format](videoId));
  }

  /** The master playlist of one of the caller's videos; its addresses are signed. @throws Failure `video-not-found`, `rendition-not-ready` */
  async hls(videoId: string): Promise<string> {
    const [streams, { captions }] = await Promise.all([
      this.bus.call(listVideoStreams, { videoId }),
      this.bus.call(listStreamCaptions, { videoId }),
    ]);
    const { track, caption } = await this.addressesOf(videoId);
    const texts = { captions, addressOf: (id: string) => `${caption(id)}playlist.m3u8` };
    return masterPlaylist(streams, (address) => `${track(address)}playlist.m3u8`, texts);
  }

  /** The manifest: of renditions that are whole only, because it has no way to grow. Throws the same. */
  async dash(videoId: string): Promise<string> {
    const streams = await this.bus.call(listVideoStreams, { videoId });
    const segmentsOf = (renditionId: string, track: VideoTrack) => this.bus.call(getVideoSegments, { videoId, renditionId, track });
    const withSegments = async <Track extends { readonly renditionId: string }>(track: Track, name: VideoTrack) => ({
      track,
      segments: await segmentsOf(track.renditionId, name),
    });
    const whole = streams.pictures.filter(({ isComplete, hasSound }) => isComplete && (!hasSound || streams.sound?.isComplete));
    const sound = streams.sound?.isComplete ? await withSegments(streams.sound, 'audio') : null;
    const pictures = await Promise.all(whole.map((picture) => withSegments(picture, 'video')));
    if (pictures.length === 0 && (!sound || streams.pictures.length > 0))
      throw new Failure('rendition-not-ready', 'No rendition is whole yet. HLS plays those that are being encoded.');
    const { captions } = await this.bus.call(listStreamCaptions, { videoId });
    const { track, caption } = await this.addressesOf(videoId);
    const texts = { captions, addressOf: (id: string) => `${caption(id)}captions.vtt` };
    return dashManifest({ pictures, sound, texts }, (address) => `${track(address)}segments/`);
  }

  /** Runs `use` as the owner of a stream. @throws Failure `link-invalid`, `link-expired`; errors of `use` */
  openStream<T>(token: string, use: (videoId: string) => Promise<T>): Promise<T> {
    return this.links.open('stream links', token, use);
  }

  /** @returns signed addresses of the folders of tracks and captions */
  private async addressesOf(videoId: string): Promise<Addresses> {
    const folderOf = (what: string) => this.links.folder('stream links', what, videoId);
    const [streams, captions] = [await folderOf('streams'), await folderOf('captions')];
    return { track: ({ renditionId, track }) => `${streams}/${renditionId}/${track}/`, caption: (id) => `${captions}/${id}/` };
  }
}
