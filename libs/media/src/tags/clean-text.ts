/** Text from strangers, made fit to be shown: what cannot be seen but changes what is seen is taken out. */

/** Control characters, and the marks that turn the direction of writing around (Unicode TR 9 §2), which make one name look like another. */
const unseen = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** In composed form (NFC), lone surrogates replaced, white space folded. Joiners stay: emoji are made with them. */
export const cleanText = (text: string): string => text.toWellFormed().normalize('NFC').replace(/\s+/gu, ' ').replace(unseen, '').trim();

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The longest beginning that fits, cut between two characters as people see them. */
export function cutAtGrapheme(text: string, fits: (beginning: string) => boolean): string {
  if (fits(text)) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (!fits(kept + segment)) break;
    kept += segment;
  }
  return kept;
}
