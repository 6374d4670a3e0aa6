/** HLS playlists of a video, rendered from values. @see RFC 8216, Apple HLS Authoring Specification */
import type { VideoSegments, VideoStreams, VideoTrack } from '#contracts';
import { captionGroup, captionMedia, type StreamCaption } from './caption-tracks.ts';

export interface TrackAddress {
  readonly renditionId: string;
  readonly track: VideoTrack;
}

/**
 * The playlist of one track. While it is encoded it is an EVENT playlist without an end, which grows; segments stay where they are.
 */
export function mediaPlaylist({ isComplete, targetDurationSeconds, segmentDurationsSeconds }: VideoSegments): string {
  return lines(
    ...['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${targetDurationSeconds}`],
    ...['#EXT-X-MEDIA-SEQUENCE:0', `#EXT-X-PLAYLIST-TYPE:${isComplete ? 'VOD' : 'EVENT'}`, '#EXT-X-INDEPENDENT-SEGMENTS'],
    ...(isComplete ? [] : ['#EXT-X-START:TIME-OFFSET=0']), // or a player would begin near the end, as in a live stream
    `#EXT-X-MAP:URI="segments/${initName}"`,
    ...segmentDurationsSeconds.flatMap((seconds, index) => [`#EXTINF:${seconds.toFixed(6)},`, `segments/${index}.m4s`]),
    ...(isComplete ? ['#EXT-X-ENDLIST'] : []),
  );
}

const initName = 'init.mp4';

/** @param name as the playlist has it: `init.mp4`, `0.m4s` */
export const indexOfSegment = (name: string): number | 'init' => (name === initName ? 'init' : Number.parseInt(name, 10));

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

function bandwidth(tracks: readonly (Picture | Sound)[]): string[] {
  const sum = (rate: (track: Picture | Sound) => number) => tracks.reduce((total, track) => total + rate(track), 0);
  return [
    `BANDWIDTH=${sum(({ peakBitRate }) => peakBitRate)}`,
    `AVERAGE-BANDWIDTH=${sum(({ averageBitRate }) => averageBitRate)}`,
    `CODECS="${tracks.map(({ codec }) => codec).join(',')}"`,
  ];
}

const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;

/** @throws RangeError when an address cannot stand in a quoted string (RFC 8216 §4.2) */
function quoted(address: string): string {
  if (/["\r\n]/.test(address)) throw new RangeError('an address holds a quotation mark or a line break');
  return address;
}
