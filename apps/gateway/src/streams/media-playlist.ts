/** The HLS playlist of one track, rendered from values. @see RFC 8216 */

export interface PlaylistSegments {
  /** False while it is encoded: more segments will follow. */
  readonly isComplete: boolean;
  readonly targetDurationSeconds: number;
  readonly segmentDurationsSeconds: readonly number[];
}

/**
 * The playlist of one track. While it is encoded it is an EVENT playlist without an end, which grows; segments stay where they are.
 */
export function mediaPlaylist({ isComplete, targetDurationSeconds, segmentDurationsSeconds }: PlaylistSegments): string {
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

/** Lines of a playlist. */
export const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;

/** @throws RangeError when an address cannot stand in a quoted string (RFC 8216 §4.2) */
export function quoted(address: string): string {
  if (/["\r\n]/.test(address)) throw new RangeError('an address holds a quotation mark or a line break');
  return address;
}

/** What a variant of a master playlist says of its tracks. */
export interface VariantTrack {
  /** RFC 6381. */
  readonly codec: string;
  /** Bits per second. */
  readonly averageBitRate: number;
  readonly peakBitRate: number;
}

/** Attributes of a variant that plays these tracks together. */
export function bandwidth(tracks: readonly VariantTrack[]): string[] {
  const sum = (rate: (track: VariantTrack) => number) => tracks.reduce((total, track) => total + rate(track), 0);
  return [
    `BANDWIDTH=${sum(({ peakBitRate }) => peakBitRate)}`,
    `AVERAGE-BANDWIDTH=${sum(({ averageBitRate }) => averageBitRate)}`,
    `CODECS="${tracks.map(({ codec }) => codec).join(',')}"`,
  ];
}
