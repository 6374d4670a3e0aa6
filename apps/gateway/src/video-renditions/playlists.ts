/** HLS playlists of a video, rendered from values. @see RFC 8216, Apple HLS Authoring Specification */
import type { VideoStreams, VideoTrack } from '#contracts';
import { bandwidth, lines, quoted } from '../streams/media-playlist.ts';
import { captionGroup, captionMedia, type StreamCaption } from './caption-tracks.ts';

export interface TrackAddress {
  readonly renditionId: string;
  readonly track: VideoTrack;
}

const audioGroup = 'audio';

/** Captions with the address of the playlist of each. */
export interface PlayedCaptions {
  readonly captions: readonly StreamCaption[];
  readonly addressOf: (captionId: string) => string;
}

const noCaptions: PlayedCaptions = { captions: [], addressOf: () => '' };

/** @param addressOf address of the playlist of a track */
export function masterPlaylist(
  { pictures, sound }: VideoStreams,
  addressOf: (track: TrackAddress) => string,
  { captions, addressOf: captionAddress }: PlayedCaptions = noCaptions,
): string {
  const soundAddress = sound && quoted(addressOf({ renditionId: sound.renditionId, track: 'audio' }));
  const isGrouped = sound && pictures.some(({ hasSound }) => hasSound);
  const media = `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="${audioGroup}",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="${soundAddress}"`;
  return lines(
    ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'],
    ...(isGrouped ? [media] : []),
    ...captionMedia(captions, (id) => quoted(captionAddress(id))),
    ...pictures.flatMap((picture) => [
      `${pictureInfo(picture, picture.hasSound ? sound : null)}${captions.length > 0 ? `,SUBTITLES="${captionGroup}"` : ''}`,
      addressOf({ renditionId: picture.renditionId, track: 'video' }),
    ]),
    ...(sound?.isAlone || pictures.length === 0 ? soundInfo(sound, soundAddress, isGrouped === true) : []),
  );
}

type Picture = VideoStreams['pictures'][number];
type Sound = NonNullable<VideoStreams['sound']>;

/** BANDWIDTH is the peak of picture and sound together. */
function pictureInfo(picture: Picture, sound: Sound | null): string {
  const tracks = sound ? [picture, sound] : [picture];
  const attributes = [
    ...bandwidth(tracks),
    `RESOLUTION=${picture.widthPx}x${picture.heightPx}`,
    `FRAME-RATE=${picture.frameRate.toFixed(3)}`,
    ...(sound ? [`AUDIO="${audioGroup}"`] : []),
  ];
  return `#EXT-X-STREAM-INF:${attributes.join(',')}`;
}

/** A variant of sound alone, for slow lines. */
function soundInfo(sound: Sound | null, address: string | null, isGrouped: boolean): string[] {
  if (!sound || !address) return [];
  const attributes = [...bandwidth([sound]), ...(isGrouped ? [`AUDIO="${audioGroup}"`] : [])];
  return [`#EXT-X-STREAM-INF:${attributes.join(',')}`, address];
}
