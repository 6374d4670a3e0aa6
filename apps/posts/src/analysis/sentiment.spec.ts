import { describe, expect, it } from '@jest/globals';
import { analyzeText } from './analyze-text.ts';

const sentimentOf = (text: string, language?: string) => analyzeText(text, { tasks: ['sentiment'], language }).sentiment!;

describe('scoreSentiment', () => {
  it.each([
    ['The film is not bad.', 'positive'],
    ['I have never been happier.', 'positive'],
    ['Nobody was happy.', 'negative'],
    ['No me disgusta el diseño.', 'positive'],
    ['Nunca he sido más feliz.', 'positive'],
    ['No podría estar más contenta.', 'positive'],
    ['A nadie le gustó.', 'negative'],
    ['It is not only fast but also beautiful.', 'positive'],
    ['The place was lovely, but the food was terrible.', 'negative'],
    ['El sitio era precioso, pero la comida fue horrible.', 'negative'],
    ['They solved the problem.', 'positive'],
    ['Great, another meeting 🙄', 'negative'],
    ['The meeting starts at ten.', 'neutral'],
    ['', 'neutral'],
  ])('%s is %s', (text, label) => expect(sentimentOf(text).label).toBe(label));

  it.each([
    ['The film was GOOD', 'The film was good'],
    ['The film was goooood', 'The film was good'],
    ['The film was very good', 'The film was good'],
    ['The film was good!!!', 'The film was good'],
    ['La película fue muy buena', 'La película fue buena'],
  ])('scores %j above %j', (strong, plain) => expect(sentimentOf(strong).score).toBeGreaterThan(sentimentOf(plain).score));

  it('names the words that made the score, with their place', () => {
    const text = 'Nobody was happy with it';
    expect(sentimentOf(text).words).toEqual([{ start: 11, end: 16, text: 'happy', weight: expect.any(Number) }]);
  });

  it('scores another language by its emoji alone', () => expect(sentimentOf('Guten Morgen 😡', 'de').label).toBe('negative'));

  it('stays within [-1, 1]', () => expect(Math.abs(sentimentOf('terrible '.repeat(5_000)).score)).toBeLessThanOrEqual(1));
});
