import type { Word } from './vocabulary.ts';

/** A part of a text: UTF-16 units of the original, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type TokenKind = 'word' | 'abbreviation' | 'number' | 'url' | 'email' | 'mention' | 'hashtag' | 'emoji' | 'emoticon' | 'mark';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** The token as it stands in the text. */
  readonly text: string;
  /** Lower case, NFC, straight apostrophes, no zero-width characters: the key for every word list. */
  readonly folded: string;
  /** What is known of it wherever it stands. */
  readonly word: Word;
}

export interface Sentence extends Span {
  /** Index of the first token. */
  readonly first: number;
  /** Index after the last token. */
  readonly last: number;
}

/** A text, tokenised once. Every analysis reads this and never the text again. */
export interface TextDocument {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly sentences: readonly Sentence[];
  readonly words: readonly Token[];
}

/** Languages with word lists of their own. */
export type FullLanguage = 'en' | 'es';

export const isWord = ({ kind }: Token): boolean => kind === 'word' || kind === 'abbreviation';

/** Whether these words stand one after the other from `at` on, all before `end`. */
export function standAt(words: readonly string[], tokens: readonly Token[], at: number, end: number): boolean {
  if (at + words.length > end) return false;
  for (let offset = 0; offset < words.length; offset++) if (tokens[at + offset]!.folded !== words[offset]) return false;
  return true;
}

/** Rounds a confidence or a score to 0.01. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100 || 0; // never -0
}

/** Rounds a confidence to 0.01 within [0, 1]. */
export function confidenceOf(value: number): number {
  return hundredths(Math.min(1, Math.max(0, value)));
}

/** Words of a data file: separated by white space. */
export function wordSet(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(/\s+/)).filter(Boolean));
}

/** Phrases of a data file: separated by commas or line breaks. */
export function phraseList(list: string): string[] {
  return list
    .split(/[,\n]/)
    .map((phrase) => phrase.trim())
    .filter(Boolean);
}
