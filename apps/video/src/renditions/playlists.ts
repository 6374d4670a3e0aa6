/** HLS playlists, rendered from values. @see RFC 8216, Apple HLS Authoring Specification */
import { decimal } from '../media/frame-rate.ts';
import type { HlsRendition } from './encode-hls.ts';
import { averageBitRate, type HlsTrack, peakBitRate, targetDurationSeconds } from './hls-track.ts';

/** @param addressOf address of a file of the track in the playlist; default: its name */
export function mediaPlaylist(track: HlsTrack, addressOf: (name: string) => string = (name) => name): string {
  return lines(
    ...['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${targetDurationSeconds(track)}`],
    ...['#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS'],
    `#EXT-X-MAP:URI="${quoted(addressOf(track.init))}"`,
    ...track.segments.flatMap(({ name, durationSeconds }) => [`#EXTINF:${durationSeconds.toFixed(6)},`, addressOf(name)]),
    '#EXT-X-ENDLIST',
  );
}

export interface Variant {
  readonly rendition: HlsRendition;
  /** Address of the playlist of its video. */
  readonly address: string;
}

export interface MasterPlaylistOptions {
  /** Highest first, so that a player begins with the best; all with the same sound. */
  readonly variants: readonly Variant[];
  readonly audio: { readonly track: HlsTrack; readonly address: string; readonly channels: number } | null;
}

const audioGroup = 'audio';

/** BANDWIDTH is the measured peak of video and sound together. */
export function masterPlaylist({ variants, audio }: MasterPlaylistOptions): string {
  const media = audio && [
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="${audioGroup}",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES`,
    `CHANNELS="${audio.channels}",URI="${quoted(audio.address)}"`,
  ];
  return lines(
    ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'],
    ...(media ? [media.join(',')] : []),
    ...variants.flatMap((variant) => [streamInfo(variant.rendition, audio?.track), variant.address]),
  );
}

function streamInfo({ video, widthPx, heightPx, frameRate }: HlsRendition, audio: HlsTrack | undefined): string {
  const tracks = audio ? [video, audio] : [video];
  const sum = (rate: (track: HlsTrack) => number) => tracks.reduce((total, track) => total + rate(track), 0);
  const attributes = [
    `BANDWIDTH=${sum(peakBitRate)}`,
    `AVERAGE-BANDWIDTH=${sum(averageBitRate)}`,
    `CODECS="${tracks.map(({ codec }) => codec).join(',')}"`,
    `RESOLUTION=${widthPx}x${heightPx}`,
    `FRAME-RATE=${decimal(frameRate).toFixed(3)}`,
    ...(audio ? [`AUDIO="${audioGroup}"`] : []),
  ];
  return `#EXT-X-STREAM-INF:${attributes.join(',')}`;
}

const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;

/** @throws RangeError when an address cannot stand in a quoted string (RFC 8216 §4.2) */
function quoted(address: string): string {
  if (/["\r\n]/.test(address)) throw new RangeError('an address holds a quotation mark or a line break');
  return address;
}
