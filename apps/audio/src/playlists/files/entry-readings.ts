/**
 * What an entry of a file may mean, and which of the tracks with such a title it means most likely. Pure.
 *
 * Titles and artists are folded: no case, no diacritics, one blank between words.
 */
import { searchText, titleOrderLength } from '#storage';
import type { PlaylistEntry } from './playlist-entry.ts';

/** A title and perhaps an artist; without one ''. */
export interface Reading {
  readonly title: string;
  readonly artist: string;
  /** As {@link wordsOf} has them. */
  readonly artistWords: string;
  /** The artist is in the title, so that a track that has none may be the same. */
  readonly artistInTitle?: boolean;
  /** The title and the artist that the entry says go before those that its file's name says. */
  readonly from: 'entry' | 'fileName';
}

/** A track with the title of a reading. */
export interface Candidate {
  readonly id: string;
  readonly artist: string;
  /** As {@link wordsOf} has them: each candidate is compared with many entries. */
  readonly artistWords: string;
  readonly durationSeconds: number | null;
}

const durationToleranceSeconds = 2;

/** One line without case and diacritics, as far as the index on titles has it. */
export const folded = (text: string | null | undefined): string => searchText(text ?? '').slice(0, titleOrderLength);

/**
 * The title as it is said; "artist - title", which many programs write into the title of a track; then the name of the file, with and without the number
 * of a track before it.
 */
export function readingsOf({ title, artist, fileName }: PlaylistEntry): Reading[] {
  const said = { title: folded(title), artist: folded(artist) };
  const named = namesIn(fileName).flatMap((name) => [{ title: folded(name), artist: said.artist }, splitName(name)]);
  const readings: Omit<Reading, 'artistWords'>[] = [
    { ...said, from: 'entry' },
    ...(said.artist && said.title ? [{ ...said, title: folded(`${artist} - ${title}`), artistInTitle: true, from: 'entry' } as const] : []),
    ...named.map((reading) => ({ ...reading, from: 'fileName' }) as const),
  ];
  return readings.filter(({ title }) => title !== '').map((reading) => ({ ...reading, artistWords: wordsOf(reading.artist) }));
}

/** `01 Song`, `1. Song`, `12-Song`; not `99 Red Balloons`. */
const trackNumber = /^(?:0\d\s*[-._]?|\d{1,3}\s*[-._])\s*(?=\S)/;

function namesIn(fileName: string | undefined): string[] {
  const stem = fileName?.replace(/\.[^.]{1,10}$/, '');
  return stem ? [...new Set([stem, stem.replace(trackNumber, '')])] : [];
}

/** The title and the artist in "artist - title"; no title where there is no dash. */
function splitName(stem: string): Pick<Reading, 'title' | 'artist'> {
  const dash = stem.indexOf(' - ');
  return dash < 0 ? { title: '', artist: '' } : { title: folded(stem.slice(dash + 3)), artist: folded(stem.slice(0, dash)) };
}

/**
 * @returns the track that fits best: what the entry says before the name of its file, the same artist before one that is part of the other, that before an
 *   unknown one, a known duration before an unknown one, the nearest duration, the lower id; undefined where artist or duration contradict every candidate
 */
export function bestOf(
  readings: readonly Reading[],
  durationSeconds: number | undefined,
  candidatesOf: (reading: Reading) => readonly Candidate[],
): string | undefined {
  let best: { readonly ranks: readonly (number | string)[]; readonly id: string } | undefined;
  for (const reading of readings) {
    for (const candidate of candidatesOf(reading)) {
      const ranks = ranksOf(reading, candidate, durationSeconds);
      if (ranks && (!best || isBefore(ranks, best.ranks))) best = { ranks, id: candidate.id };
    }
  }
  return best?.id;
}

/** Lower is better, the first one that differs decides; null where they are not the same track. */
function ranksOf(reading: Reading, candidate: Candidate, wanted: number | undefined): (number | string)[] | null {
  const { id, durationSeconds } = candidate;
  const ofArtist = artistRank(reading, candidate);
  const off = wanted === undefined || durationSeconds === null ? null : Math.abs(durationSeconds - wanted);
  if (ofArtist === null || (off !== null && off > durationToleranceSeconds)) return null;
  return [reading.from === 'entry' ? 0 : 1, ofArtist, off === null ? 1 : 0, off ?? 0, id];
}

const isBefore = (a: readonly (number | string)[], b: readonly (number | string)[]): boolean => {
  const at = a.findIndex((rank, index) => rank !== b[index]);
  return at >= 0 && a[at]! < b[at]!;
};

/** "Nina Simone" is part of "Nina Simone & band", but "Al" is none of "Alice". */
function artistRank({ artist, artistWords, artistInTitle }: Reading, other: Candidate): number | null {
  if (artist === '' || other.artist === '') return artistInTitle ? 1 : 2;
  if (artist === other.artist) return 0;
  return artistWords.includes(other.artistWords) || other.artistWords.includes(artistWords) ? 1 : null;
}

/** The words of a folded name, a blank before and behind each. */
export const wordsOf = (name: string): string => ` ${name.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `;
