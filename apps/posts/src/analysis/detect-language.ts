import { functionWords, tellingEndings, tellingLetters } from './data/function-words.ts';
import { familyNames, firstNames } from './data/names.ts';
import { topicWords } from './data/topic-words.ts';
import { confidenceOf, type Sentence, type TextDocument, type Token, wordSet } from './text-document.ts';
import { sharedFact, wordFact } from './vocabulary.ts';

export interface LanguageShare {
  readonly language: string;
  /** Share of the words, in [0, 1]. */
  readonly share: number;
}

export interface LanguageResult {
  /** ISO 639-1; `und` when the text has too little language to tell. */
  readonly language: string;
  readonly confidence: number;
  /** More than one language with at least a fifth of the words each, by sentence; otherwise one entry, or none for `und`. */
  readonly shares: readonly LanguageShare[];
  /** Language of each sentence, in their order. */
  readonly sentences: readonly string[];
}

const languages = Object.keys(functionWords);
const weightOfWord = new Map<string, Float64Array>();
for (const [index, language] of languages.entries())
  for (const word of functionWords[language]!.split(/\s+/).filter(Boolean)) {
    const weights = weightOfWord.get(word) ?? new Float64Array(languages.length);
    weights[index] = 1;
    weightOfWord.set(word, weights);
  }
/** English and Spanish are the languages of most texts here: of a word that several languages share they get more. */
const priorOf = (language: string): number => (language === 'en' || language === 'es' ? 1.3 : 1);
for (const weights of weightOfWord.values()) {
  const holders = weights.reduce((sum, weight) => sum + weight, 0);
  const isShared = holders > 1;
  for (let at = 0; at < weights.length; at++) weights[at]! *= (isShared ? priorOf(languages[at]!) : 1) / holders ** 1.3;
}

/** Adds what the lexicons know: a topic word counts half of a function word. */
export function learnWords(language: string, words: Iterable<string>): void {
  const index = languages.indexOf(language);
  for (const word of words) {
    const weights = weightOfWord.get(word);
    if (!weights) weightOfWord.set(word, languageWeight(index, 0.5));
    else if (weights.every((weight) => weight <= 0.5)) weights[index] = 0.5;
  }
}
for (const [language, list] of Object.entries(topicWords)) learnWords(language, wordSet(list));

const scripts: readonly [string, RegExp][] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['zh', /\p{Script=Han}/u],
  ['ko', /\p{Script=Hangul}/u],
  ['ru', /\p{Script=Cyrillic}/u],
  ['el', /\p{Script=Greek}/u],
  ['ar', /\p{Script=Arabic}/u],
  ['he', /\p{Script=Hebrew}/u],
  ['th', /\p{Script=Thai}/u],
  ['hi', /\p{Script=Devanagari}/u],
];
const isNonLatin = wordFact(({ text }) => /[\u0370-\u1cff\u2e80-\ud7ff]/.test(text));
const accented = /[^\0-\x7f]/;
/** The words that are looked at: more tell nothing new. */
const maxWords = 400;

/**
 * Tells the language of a text and of each of its sentences from function words, word endings and letters; other scripts by their letters.
 * URLs, addresses, mentions, hashtags and emoji say nothing.
 *
 * @see Grefenstette 1995, "Comparing two language identification schemes": short words tell the language of a short text
 */
export function detectLanguage(document: TextDocument): LanguageResult {
  const scores = new Float64Array(languages.length);
  const words = document.words.length > maxWords ? document.words.slice(0, maxWords) : document.words;
  const script = byScript(words);
  if (script)
    return { ...script, shares: [{ language: script.language, share: 1 }], sentences: document.sentences.map(() => script.language) };
  if (words.every(({ word }) => isName(word)))
    return { language: 'und', confidence: 0.8, shares: [], sentences: document.sentences.map(() => 'und') };
  for (const word of unquoted(document, words)) addEvidence(scores, word);
  addMarks(scores, document);
  const whole = winner(scores);
  if (whole.language === 'und') return { ...whole, shares: [], sentences: document.sentences.map(() => 'und') };
  const sentences = document.sentences.map((sentence) => ofSentence(document, sentence, whole.language));
  return { ...whole, shares: sharesOf(document, sentences, whole.language), sentences };
}

/** The words outside of quotation marks: what is cited may be of another language. All of them, when fewer than three stand outside. */
function unquoted({ tokens }: TextDocument, words: readonly Token[]): readonly Token[] {
  const end = Math.min(tokens.length, 4 * maxWords);
  let opened = -1;
  let at = 0;
  while (at < end && !isQuoteAt(tokens, at)) at++;
  if (at === end) return words;
  const cited = new Set<Token>();
  for (; at < end; at++) {
    if (!isQuoteAt(tokens, at)) continue;
    if (opened < 0) opened = at;
    else {
      for (const token of tokens.slice(opened + 1, at)) cited.add(token);
      opened = -1;
    }
  }
  if (cited.size === 0) return words;
  const outside = words.filter((word) => !cited.has(word));
  return outside.length >= 3 ? outside : words;
}

const isQuote = wordFact(({ text }) => /^["“”«»]$/.test(text));
const isQuoteAt = (tokens: readonly Token[], at: number): boolean => tokens[at]!.kind === 'mark' && isQuote(tokens[at]!.word);

/** Names of people and the word OK are the same in every language. */
const isName = wordFact(({ folded, isCapital }) => folded === 'ok' || (isCapital && (firstNames.has(folded) || familyNames.has(folded))));

function byScript(words: readonly Token[]): { language: string; confidence: number } | undefined {
  let other = 0;
  const seen = new Map<string, number>();
  for (const { text, word } of words) {
    if (!isNonLatin(word)) continue;
    other++;
    const found = scripts.find(([, pattern]) => pattern.test(text));
    if (found) seen.set(found[0], (seen.get(found[0]) ?? 0) + 1);
  }
  if (other * 2 <= words.length || seen.size === 0) return undefined;
  if (seen.has('ja')) return { language: 'ja', confidence: 0.95 };
  const [language] = [...seen].reduce((best, next) => (next[1] > best[1] ? next : best));
  return { language, confidence: language === 'ru' || language === 'ar' || language === 'hi' ? 0.7 : 0.95 }; // scripts of several languages
}

/** What a word tells by itself: pairs of the index of a language and its score, flat. */
const evidence = sharedFact(({ folded }) =>
  folded.length > 40 ? [] : [...evidenceOf(folded)].flatMap((score, at) => (score ? [at, score] : [])),
);

function addEvidence(scores: Float64Array, { word }: Token): void {
  const pairs = evidence(word);
  for (let at = 0; at < pairs.length; at += 2) scores[pairs[at]!]! += pairs[at + 1]!;
}

function evidenceOf(folded: string): Float64Array {
  const known = weightOfWord.get(folded);
  const scores = known ? Float64Array.from(known) : new Float64Array(languages.length);
  const foreign = accented.test(folded);
  if (folded.length < 4 && !foreign) return scores;
  for (let at = 0; at < scores.length; at++) {
    const language = languages[at]!;
    if (!known && folded.length > 3 && tellingEndings[language]!.test(folded)) scores[at]! += 0.22;
    if ((foreign || folded.includes("'") || (!known && language !== 'en')) && tellingLetters[language]!.test(folded))
      scores[at]! += foreign ? 0.6 : 0.15;
  }
  if (foreign && /[áéíóú]/.test(folded) && !/[àèìòùâêôãõçäëïöü]|[íá]ve(?:l|is)$|ées?$/.test(folded))
    scores[languages.indexOf('es')]! += 0.3;
  return scores;
}

function addMarks(scores: Float64Array, { tokens }: TextDocument): void {
  for (let at = 0; at < Math.min(tokens.length, 4 * maxWords); at++)
    if (opensSpanish(tokens[at]!.word)) scores[languages.indexOf('es')]! += 0.8;
}

const opensSpanish = wordFact(({ text }) => text[0] === '¿' || text[0] === '¡');

function winner(scores: Float64Array): { language: string; confidence: number } {
  let best = 0;
  let second = -1;
  for (let at = 1; at < scores.length; at++) {
    if (scores[at]! > scores[best]!) [best, second] = [at, best];
    else if (second < 0 || scores[at]! > scores[second]!) second = at;
  }
  const [first, next] = [scores[best]!, second < 0 ? 0 : scores[second]!];
  if (first < 0.2) return { language: 'und', confidence: confidenceOf(1 - first) };
  return { language: languages[best]!, confidence: confidenceOf((1 - next / (first + 0.25)) * 0.6 + 0.4 * (first / (first + 0.6))) };
}

function ofSentence(document: TextDocument, sentence: Sentence, fallback: string): string {
  const scores = new Float64Array(languages.length);
  let words = 0;
  for (let at = sentence.first; at < Math.min(sentence.last, sentence.first + maxWords); at++) {
    const token = document.tokens[at]!;
    if (token.kind !== 'word') continue;
    words++;
    addEvidence(scores, token);
  }
  if (words < 2) return fallback;
  const found = winner(scores);
  const lead = scores[languages.indexOf(found.language)]! - (scores[languages.indexOf(fallback)] ?? 0);
  return found.language === 'und' || lead < 0.75 ? fallback : found.language;
}

function sharesOf(document: TextDocument, sentences: readonly string[], whole: string): LanguageShare[] {
  const words = new Map<string, number>([[whole, 0]]);
  for (const [index, language] of sentences.entries()) {
    const { first, last } = document.sentences[index]!;
    words.set(language, (words.get(language) ?? 0) + last - first);
  }
  const total = [...words.values()].reduce((sum, count) => sum + count, 0) || 1;
  const shares = [...words].map(([language, count]) => ({ language, share: confidenceOf(count / total) }));
  return shares.filter(({ share }) => share >= 0.2).sort((a, b) => b.share - a.share);
}

function languageWeight(index: number, weight: number): Float64Array {
  const weights = new Float64Array(languages.length);
  weights[index] = weight;
  return weights;
}
