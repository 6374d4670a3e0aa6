/** The HLS master playlist of a track. @see RFC 8216, Apple HLS Authoring Specification */
import type { StreamLevel, TrackStream } from '#contracts';
import { bandwidth, lines } from '../streams/media-playlist.ts';

/** A player begins with the first variant and changes after its first segments. */
const firstLevel: StreamLevel = 'medium';

/** @param addressOf address of the playlist of a level */
export function trackMasterPlaylist(variants: TrackStream['variants'], addressOf: (level: StreamLevel) => string): string {
  const ordered = [...variants.filter(({ level }) => level === firstLevel), ...variants.filter(({ level }) => level !== firstLevel)];
  return lines(
    ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'],
    ...ordered.flatMap((variant) => [`#EXT-X-STREAM-INF:${bandwidth([variant]).join(',')}`, addressOf(variant.level)]),
  );
}
