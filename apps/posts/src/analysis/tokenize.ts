import { abbreviationPattern } from './data/abbreviations.ts';
import type { Token, TokenKind } from './text-document.ts';

const domains = 'com|org|net|io|es|eu|dev|app|ai|co|edu|gov|info|me|mx|ar|cl|pe|uk|us|de|fr|tv|ly|gl|blog|news|tech|store|online|cat|gob';
const letters = '\\p{L}\\p{M}\\p{N}_';
const joiners = "\\u00AD\\u200B-\\u200D\\u2060\\uFEFF'’·-";
const pictograph = '\\p{Extended_Pictographic}(?:\\uFE0F|\\p{EMod})?';

/** What each group of `tokenPattern` matches, in order. Every repetition that may be tried again at the next token is bounded. */
const kinds: readonly TokenKind[] = ['url', 'email', 'mention', 'hashtag', 'abbreviation', 'number', 'emoticon', 'word', 'emoji', 'mark'];
const tokenPattern = new RegExp(
  [
    `((?:https?://|www\\.)[^\\s<>"“”«»]{1,2048}|(?:[a-zA-Z0-9-]{1,63}\\.){1,5}(?:${domains})(?![${letters}@.-][${letters}]|[${letters}@])(?:[/?][^\\s<>"“”«»]{0,2048})?)`,
    '([\\p{L}\\p{N}][\\p{L}\\p{N}._%+-]{0,63}@(?:[\\p{L}\\p{N}-]{1,63}\\.){1,8}\\p{L}{2,24})',
    '([@＠][\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_.-]{0,98}[\\p{L}\\p{N}_])?)',
    '([#＃][\\p{L}\\p{N}_]{0,40}\\p{L}[\\p{L}\\p{M}\\p{N}_]{0,99})',
    `(${abbreviationPattern})`,
    `(\\d{1,40}(?:[.,:]\\d{1,40}){0,8}(?:[kKmMbB]|st|nd|rd|th|º|ª|%)?(?![${letters}]))`,
    `([:;=8xX]['-]?[()DPpOo/](?![${letters}/])|<3(?![${letters}])|\\^_?\\^)`,
    `([${letters}]+(?:[${joiners}][${letters}]+)*)`,
    `(\\p{RI}\\p{RI}|[0-9#*]\\uFE0F?\\u20E3|${pictograph}(?:\\u200D${pictograph}){0,8})`,
    '(\\.{2,}|!+|\\?+|.)',
  ].join('|'),
  'suy',
);

const blank = /(?:[\s\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\0]|[\uFE0E\uFE0F])+/y;
const unspacedScript =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/**
 * Splits a text into tokens. URLs, e-mail addresses, mentions, hashtags, numbers with separators, abbreviations, emoji with joiners and
 * hyphenated words are one token each; scripts without spaces are split by `Intl.Segmenter`, whose dictionary they need.
 *
 * Linear in the length of the text: no pattern looks further than a fixed number of characters, or else it consumes what it has seen.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = skipBlank(text, 0); at < text.length; at = skipBlank(text, at)) {
    const plain = plainWordEnd(text, at);
    if (plain > at) at = push(tokens, 'word', text, at, plain);
    else if (text.charCodeAt(at) === 44) at = push(tokens, 'mark', text, at, at + 1);
    else at = matchToken(tokens, text, at);
  }
  return tokens;
}

/** The end of a word of plain Latin letters that nothing else can begin with; `at` when the pattern has to decide. */
function plainWordEnd(text: string, at: number): number {
  let end = at;
  while (isLatinLetter(text.charCodeAt(end))) end++;
  if (end === at || end === text.length) return end;
  const next = text.charCodeAt(end);
  if (next === 46 && end - at > longestAbbreviation) return isSpace(text, end + 1) ? end : at;
  const closes = next === 32 || next === 10 || next === 44 || next === 33 || next === 63 || next === 41; // space, line feed, comma, ! ? )
  const emoticon = next === 41 || (end - at <= 2 && (text[at] === 'x' || text[at] === 'X'));
  const couldAbbreviate = next === 32 && end - at <= 2 && text.charCodeAt(at) < 91; // "EE UU"
  return closes && !emoticon && !couldAbbreviate ? end : at;
}

/** Letters of the longest abbreviation, and more. */
const longestAbbreviation = 8;
const isSpace = (text: string, at: number): boolean => at >= text.length || text.charCodeAt(at) === 32 || text.charCodeAt(at) === 10;

/** ASCII letters and the letters of Latin-1. */
function isLatinLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 0xc0 && code <= 0xff && code !== 0xd7 && code !== 0xf7);
}

function matchToken(tokens: Token[], text: string, at: number): number {
  tokenPattern.lastIndex = at;
  const match = tokenPattern.exec(text);
  if (!match) return at + 1; // unreachable: the last group takes any character
  const kind = kinds[match.findIndex((group, index) => index > 0 && group !== undefined) - 1]!;
  if (kind === 'url') return push(tokens, kind, text, at, at + trimUrl(match[0]));
  if (kind === 'word' && unspacedScript.test(match[0])) return pushSegments(tokens, match[0], text, at);
  return push(tokens, kind, text, at, at + match[0].length);
}

/** The length of a URL without the punctuation of the sentence around it; a bracket stays when the URL opened it. */
function trimUrl(url: string): number {
  let end = url.length;
  while (end > 1) {
    const last = url[end - 1]!;
    if (last === ')' && url.lastIndexOf('(', end - 1) >= 0) break;
    if (!'.,;:!?)]}…\'"*'.includes(last)) break;
    end--;
  }
  return end;
}

function pushSegments(tokens: Token[], run: string, text: string, at: number): number {
  for (const { index, segment, isWordLike } of segmenter.segment(run.slice(0, 10_000)))
    push(tokens, isWordLike ? 'word' : 'mark', text, at + index, at + index + segment.length);
  return at + Math.min(run.length, 10_000);
}

function push(tokens: Token[], kind: TokenKind, text: string, start: number, end: number): number {
  const own = text.slice(start, end);
  tokens.push({ kind, start, end, text: own, folded: foldedOf(own) });
  return end;
}

const maxFolded = 50_000;
const longestFolded = 40;
const foldedWords = new Map<string, string>();

/** A string of its own: a part of a text from 13 letters on keeps the whole text in memory. */
const copyOf = (word: string): string => (word.length > 12 ? Buffer.from(word, 'utf16le').toString('utf16le') : word);

/** The key of a word, the same string for the same word: word lists find a string that they have seen without comparing letters. */
function foldedOf(word: string): string {
  if (word.length > longestFolded) return foldWord(word);
  let folded = foldedWords.get(word);
  if (folded === undefined) {
    folded = copyOf(foldWord(word));
    folded = foldedWords.get(folded) ?? folded;
    if (foldedWords.size >= maxFolded) foldedWords.clear(); // refilled within a few texts
    foldedWords.set(copyOf(word), folded);
    foldedWords.set(folded, folded);
  }
  return folded;
}

const asciiOnly = /^[\0-\x7f]*$/;

/** The key of a word in every word list: NFC, lower case, straight apostrophes, without zero-width characters. */
export function foldWord(word: string): string {
  if (asciiOnly.test(word)) return word.toLowerCase();
  return word
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u00AD\u200B-\u200D\u2060\uFEFF]/g, '')
    .replace(/’/g, "'");
}

function skipBlank(text: string, from: number): number {
  const code = text.charCodeAt(from);
  if (code > 32 && code < 0xad) return from;
  blank.lastIndex = from;
  return blank.test(text) ? blank.lastIndex : from;
}
