import { describe, expect, it } from '@jest/globals';
import { countGraphemes } from './graphemes.ts';
import { readDocument } from './read-document.ts';
import { tokenize } from './tokenize.ts';

const kindOf = (text: string, part: string) => tokenize(text).find((token) => token.text === part)?.kind;
const sentencesOf = (text: string) => readDocument(text).sentences.map(({ start, end }) => text.slice(start, end));

describe('tokenize', () => {
  it.each([
    ['See https://a.io/x(y).', 'https://a.io/x(y)', 'url'],
    ['Go to example.com/path, now', 'example.com/path', 'url'],
    ['write to ana.b+c@mail.example.es.', 'ana.b+c@mail.example.es', 'email'],
    ['thanks @miller.john.', '@miller.john', 'mention'],
    ['so #RemoteWork!', '#RemoteWork', 'hashtag'],
    ['son 1.200,50 euros', '1.200,50', 'number'],
    ['en EE. UU. hoy', 'EE. UU.', 'abbreviation'],
    ['tools, e.g. hammers', 'e.g.', 'abbreviation'],
    ['a state-of-the-art tool', 'state-of-the-art', 'word'],
    ['family 👨‍👩‍👧 day', '👨‍👩‍👧', 'emoji'],
    ['flag 🇪🇸 up', '🇪🇸', 'emoji'],
    ['fine :) then', ':)', 'emoticon'],
    ['xD-rated, they say', 'xD', 'emoticon'],
  ])('keeps what belongs together: %s', (text, part, kind) => expect(kindOf(text, part)).toBe(kind));

  it('gives offsets in UTF-16 units of the original, whatever stands before', () => {
    const text = '👨‍👩‍👧\u200b\0 cafe\u0301 ‏niño\ud800 ¿sí?';
    for (const { start, end, text: own } of tokenize(text)) expect(text.slice(start, end)).toBe(own);
    expect(tokenize(text).map(({ folded }) => folded)).toEqual(expect.arrayContaining(['café', 'niño', 'sí']));
  });

  it.each([
    'a.',
    'a@',
    '#1',
    '1.1',
    'www.',
    'http://a)))',
    'Ana de ',
    '".',
    'a-',
    'a\u200b',
    '\ud800',
    '漢',
    '$ 1.000 ',
    '👨‍👩‍👧',
    '!',
    'x',
  ])('gets through 60,000 characters of %j', (unit) => {
    const text = unit.repeat(60_000 / unit.length);
    const tokens = tokenize(text);
    expect(tokens.at(-1)!.end).toBeGreaterThan(text.trimEnd().length - 3);
  });
});

describe('sentences', () => {
  it.each([
    ['Dr. Smith met Ana, e.g. in May. They talked.', ['Dr. Smith met Ana, e.g. in May.', 'They talked.']],
    ['Viven en EE. UU. y vuelven. La Sra. Ruiz no.', ['Viven en EE. UU. y vuelven.', 'La Sra. Ruiz no.']],
    ['It grew 3.5%. See a.io/b. Wow!', ['It grew 3.5%.', 'See a.io/b.', 'Wow!']],
    ['¿Qué tal? ¡Muy bien! Sigo.', ['¿Qué tal?', '¡Muy bien!', 'Sigo.']],
    ['She said "go." Then left.', ['She said "go."', 'Then left.']],
    ['Title line\nBody goes\non here', ['Title line', 'Body goes\non here']],
    ['Done! 🎉 Next one', ['Done! 🎉', 'Next one']],
    ['', []],
  ])('of %j', (text, expected) => expect(sentencesOf(text)).toEqual(expected));
});

describe('countGraphemes', () => {
  it.each([
    ['abc', 3],
    ['👨‍👩‍👧🇪🇸', 2],
    ['cafe\u0301\n', 5],
    ['', 0],
  ])('counts %j as a reader does', (text, count) => expect(countGraphemes(text)).toBe(count));
});
