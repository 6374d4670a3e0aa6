/** A finished track of an HLS rendition: what ffmpeg wrote, as values. Playlists are rendered from these. */

export interface HlsSegment {
  readonly name: string;
  readonly durationSeconds: number;
  readonly sizeBytes: number;
}

export interface HlsTrack {
  /** Name of the initialisation segment. */
  readonly init: string;
  /** RFC 6381, read from the initialisation segment, e.g. `avc1.640020`. */
  readonly codec: string;
  readonly segments: readonly HlsSegment[];
}

/**
 * Reads the segments from a playlist that ffmpeg wrote.
 *
 * @throws RangeError when a segment has no duration
 */
export function parseMediaPlaylist(playlist: string): { readonly name: string; readonly durationSeconds: number }[] {
  const found: { name: string; durationSeconds: number }[] = [];
  let durationSeconds = Number.NaN;
  for (const line of playlist.split('\n')) {
    if (line.startsWith('#EXTINF:')) durationSeconds = Number.parseFloat(line.slice('#EXTINF:'.length));
    else if (line !== '' && !line.startsWith('#')) {
      if (!(durationSeconds >= 0)) throw new RangeError(`a segment without a duration: ${line}`);
      found.push({ name: line, durationSeconds });
      durationSeconds = Number.NaN;
    }
  }
  return found;
}

export const durationOf = ({ segments }: HlsTrack): number => segments.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);

const bitsOf = (segments: readonly HlsSegment[]) => 8 * segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** In bits per second. @see RFC 8216bis §4.4.6.2 (AVERAGE-BANDWIDTH) */
export const averageBitRate = (track: HlsTrack): number => Math.ceil(bitsOf(track.segments) / Math.max(1e-3, durationOf(track)));

/**
 * The largest bit rate of any run of segments that lasts between 0.5 and 1.5 times the target duration; of the whole track when it is shorter.
 *
 * @see RFC 8216 §4.1 (peak segment bit rate)
 */
export function peakBitRate(track: HlsTrack): number {
  const target = targetDurationSeconds(track);
  let peak = averageBitRate(track);
  for (let from = 0; from < track.segments.length; from++) {
    let seconds = 0;
    for (let to = from; to < track.segments.length && seconds < 1.5 * target; to++) {
      seconds += track.segments[to]!.durationSeconds;
      if (seconds >= 0.5 * target && seconds <= 1.5 * target)
        peak = Math.max(peak, Math.ceil(bitsOf(track.segments.slice(from, to + 1)) / seconds));
    }
  }
  return peak;
}

/** Each duration, rounded to whole seconds, must not exceed it. @see RFC 8216 §4.3.3.1 */
export const targetDurationSeconds = ({ segments }: HlsTrack): number =>
  Math.max(1, ...segments.map(({ durationSeconds }) => Math.round(durationSeconds)));
