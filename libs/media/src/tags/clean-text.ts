/** Cleans untrusted text for display: removes characters that are invisible or change the order of others. */

/** Control characters and bidirectional formatting characters (Unicode TR 9 §2), which can make one name look like another. */
const invisible = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Normalises to NFC, replaces lone surrogates, collapses white space. Keeps joiners, which emoji need. */
export const cleanText = (text: string): string => text.toWellFormed().normalize('NFC').replace(/\s+/gu, ' ').replace(invisible, '').trim();

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Returns the longest beginning that fits, cut between two grapheme clusters. */
export function cutAtGrapheme(text: string, fits: (beginning: string) => boolean): string {
  if (fits(text)) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (!fits(kept + segment)) break;
    kept += segment;
  }
  return kept;
}
