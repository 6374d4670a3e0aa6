/** Which of several tracks an entry means. */
import { describe, expect, it } from '@jest/globals';
import { bestOf, type Candidate, readingsOf, wordsOf } from './entry-readings.ts';
import type { PlaylistEntry } from './playlist-entry.ts';

/** Tracks by their folded title. */
type Library = Readonly<Record<string, readonly Candidate[]>>;
const track = (id: string, artist = '', durationSeconds: number | null = null): Candidate => ({
  id,
  artist,
  artistWords: wordsOf(artist),
  durationSeconds,
});
const best = (entry: Partial<PlaylistEntry>, library: Library) =>
  bestOf(readingsOf({ text: '', ...entry }), entry.durationSeconds, ({ title }) => library[title] ?? []);

describe('of several tracks with its title an entry means', () => {
  const sinnerman = { title: 'Sinnerman', artist: 'Nina Simone' };
  it.each<[string, Partial<PlaylistEntry>, Candidate[], string | undefined]>([
    ['the one of its artist', sinnerman, [track('a'), track('b', 'nina simone & band'), track('c', 'nina simone')], 'c'],
    ['then one whose artist has its artist among others', sinnerman, [track('a'), track('b', 'nina simone & band')], 'b'],
    ['then one without an artist', sinnerman, [track('a'), track('b', 'the wailers')], 'a'],
    ['none of another artist', sinnerman, [track('b', 'the wailers')], undefined],
    ['none whose artist only begins alike', { title: 'Sinnerman', artist: 'Al' }, [track('a', 'alice')], undefined],
    ['the one of its duration', { ...sinnerman, durationSeconds: 200 }, [track('a', 'nina simone'), track('b', 'nina simone', 201)], 'b'],
    ['the nearest', { ...sinnerman, durationSeconds: 200 }, [track('a', 'nina simone', 201.5), track('b', 'nina simone', 200.5)], 'b'],
    ['none of another duration', { ...sinnerman, durationSeconds: 200 }, [track('a', 'nina simone', 203)], undefined],
    ['the artist before the duration', { ...sinnerman, durationSeconds: 200 }, [track('a', '', 200), track('b', 'nina simone')], 'b'],
    ['of equals always the same', sinnerman, [track('b', 'nina simone'), track('a', 'nina simone')], 'a'],
  ])('%s', (_name, entry, tracks, id) => expect(best(entry, { sinnerman: tracks })).toBe(id));
});

describe('the name of a file is a title', () => {
  it.each<[string, Partial<PlaylistEntry>, Library, string | undefined]>([
    [
      'of the artist that the entry says',
      { artist: 'Nina Simone', fileName: 'Sinnerman.mp3' },
      { sinnerman: [track('a', 'cher')] },
      undefined,
    ],
    ['of the artist before its dash', { fileName: 'Nina Simone - Sinnerman.mp3' }, { sinnerman: [track('a', 'cher')] }, undefined],
    ['after the number of a track', { fileName: '01 Sinnerman.mp3' }, { sinnerman: [track('a')] }, 'a'],
    ['after a number and a dash', { fileName: '7 - Nina Simone - Sinnerman.mp3' }, { sinnerman: [track('a', 'nina simone')] }, 'a'],
    ['with a number that is part of it', { fileName: '99 Red Balloons.mp3' }, { 'red balloons': [track('a')] }, undefined],
    [
      'only where the title of the entry is nowhere',
      { title: 'Song', fileName: 'Other.mp3' },
      { song: [track('b')], other: [track('a')] },
      'b',
    ],
  ])('%s', (_name, entry, library, id) => expect(best(entry, library)).toBe(id));
});

it('artist and title in the title of a track are the same track', () => {
  expect(best({ title: 'Sinnerman', artist: 'Nina' }, { 'nina - sinnerman': [track('b')], sinnerman: [track('a')] })).toBe('b');
});
