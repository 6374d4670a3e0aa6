import { describe, expect, it } from '@jest/globals';
import { GrowingAnswer } from './growing-answer.ts';
import { toPlainText } from './plain-text.ts';

describe('plain text', () => {
  it.each([
    ['**Big** news: *we* moved', 'Big news: we moved'],
    ['# Title\n\nText', 'Title\n\nText'],
    ['```\nText\n```', 'Text'],
    ['"Hello there."', 'Hello there.'],
    ['«Hola»', 'Hola'],
    ['"Yes" and "no"', '"Yes" and "no"'],
    ['<b>Hi</b><script src=x>', 'Hi'],
    ['See [our site](https://example.org)', 'See our site https://example.org'],
    ['a\u202eb\u0000c\u200b', 'abc'],
    ['one\n\n\n\ntwo  ', 'one\n\ntwo'],
  ])('is made of %j', (answer, text) => expect(toPlainText(answer)).toBe(text));

  it.each(['3 < 5 and 7 > 2', '5 * 3 * 2', '#uno_dos @ana_dev_es', '- a\n- b', '👩‍👩‍👧‍👦 C# {x}'])('stays as it is: %s', (text) =>
    expect(toPlainText(text)).toBe(text),
  );
});

describe('an answer that grows', () => {
  const shownOf = (text: string, size: number) => {
    const answer = new GrowingAnswer(toPlainText);
    const shown: string[] = [];
    for (let at = 0; at < text.length; at += size) {
      answer.add(text.slice(at, at + size));
      shown.push(answer.more());
    }
    return shown.join('');
  };

  it.each([1, 2, 3, 7, 50])('shows a beginning of the text in pieces of %d', (size) => {
    for (const text of [
      '# Big news\n\nWe **moved** to <b>Madrid</b>.\n\nWrite to [EMAIL_1] now. 👩‍👩‍👧',
      'Plain words, one after another.',
      '"Quoted words."',
    ])
      expect(toPlainText(text).startsWith(shownOf(text, size))).toBe(true);
  });

  it('shows words as they come', () => expect(shownOf('Plain words, one after another.', 3)).toBe('Plain words, one after'));
  it('shows nothing of a line after the opening of mark-up until the line is whole', () => {
    expect(shownOf('We **moved to', 1)).toBe('We');
    expect(shownOf('We **moved** to\nMad', 1)).toBe('We moved to');
  });
});
