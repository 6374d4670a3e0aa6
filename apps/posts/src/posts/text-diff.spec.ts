import { describe, expect, it } from '@jest/globals';
import { diffTexts, type TextChange } from './text-diff.ts';

const maxChanges = 1_000;

/** The first text with the changes made in it. */
function apply(text: string, changes: readonly TextChange[]): string {
  let at = 0;
  const parts = changes.flatMap(({ from, to }) => {
    const kept = text.slice(at, from.start);
    at = from.end;
    return [kept, to.text];
  });
  return [...parts, text.slice(at)].join('');
}

/** Repeats itself with a seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const shown = (from: string, to: string) => diffTexts(from, to, maxChanges).changes.map((change) => [change.from.text, change.to.text]);

describe('the difference of two texts', () => {
  it.each([
    ['a word in place of another', 'We open an office in Madrid.', 'We open a café in Madrid.', [['an office', 'a café']]],
    ['a word that is new', 'We open an office.', 'We open an office today.', [['', ' today']]],
    ['a word that is gone', 'A very good plan.', 'A good plan.', [['very ', '']]],
    ['another end', 'Join us!', 'Join us?', [['!', '?']]],
    ['a word with marks inside', 'It isn’t state-of-the-art.', 'It is state-of-the-art.', [['isn’t', 'is']]],
    [
      'a paragraph that is moved to the end',
      'One.\n\nTwo stays here.',
      'Two stays here.\n\nOne.',
      [
        ['One.\n\n', ''],
        ['', '.\n\nOne'],
      ],
    ],
    ['emoji, whole', 'Done 🎉', 'Done 👩‍🚀', [['🎉', '👩‍🚀']]],
    ['nothing between equal texts', 'Same.', 'Same.', []],
    ['everything between texts without a common word', 'Hola a todos', 'Good morning', [['Hola a todos', 'Good morning']]],
  ])('shows %s', (_, from, to, changes) => expect(shown(from, to)).toEqual(changes));

  it('says where each passage stands in both texts, and counts words', () => {
    expect(diffTexts('We open an office.', 'We open two big offices.', maxChanges)).toEqual({
      changes: [{ from: { start: 8, end: 17, text: 'an office' }, to: { start: 8, end: 23, text: 'two big offices' } }],
      ...{ wordsRemoved: 2, wordsAdded: 3 },
    });
  });

  it('turns any text into any other', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomFrom(seed);
      const words = () => Array.from({ length: random(60) }, () => ['a', 'b ', 'c', '\n', ' d', 'é', '🎉'][random(2 + random(6))]).join('');
      const [from, to] = [words(), words()];
      const { changes } = diffTexts(from, to, maxChanges);
      expect(apply(from, changes)).toBe(to);
      for (const side of [from, to])
        for (const change of changes) {
          const { start, end, text } = side === from ? change.from : change.to;
          expect(side.slice(start, end)).toBe(text);
        }
    }
  });

  it('finds the fewest words where little has changed', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = randomFrom(seed);
      const from = Array.from({ length: 200 }, () => `w${random(40)}`);
      const to = from.toSpliced(random(200), 1, 'new');
      expect(diffTexts(from.join(' '), to.join(' '), maxChanges)).toMatchObject({ wordsRemoved: 1, wordsAdded: 1 });
    }
  });

  it.each([
    ['every second word changed', (at: number, other: boolean) => (other && at % 2 ? 'x ' : `${at % 10} `)],
    ['one word in another rhythm', (at: number, other: boolean) => (at % (other ? 3 : 2) ? 'a ' : 'b ')],
    ['nothing in common', (at: number, other: boolean) => `${other ? 'x' : 'y'}${at % 7} `],
    ['many single words', (at: number, other: boolean) => (other && at % 4 === 0 ? 'z ' : `${String.fromCharCode(97 + (at % 23))} `)],
  ])('is bounded in steps and changes for long texts: %s', (_, word) => {
    const [from, to] = [false, true].map((other) => Array.from({ length: 10_000 }, (_, at) => word(at, other)).join(''));
    const { changes } = diffTexts(from!, to!, maxChanges);
    expect(changes.length).toBeLessThanOrEqual(maxChanges);
    expect(apply(from!, changes)).toBe(to);
  });
});
