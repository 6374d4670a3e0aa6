import { describe, expect, it } from '@jest/globals';
import { mergeFoundTracks, normalizeName } from './merge-found-tracks.ts';
import type { FoundTrack, TrackProvider } from './provider-search.ts';

const track = (
  provider: TrackProvider,
  title: string,
  artist: string,
  durationSeconds: number | null,
  isrc: string | null = null,
): FoundTrack => ({
  ...{ title, artist, durationSeconds, isrc, album: null, artworkUrl: null },
  sources: [{ provider, providerTrackId: title, pageUrl: 'https://example.com/', previewUrl: null }],
});
const providersOf = (tracks: readonly FoundTrack[]) => tracks.map(({ sources }) => sources.map(({ provider }) => provider));

describe('what several providers have found', () => {
  it('names the same track once, with all its sources, and first', () => {
    const itunes = [track('itunes', 'Other', 'X', 100), track('itunes', 'Jóga', 'Björk', 305)];
    const youtube = [track('youtube', 'Joga (Official Video)', 'bjork', 306.9), track('youtube', 'Jóga', 'Björk', 240)];
    const merged = mergeFoundTracks([itunes, youtube]);
    expect(providersOf(merged)).toEqual([['itunes', 'youtube'], ['itunes'], ['youtube']]);
    expect(merged[0]).toMatchObject({ title: 'Jóga', durationSeconds: 305 });
  });

  it.each([
    ['2.1 s apart', track('youtube', 'A', 'B', 102.1)],
    ['of a duration that nobody knows', track('youtube', 'A', 'B', null)],
    ['with another code', track('youtube', 'A', 'B', 100, 'USUM71703862')],
    ['by somebody else', track('youtube', 'A', 'C', 100)],
  ])('keeps tracks apart that are %s', (_how, other) => {
    expect(mergeFoundTracks([[track('itunes', 'A', 'B', 100, 'USUM71703861')], [other]])).toHaveLength(2);
  });

  it('takes two for the same by their code, whatever they are called', () => {
    const merged = mergeFoundTracks([
      [track('itunes', 'A', 'B', 100, 'USUM71703861')],
      [track('soundcloud', 'a!', 'label', null, 'USUM71703861')],
    ]);
    expect(providersOf(merged)).toEqual([['itunes', 'soundcloud']]);
  });

  it('never merges two tracks of one provider', () => {
    const twice = [track('itunes', 'A', 'B', 100), track('itunes', 'A', 'B', 100)];
    expect(mergeFoundTracks([twice])).toHaveLength(2);
    expect(providersOf(mergeFoundTracks([twice, [...twice].map(({ title }) => track('youtube', title, 'B', 100))]))).toEqual([
      ['itunes', 'youtube'],
      ['itunes', 'youtube'],
    ]);
  });

  it.each([
    ['Señorita (Official Audio) [HD]', 'senorita'],
    ['Song feat. Somebody', 'song'],
    ['Song (Live)', 'song live'],
    ['東京', '東京'],
  ])('reads %s as %s', (name, normalized) => expect(normalizeName(name)).toBe(normalized));
});
