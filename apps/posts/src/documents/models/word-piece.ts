/**
 * Cuts texts into the word pieces of a BERT vocabulary.
 *
 * @see Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding"
 * @see Schuster, Nakajima 2012, "Japanese and Korean Voice Search": greedy longest match
 */

export interface WordPieceOptions {
  /** Number of each piece; those inside of a word begin with `##`. Has `[CLS]`, `[SEP]` and `[UNK]`. */
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly isUncased: boolean;
  /** Of a text, with the two marks around it; at least 3. */
  readonly maxTokens: number;
}

/** A longer word is unknown. */
const maxWordLength = 100;
/** Characters that are words of their own: ideographs, and what is punctuation to ASCII or to Unicode. */
const separate = /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2ebef}]|[!-/:-@[-`{-~]|\p{P}/gu;

/** @returns numbers of the pieces, `[CLS]` first and `[SEP]` last */
export function wordPieces(text: string, { vocabulary, isUncased, maxTokens }: WordPieceOptions): number[] {
  const [first, last, unknown] = ['[CLS]', '[SEP]', '[UNK]'].map((mark) => vocabulary.get(mark)!) as [number, number, number];
  const pieces = [first];
  for (const word of wordsOf(text.slice(0, 20 * maxTokens), isUncased)) {
    pieces.push(...piecesOf(word, vocabulary, unknown));
    if (pieces.length >= maxTokens) break;
  }
  return [...pieces.slice(0, maxTokens - 1), last];
}

function wordsOf(text: string, isUncased: boolean): string[] {
  const clean = text.replace(/[\p{Cc}\p{Cf}\ufffd]/gu, (sign) => (/\s/.test(sign) ? ' ' : ''));
  const folded = isUncased
    ? clean
        .toLowerCase()
        .normalize('NFD')
        .replace(/\p{Mn}/gu, '')
    : clean;
  return folded.replace(separate, ' $& ').split(/\s+/u).filter(Boolean);
}

function piecesOf(word: string, vocabulary: ReadonlyMap<string, number>, unknown: number): number[] {
  const signs = [...word];
  if (signs.length > maxWordLength) return [unknown];
  const pieces: number[] = [];
  for (let start = 0; start < signs.length; ) {
    let end = signs.length;
    let found: number | undefined;
    for (; end > start && found === undefined; end--) found = vocabulary.get(`${start > 0 ? '##' : ''}${signs.slice(start, end).join('')}`);
    if (found === undefined) return [unknown];
    pieces.push(found);
    start = end + 1;
  }
  return pieces;
}
