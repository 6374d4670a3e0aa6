/**
 * Repairs tag text that was decoded with the wrong encoding. ID3v2 has a flag for ISO 8859-1 and RIFF INFO has no flag at all; taggers write the code
 * page of their machine or UTF-8 into both.
 */

/** @param text as a reader decodes it: every byte one character (ISO 8859-1), or UTF-16 with the wrong byte order */
export function repairText(text: string): string {
  if (hasSwappedBytes(text)) return swapBytes(text);
  const bytes = highBytes(text);
  return bytes === undefined ? text : decodeBytes(bytes);
}

/** Text without a declared encoding: UTF-8 where it is valid, Windows-1251 where only that gives words, else Windows-1252. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const cyrillic = new TextDecoder('windows-1251').decode(bytes);
    return isCyrillic(cyrillic) ? cyrillic : new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The bytes that the text was decoded from, where all its characters are below U+0100 and some are not ASCII. */
function highBytes(text: string): Buffer | undefined {
  return /^[\0-\xff]*$/.test(text) && /[\x80-\xff]/.test(text) ? Buffer.from(text, 'latin1') : undefined;
}

/** Latin letters become multiples of 256 when their bytes are swapped. No language has most of its text there. */
function hasSwappedBytes(text: string): boolean {
  let swapped = 0;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xff) === 0 && text.charCodeAt(at) > 0) swapped++;
  return swapped > text.length / 2;
}

const swapBytes = (text: string) => Buffer.from(text, 'utf16le').swap16().toString('utf16le');

const shortestWord = 4;

/**
 * Whether text decoded as Windows-1251 is plausible: a word of four Cyrillic letters or more, no word that mixes scripts, capitals only where words
 * have them, and as many vowels as Slavic languages have. Western European words mix ASCII letters with few accented ones.
 */
function isCyrillic(text: string): boolean {
  const words = text.match(/\p{L}+/gu) ?? [];
  const cyrillic = words.filter((word) => /^\p{Script=Cyrillic}+$/u.test(word));
  const isMixed = words.some((word) => /\p{Script=Cyrillic}/u.test(word) && !/^\p{Script=Cyrillic}+$/u.test(word));
  if (isMixed || !cyrillic.some((word) => word.length >= shortestWord)) return false;
  return cyrillic.every((word) => /^(?:\p{Lu}?\p{Ll}*|\p{Lu}+)$/u.test(word)) && isVowelShare(cyrillic.join(''));
}

function isVowelShare(letters: string): boolean {
  const vowels = letters.match(/[аеёиоуыэюяіїє]/giu)?.length ?? 0;
  return vowels >= letters.length / 4 && vowels <= (2 * letters.length) / 3;
}
