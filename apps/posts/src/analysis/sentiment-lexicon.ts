import { emojiSentiment, ironicEmoji } from './data/emoji-sentiment.ts';
import { englishSentiment } from './data/sentiment-en.ts';
import { spanishSentiment } from './data/sentiment-es.ts';
import { englishAdjective, englishNoun, englishVerb, spanishAdjective, spanishNoun, spanishVerb } from './inflect.ts';
import { type FullLanguage, phraseList, wordSet } from './text-document.ts';

type Weighted = readonly (readonly [number, string])[];

/** Lemmas by valence, and the words that change the valence of others. Lists are separated by spaces, phrases by commas. */
export interface LexiconSource {
  readonly adjectives: Weighted;
  readonly verbs: Weighted;
  readonly nouns: Weighted;
  /** Words taken as they stand. */
  readonly fixed: Weighted;
  /** Two to five words whose valence differs from that of their words; a negation in front changes nothing. */
  readonly phrases: Weighted;
  readonly negators: string;
  /** Negators that reach to the end of their clause; the others reach four words. */
  readonly clauseNegators: string;
  /** Words that turn over a negative word and leave a positive one alone: "solved the problem". */
  readonly reversers: string;
  /** After one of these a negator does not negate: "not only". */
  readonly notNegating: string;
  /** Negators that make a comparative the highest degree: "never been happier". */
  readonly superlativeNegators: string;
  readonly comparatives: string;
  readonly intensifiers: string;
  readonly diminishers: string;
  readonly contrasts: string;
}

export interface Phrase {
  readonly words: readonly string[];
  readonly weight: number;
}

export interface SentimentLexicon {
  readonly weights: ReadonlyMap<string, number>;
  /** By first word, the longest first. */
  readonly phrases: ReadonlyMap<string, readonly Phrase[]>;
  readonly negators: ReadonlySet<string>;
  readonly clauseNegators: ReadonlySet<string>;
  readonly reversers: ReadonlySet<string>;
  readonly notNegating: ReadonlySet<string>;
  readonly superlativeNegators: ReadonlySet<string>;
  readonly comparatives: ReadonlySet<string>;
  readonly intensifiers: ReadonlySet<string>;
  readonly diminishers: ReadonlySet<string>;
  readonly contrasts: ReadonlySet<string>;
}

type Inflect = (word: string) => string[];

function weightsOf(groups: readonly (readonly [Weighted, Inflect])[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [group, inflect] of groups)
    for (const [weight, list] of group)
      for (const lemma of wordSet(list)) for (const form of inflect(lemma)) if (!weights.has(form)) weights.set(form, weight);
  return weights;
}

function phrasesOf(source: Weighted): Map<string, Phrase[]> {
  const phrases = new Map<string, Phrase[]>();
  for (const [weight, list] of source)
    for (const phrase of phraseList(list)) {
      const words = phrase.split(' ');
      phrases.set(words[0]!, [...(phrases.get(words[0]!) ?? []), { words, weight }]);
    }
  for (const group of phrases.values()) group.sort((a, b) => b.words.length - a.words.length);
  return phrases;
}

function build(source: LexiconSource, adjective: Inflect, verb: Inflect, noun: Inflect): SentimentLexicon {
  const asIs: Inflect = (word) => [word];
  return {
    weights: weightsOf([
      [source.fixed, asIs],
      [source.adjectives, adjective],
      [source.nouns, noun],
      [source.verbs, verb],
    ]),
    phrases: phrasesOf(source.phrases),
    negators: wordSet(source.negators),
    clauseNegators: wordSet(source.clauseNegators),
    reversers: wordSet(source.reversers),
    notNegating: wordSet(source.notNegating),
    superlativeNegators: wordSet(source.superlativeNegators),
    comparatives: wordSet(source.comparatives),
    intensifiers: wordSet(source.intensifiers),
    diminishers: wordSet(source.diminishers),
    contrasts: wordSet(source.contrasts),
  };
}

export const sentimentLexicons: Readonly<Record<FullLanguage, SentimentLexicon>> = {
  en: build(englishSentiment, englishAdjective, englishVerb, englishNoun),
  es: build(spanishSentiment, spanishAdjective, spanishVerb, spanishNoun),
};

export const emojiWeights: ReadonlyMap<string, number> = new Map(
  emojiSentiment.flatMap(([weight, list]) => [...wordSet(list)].map((emoji) => [emoji, weight] as const)),
);
export const ironic: ReadonlySet<string> = wordSet(ironicEmoji);

/** An emoji without skin tone and variation selector; of a joined sequence the first part. */
export function plainEmoji(emoji: string): string {
  return emoji.replace(/[\u{1F3FB}-\u{1F3FF}\uFE0F]/gu, '').split('\u200D')[0]!;
}
