/**
 * LinkedIn's "little text" of a post's `commentary`: reserved characters are escaped with a backslash, or the text is cut at the first of them; hashtags
 * are templates.
 *
 * @see https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format
 */

const hashtag = /(?<![\p{L}\p{N}_&/])[#＃]([\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*)/gu;
const reserved = /[\\|{}@[\]()<>#＃*_~]/g;

const escapeReserved = (text: string): string => text.replace(reserved, '\\$&');

/** @param text as people read it */
export function toLittleText(text: string): string {
  let written = '';
  let end = 0;
  for (const match of text.matchAll(hashtag)) {
    written += `${escapeReserved(text.slice(end, match.index))}{hashtag|\\#|${escapeReserved(match[1]!)}}`;
    end = match.index + match[0].length;
  }
  return written + escapeReserved(text.slice(end));
}

const template = /\{hashtag\|\\?[#＃]\|((?:\\.|[^\\}])*)\}/gsu;
const mention = /(?<!\\)@\[((?:\\.|[^\\\]])*)\]\(urn:[^)\s]*\)/gsu;

/** @returns the text that a `commentary` shows */
export function fromLittleText(commentary: string): string {
  return commentary.replace(template, '\\#$1').replace(mention, '$1').replace(/\\(.)/gsu, '$1');
}

const comparable = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replaceAll('＃', '#')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();

/** Whether two texts are the same apart from white space at line ends and the form of characters. */
export const isSamePost = (sent: string, found: string): boolean => comparable(sent) === comparable(found);
