import { describe, expect, it } from '@jest/globals';
import { openingsOf } from './phrase-openings.ts';
import { tokenize } from './tokenize.ts';
import { sharedFact, type Word, wordFact, wordOf } from './vocabulary.ts';

describe('a word', () => {
  it('is one object for the same text, and its key one string for the same word', () => {
    expect(wordOf('Ana')).toBe(wordOf('Ana'));
    expect(wordOf('Cafe\u0301').folded).toBe('café');
    expect(wordOf('DON’T')).toMatchObject({ folded: "don't", isCapital: true, isSmall: false });
  });

  it('is asked once for what it says by itself', () => {
    const asked: string[] = [];
    const lengthOf = wordFact(({ text }) => asked.push(text) && text.length);
    expect([wordOf('once'), wordOf('once'), wordOf('more')].map(lengthOf)).toEqual([4, 4, 4]);
    expect(asked).toEqual(['once', 'more']);
  });

  it('shares objects that are equal', () => {
    const ending = sharedFact(({ text }) => ({ plural: text.endsWith('s') }));
    expect(ending(wordOf('lamps'))).toBe(ending(wordOf('chairs')));
    expect(ending(wordOf('lamp'))).toEqual({ plural: false });
  });

  it('is forgotten when there are many, or when it is long, and says the same again', () => {
    const lengthOf = wordFact(({ text }) => text.length);
    const first: Word = wordOf('remembered');
    for (let index = 0; index < 25_000; index++) wordOf(`w${index}`);
    expect(wordOf('remembered')).not.toBe(first);
    expect(lengthOf(wordOf('remembered'))).toBe(lengthOf(first));
    expect(wordOf('x'.repeat(41))).not.toBe(wordOf('x'.repeat(41)));
  });
});

describe('openings of phrases', () => {
  const phrases = ['sign up', 'sign off now', 'join', 'get in touch'].map((phrase) => phrase.split(' '));
  const opens = openingsOf(phrases);
  const opensAt = (text: string, end?: number) => {
    const tokens = tokenize(text);
    return opens(tokens, 0, end ?? tokens.length);
  };

  it.each(['sign up today', 'Sign off', 'join us', 'Join', 'get in touch'])('are never missed: %s', (text) =>
    expect(opensAt(text)).toBe(true),
  );
  it.each(['up sign', 'today', 'touch', 'sign'])('are none where a word cannot begin a phrase or nothing follows: %s', (text) =>
    expect(opensAt(text)).toBe(false),
  );
  it('end with the range', () => expect(opensAt('sign up', 1)).toBe(false));
  it('are told for nearly all other pairs', () => {
    const others = Array.from({ length: 200 }, (_, index) => `sign word${index}`);
    expect(others.filter((text) => opensAt(text))).toEqual([]);
  });
});
