import { type CueGroup, toneCues, toneEmoji } from './data/tone-cues.ts';
import { tonePhrases } from './data/tone-phrases.ts';
import { englishVerb, spanishVerb } from './inflect.ts';
import { type Opens, openingsOf, phraseOpenings } from './phrase-openings.ts';
import type { Sentiment } from './sentiment.ts';
import { plainEmoji } from './sentiment-lexicon.ts';
import { compilePhrases, type Phrases, phraseAt } from './sentiment-phrases.ts';
import {
  confidenceOf,
  type FullLanguage,
  phraseList,
  type Span,
  standAt,
  type TextDocument,
  type Token,
  wordSet,
} from './text-document.ts';
import { tokenize } from './tokenize.ts';
import { wordFact } from './vocabulary.ts';

/** The tones of a post, in the order in which equal evidence decides. */
export const tones = ['formal', 'casual', 'enthusiastic', 'urgent', 'critical', 'informative', 'empathetic'] as const;
export type Tone = (typeof tones)[number];

export interface ToneEvidence extends Span {
  readonly tone: Tone;
  readonly text: string;
  /** What it adds to its tone. */
  readonly weight: number;
}

export interface ToneResult {
  /** The tone with most evidence. */
  readonly label: Tone;
  readonly confidence: number;
  /** Share of the evidence of each tone, in [0, 1]. */
  readonly scores: Readonly<Record<Tone, number>>;
  /** In the order of the text. */
  readonly evidence: readonly ToneEvidence[];
}

interface Cue {
  readonly words: readonly string[];
  readonly group: CueGroup;
  readonly weight: number;
}

/** The tone that a group of cues speaks for, and how much of their weight counts. */
const toneOfGroup: Readonly<Record<CueGroup, readonly [tone: Tone, share: number]>> = {
  formal: ['formal', 1],
  casual: ['casual', 1],
  humorous: ['casual', 1],
  enthusiastic: ['enthusiastic', 1],
  informative: ['informative', 1],
  persuasive: ['enthusiastic', 0.3],
  empathetic: ['empathetic', 1],
  urgent: ['urgent', 1],
  critical: ['critical', 1],
};
/** The cues that begin with a word, the longest first. */
const cues: Readonly<Record<FullLanguage, ReadonlyMap<string, readonly Cue[]>>> = { en: cuesOf('en'), es: cuesOf('es') };
const opensCue = { en: opensCueOf('en'), es: opensCueOf('es') };
function opensCueOf(language: FullLanguage): Opens {
  return openingsOf([...cues[language].values()].flatMap((known) => known.map(({ words }) => words)));
}
const emojiGroups = new Map(
  Object.entries(toneEmoji).flatMap(([group, list]) => [...wordSet(list)].map((emoji) => [emoji, group as CueGroup] as const)),
);
const patterns: Readonly<Record<FullLanguage, readonly (readonly [CueGroup, Phrases])[]>> = {
  en: patternsOf('en', englishVerb),
  es: patternsOf('es', spanishVerb),
};
const opens = { en: opensGroup('en'), es: opensGroup('es') };
function opensGroup(language: FullLanguage): Opens {
  return phraseOpenings(patterns[language].map(([, { byFirst }]) => byFirst));
}
const maxEvidence = 200;

/**
 * Tells the tone of a text from phrases, emoji, punctuation, contractions and figures that speak for one. Without any evidence a text is
 * informative, with low confidence.
 *
 * @param sentiment of the same text: blame is critical, praise is enthusiastic
 */
export function findTone(document: TextDocument, language: FullLanguage, sentiment: Sentiment): ToneResult {
  const weights = new Map<Tone, number>(tones.map((tone) => [tone, 0]));
  const evidence: ToneEvidence[] = [];
  const add = (group: CueGroup, full: number, span?: Span): void => {
    const [tone, share] = toneOfGroup[group];
    const weight = full * share;
    weights.set(tone, weights.get(tone)! + weight);
    if (span && evidence.length < maxEvidence)
      evidence.push({ tone, start: span.start, end: span.end, text: document.text.slice(span.start, span.end), weight });
  };
  addCues(document, language, add);
  addPatterns(document, language, add);
  addStyle(document, language, add);
  addAttitude(sentiment, add);
  return decide(weights, evidence);
}

type Add = (group: CueGroup, weight: number, span?: Span) => void;

function decide(weights: ReadonlyMap<Tone, number>, evidence: readonly ToneEvidence[]): ToneResult {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  if (total < 0.3) return { label: 'informative', confidence: 0.2, scores: scoresOf(weights, 1), evidence };
  const [label, most] = [...weights].reduce((best, next) => (next[1] > best[1] ? next : best));
  return { label, confidence: confidenceOf((most / total) * (most / (most + 0.8))), scores: scoresOf(weights, total), evidence };
}

function scoresOf(weights: ReadonlyMap<Tone, number>, total: number): Record<Tone, number> {
  return Object.fromEntries([...weights].map(([tone, weight]) => [tone, confidenceOf(weight / total)])) as Record<Tone, number>;
}

function addCues({ tokens }: TextDocument, language: FullLanguage, add: Add): void {
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind === 'emoji') {
      const group = emojiGroups.get(plainEmoji(token.text));
      if (group) add(group, 0.8, token);
    }
    const cue = opensCue[language](tokens, at, tokens.length) ? cueAt(cues[language], tokens, at) : undefined;
    if (!cue) continue;
    add(cue.group, cue.weight, { start: token.start, end: tokens[at + cue.words.length - 1]!.end });
    at += cue.words.length - 1;
  }
}

const cueAt = (known: ReadonlyMap<string, readonly Cue[]>, tokens: readonly Token[], at: number): Cue | undefined =>
  known.get(tokens[at]!.folded)?.find(({ words }) => standAt(words, tokens, at, tokens.length));

function addPatterns({ tokens, sentences }: TextDocument, language: FullLanguage, add: Add): void {
  const free = patterns[language].map(() => 0); // by group: the first token that no match has taken
  for (const { first, last } of sentences)
    for (let at = first; at < last; at++) if (opens[language](tokens, at, last)) addGroups(free, tokens, at, last, language, add);
}

function addGroups(free: number[], tokens: readonly Token[], at: number, end: number, language: FullLanguage, add: Add): void {
  for (let index = 0; index < free.length; index++) {
    const [group, phrases] = patterns[language][index]!;
    const found = at < free[index]! ? undefined : phraseAt(phrases, tokens, at, end);
    if (!found) continue;
    add(group, found.weight, { start: tokens[at]!.start, end: tokens[found.last]!.end });
    free[index] = found.last + 1;
  }
}

/** Blame is critical and praise enthusiastic, the more the stronger it is; a single mild word of praise is none. */
function addAttitude({ label, score }: Sentiment, add: Add): void {
  if (label === 'negative') add('critical', 1.3 * -score);
  if (label === 'positive') add('enthusiastic', 1.2 * Math.max(0, score - 0.25));
}

const [laughs, shouts, isLong, contracts] = [1, 2, 4, 8] as const;
const addresses = { en: 16, es: 32 };

/** What the style of a word says, as bits. */
const styleOf = wordFact(({ text, folded }) => {
  let style = /^(?:(?:ja|je|ha|he){2,20}j?h?|lo+l|lmf?ao)$/.test(folded) ? laughs : 0;
  if (text.length > 3 && text.length < 20 && /^[A-ZÁÉÍÓÚÑ]+$/.test(text)) style |= shouts;
  if (text.length > 9) style |= isLong;
  if (/^[a-z]+'(?:m|re|ve|ll|s|t)$/.test(folded)) style |= contracts;
  if (/^(?:you|your|yours)$/.test(folded)) style |= addresses.en;
  if (/^(?:tú|te|ti|tu|tus|contigo)$/.test(folded)) style |= addresses.es;
  return style;
});

/** What the style says: exclamations, contractions, figures, long words, laughter, direct address. */
function addStyle({ tokens, words, sentences }: TextDocument, language: FullLanguage, add: Add): void {
  let [longWords, address] = [0, 0];
  for (const token of tokens) {
    if (token.kind === 'mark' && token.text[0] === '!') add('enthusiastic', Math.min(1.2, 0.45 * token.text.length), token);
    else if (token.kind === 'number') add('informative', 0.25);
    else if (token.kind === 'emoticon') add('casual', 0.6, token);
    if (token.kind !== 'word') continue;
    const style = styleOf(token.word);
    if (style === 0) continue;
    if (style & laughs) add('humorous', 1.2, token);
    else if (style & shouts) add('enthusiastic', 0.12);
    if (style & isLong) longWords++;
    if (language === 'en' && style & contracts) add('casual', 0.08);
    if (style & addresses[language]) address++;
  }
  add('persuasive', Math.min(0.9, 0.22 * address));
  const share = longWords / Math.max(8, words.length);
  add('formal', Math.min(0.8, 2.2 * share));
  if (sentences.length && words.length / sentences.length > 18) add('formal', 0.3);
}

function patternsOf(language: FullLanguage, verb: (entry: string) => string[]): [CueGroup, Phrases][] {
  return Object.entries(tonePhrases[language]).map(([group, sources]) => [group as CueGroup, compilePhrases(sources, verb)]);
}

function cuesOf(language: FullLanguage): Map<string, Cue[]> {
  const found = new Map<string, Cue[]>();
  for (const [group, weighted] of Object.entries(toneCues[language]))
    for (const [weight, list] of weighted)
      for (const phrase of phraseList(list)) {
        const words = tokenize(phrase).map(({ folded }) => folded);
        found.set(words[0]!, [...(found.get(words[0]!) ?? []), { words, group: group as CueGroup, weight }]);
      }
  for (const group of found.values()) group.sort((a, b) => b.words.length - a.words.length);
  return found;
}
