import { describe, expect, it } from '@jest/globals';
import { fromLittleText, isSamePost, toLittleText } from './little-text.ts';

describe('little text', () => {
  it('escapes every reserved character', () =>
    expect(toLittleText('a\\b|c{d}e@f[g]h(i)j<k>l*m_n~o # p')).toBe('a\\\\b\\|c\\{d\\}e\\@f\\[g\\]h\\(i\\)j\\<k\\>l\\*m\\_n\\~o \\# p'));

  it('writes hashtags as templates, and leaves what is none', () =>
    expect(toLittleText('#Madrid, #uno_dos (#3) C# #año2027')).toBe(
      '{hashtag|\\#|Madrid}, {hashtag|\\#|uno\\_dos} \\(\\#3\\) C\\# {hashtag|\\#|año2027}',
    ));

  it.each([
    'We (Ana & Luis) opened [two] offices: 100% *real* #Madrid #uno_dos <3 @home ~ C# {x}|y \\ z',
    '👩‍👩‍👧‍👦 #España🇪🇸 "quoted" https://a.example/x_(y)?z=1#frag',
    'línea uno\n\nlínea dos — #fin',
    '',
    '\\'.repeat(500),
    '#'.repeat(2_000),
    '{hashtag|\\#|x}',
    '@[Name](urn:li:person:1)',
  ])('comes back as it was written: %#', (text) => expect(fromLittleText(toLittleText(text))).toBe(text));

  it('reads templates of hashtags and mentions as LinkedIn returns them', () =>
    expect(fromLittleText('Hello @[Ana \\(Ruiz\\)](urn:li:person:abc) {hashtag|\\#|Madrid} \\(2027\\)')).toBe(
      'Hello Ana (Ruiz) #Madrid (2027)',
    ));
});

describe('two posts', () => {
  it('are the same apart from line ends and the form of characters', () =>
    expect(isSamePost('Café  \r\nuno', 'Cafe\u0301\nuno ')).toBe(true));
  it('differ where one is cut', () => expect(isSamePost('We (Ana) opened', 'We ')).toBe(false));
});
