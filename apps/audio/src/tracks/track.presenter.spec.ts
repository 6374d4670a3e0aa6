import { describe, expect, it } from '@jest/globals';
import { artistsIn } from './track.presenter.ts';

describe('the artists of a track', () => {
  it.each([
    ['Björk;Evelyn Glennie', ['Björk', 'Evelyn Glennie']],
    ['Ana / Eva; Ana', ['Ana', 'Eva']],
    ['AC/DC', ['AC/DC']],
    ['', []],
    [undefined, []],
  ])('in %j are told one by one', (tag, artists) => expect(artistsIn(tag)).toEqual(artists));

  it('are at most 32', () => expect(artistsIn(Array.from({ length: 40 }, (_, at) => `a${at}`).join(';'))).toHaveLength(32));
});
