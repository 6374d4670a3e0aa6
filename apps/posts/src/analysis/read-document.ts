import { splitSentences } from './split-sentences.ts';
import { isWord, type TextDocument } from './text-document.ts';
import { tokenize } from './tokenize.ts';

/** The longest text that is analysed, in UTF-16 units. */
export const maxTextUnits = 1_048_576;

/**
 * Tokenises a text and splits it into sentences.
 *
 * @throws RangeError above `maxTextUnits`
 */
export function readDocument(text: string): TextDocument {
  if (text.length > maxTextUnits) throw new RangeError(`a text has at most ${maxTextUnits} UTF-16 units, this one has ${text.length}`);
  const tokens = tokenize(text);
  return { text, tokens, sentences: splitSentences(text, tokens), words: tokens.filter(isWord) };
}
