/** Makes one list of what several providers have found. Pure; here because the audio service and the gateway (as results arrive) do it alike. */
import type { FoundTrack } from './provider-search.ts';

/** Two providers may measure a duration differently by that much. */
const durationToleranceSeconds = 2;
/** Of reciprocal rank fusion: Cormack, Clarke, Büttcher 2009. */
const rankOffset = 60;

/** Words in brackets that say how a recording is published, not which recording it is. */
const notes = /[([](?:official|lyrics?|audio|video|visuali[sz]er|hd|hq|4k|explicit|clean|feat\.?|ft\.?|with)\b[^)\]]*[)\]]/gi;

/** @returns letters and digits in lower case without diacritics, words separated by single blanks */
export const normalizeName = (name: string): string =>
  name
    .replace(notes, ' ')
    .replace(/\b(?:feat|ft)\.? .*$/i, ' ')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

interface Entry {
  readonly track: FoundTrack;
  readonly name: string;
  readonly score: number;
}

const nameOf = ({ title, artist }: FoundTrack): string => `${normalizeName(artist)}|${normalizeName(title)}`;

/** The ISRC decides where both have one; else name and duration. Without both durations they are not taken for the same. */
function areSame(one: Entry, other: Entry): boolean {
  const [a, b] = [one.track, other.track];
  if (a.isrc !== null && b.isrc !== null) return a.isrc === b.isrc;
  if (one.name !== other.name || a.durationSeconds === null || b.durationSeconds === null) return false;
  return Math.abs(a.durationSeconds - b.durationSeconds) <= durationToleranceSeconds;
}

const joined = (one: Entry, other: Entry): Entry => ({
  name: one.name,
  score: one.score + other.score,
  track: {
    ...one.track,
    album: one.track.album ?? other.track.album,
    durationSeconds: one.track.durationSeconds ?? other.track.durationSeconds,
    isrc: one.track.isrc ?? other.track.isrc,
    artworkUrl: one.track.artworkUrl ?? other.track.artworkUrl,
    sources: [...one.track.sources, ...other.track.sources],
  },
});

/**
 * @param lists of one provider each, the best first
 * @returns the same track once, with all its sources; what several providers place high stands first
 */
export function mergeFoundTracks(lists: readonly (readonly FoundTrack[])[]): FoundTrack[] {
  const merged: Entry[] = [];
  for (const list of lists) {
    const before = merged.length; // within a provider everything is its own track
    const joinedBefore = new Set<number>();
    for (const [rank, track] of list.entries()) {
      const entry = { track, name: nameOf(track), score: 1 / (rankOffset + rank) };
      const at = merged.slice(0, before).findIndex((other, index) => !joinedBefore.has(index) && areSame(other, entry));
      if (at < 0) merged.push(entry);
      else {
        merged[at] = joined(merged[at]!, entry);
        joinedBefore.add(at);
      }
    }
  }
  return merged.sort((a, b) => b.score - a.score).map(({ track }) => track);
}
