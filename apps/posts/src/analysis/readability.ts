import { countSyllables } from './syllables.ts';
import { type FullLanguage, hundredths, type TextDocument } from './text-document.ts';
import { sharedFact, type Word } from './vocabulary.ts';

/** What the formulas count. Numbers, URLs, hashtags and emoji are no words. */
export interface ReadabilityCounts {
  readonly sentences: number;
  readonly words: number;
  readonly syllables: number;
  /** Letters and digits of the words. */
  readonly characters: number;
  /** Words of three syllables or more. */
  readonly polysyllables: number;
  /** Polysyllables that are no proper names, compounds or inflections (Gunning). */
  readonly complexWords: number;
}

export type InfleszBand = 'very-hard' | 'somewhat-hard' | 'normal' | 'fairly-easy' | 'very-easy';

export interface Readability extends ReadabilityCounts {
  readonly flesch: number;
  readonly fleschKincaidGrade: number;
  readonly smog: number;
  readonly ari: number;
  readonly colemanLiau: number;
  readonly gunningFog: number;
  readonly fernandezHuerta: number;
  readonly szigrisztPazos: number;
  /** Band of `szigrisztPazos`. */
  readonly inflesz: InfleszBand;
  readonly readingTimeSeconds: number;
  /** In [0, 1]; the formulas were made for texts of 100 words and more. */
  readonly confidence: number;
}

/** Words per minute of silent reading. @see Brysbaert 2019, "How many words do we read per minute?" */
const wordsPerMinute: Readonly<Record<FullLanguage, number>> = { en: 238, es: 278 };

/** Counts the document and applies every formula; null for a text without words. */
export function measureReadability(document: TextDocument, language: FullLanguage): Readability | null {
  if (document.words.length === 0) return null;
  const counts = countText(document, language);
  return {
    ...counts,
    ...readabilityScores(counts),
    readingTimeSeconds: Math.max(1, Math.round((counts.words * 60) / wordsPerMinute[language])),
    confidence: hundredths(Math.min(1, 0.2 + counts.words / 125)),
  };
}

/**
 * Readability from counts alone, rounded to 0.01.
 *
 * @see Flesch 1948; Kincaid et al. 1975 (Flesch-Kincaid grade, ARI); McLaughlin 1969 (SMOG); Coleman & Liau 1975; Gunning 1952 (fog);
 *   Fernández Huerta 1959, with words per sentence as corrected by Law 2011; Szigriszt-Pazos 1993; Barrio-Cantalejo et al. 2008 (INFLESZ)
 */
export function readabilityScores(counts: ReadabilityCounts) {
  const { words, syllables, characters, polysyllables, complexWords } = counts;
  const sentences = Math.max(1, counts.sentences);
  const perSentence = words / sentences;
  const perWord = syllables / words;
  const szigriszt = 206.835 - 62.3 * perWord - perSentence;
  return {
    flesch: hundredths(206.835 - 1.015 * perSentence - 84.6 * perWord),
    fleschKincaidGrade: hundredths(0.39 * perSentence + 11.8 * perWord - 15.59),
    smog: hundredths(1.043 * Math.sqrt((polysyllables * 30) / sentences) + 3.1291),
    ari: hundredths(4.71 * (characters / words) + 0.5 * perSentence - 21.43),
    colemanLiau: hundredths(5.88 * (characters / words) - 29.6 * (sentences / words) - 15.8),
    gunningFog: hundredths(0.4 * (perSentence + (100 * complexWords) / words)),
    fernandezHuerta: hundredths(206.84 - 60 * perWord - 1.02 * perSentence),
    szigrisztPazos: hundredths(szigriszt),
    inflesz: bandOf(szigriszt),
  };
}

function bandOf(szigriszt: number): InfleszBand {
  if (szigriszt < 40) return 'very-hard';
  if (szigriszt < 55) return 'somewhat-hard';
  if (szigriszt < 65) return 'normal';
  return szigriszt < 80 ? 'fairly-easy' : 'very-easy';
}

function countText({ text, tokens, words, sentences }: TextDocument, language: FullLanguage): ReadabilityCounts {
  let [syllables, characters, polysyllables, complexWords] = [0, 0, 0, 0];
  const spokenHere = spokenAs[language];
  for (let at = 0; at < words.length; at++) {
    const own = spokenHere(words[at]!.word);
    syllables += own.syllables;
    characters += own.letters;
    if (own.syllables < 3) continue;
    polysyllables++;
    if (!own.plain) complexWords++;
  }
  let spoken = 0;
  for (const { first, last } of sentences) {
    let at = first;
    while (at < last && tokens[at]!.kind !== 'word' && tokens[at]!.kind !== 'abbreviation') at++;
    if (at < last) spoken++;
  }
  for (const { kind, folded } of tokens) if (kind === 'number') characters += lettersOf(folded);
  return { sentences: spoken, words: countWords(text), syllables, characters, polysyllables, complexWords };
}

/** What the formulas count of a word. */
const soundOf =
  (language: FullLanguage) =>
  ({ text, folded }: Word) => {
    const syllables = countSyllables(folded, language);
    return { syllables, letters: lettersOf(folded), plain: syllables > 2 && isPlainPolysyllable(text, folded, syllables, language) };
  };
const spokenAs = { en: sharedFact(soundOf('en')), es: sharedFact(soundOf('es')) };

/** Runs between white space that hold a letter or a digit: a number, a link, a mention and a hashtag are one word each. */
function countWords(text: string): number {
  let count = 0;
  let counted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isWhite(code)) counted = false;
    else if (!counted && (code < 0x80 ? isPlainLetter(code) : hasLetterAt(text, at))) {
      count++;
      counted = true;
    }
  }
  return count;
}

const isWhite = (code: number): boolean =>
  code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || (code >= 0x1680 && /\s/.test(String.fromCharCode(code)));
const isPlainLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
const hasLetterAt = (text: string, at: number): boolean => {
  letterHere.lastIndex = at;
  return letterHere.test(text);
};
const letterHere = /[\p{L}\p{N}]/uy;

/** Gunning counts no names, no compounds of easy words, and no third syllable that is an ending. */
function isPlainPolysyllable(text: string, folded: string, syllables: number, language: FullLanguage): boolean {
  if (/^\p{Lu}\p{Ll}/u.test(text) || folded.includes('-')) return true;
  return language === 'en' && syllables === 3 && /(?:ed|es|ing)$/.test(folded);
}

function lettersOf(word: string): number {
  let count = 0;
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    if (code >= 0x80 || (code >= 48 && code <= 57) || (code >= 97 && code <= 122)) count++;
  }
  return count;
}
