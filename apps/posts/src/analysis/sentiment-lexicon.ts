import { emojiSentiment, ironicEmoji } from './data/emoji-sentiment.ts';
import type { LexiconSource, Weighted } from './data/lexicon-source.ts';
import { englishSentiment } from './data/sentiment-en.ts';
import { spanishSentiment } from './data/sentiment-es.ts';
import { vaderLexicon } from './data/sentiment-vader.ts';
import { englishAdjective, englishNoun, englishVerb, spanishAdjective, spanishNoun, spanishVerb } from './inflect.ts';
import { type FullLanguage, phraseList, wordSet } from './text-document.ts';

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

function build(source: LexiconSource, adjective: Inflect, verb: Inflect, noun: Inflect, more: Weighted = []): SentimentLexicon {
  const asIs: Inflect = (word) => [word];
  return {
    weights: weightsOf([
      [source.fixed, asIs],
      [source.adjectives, adjective],
      [source.nouns, noun],
      [source.verbs, verb],
      [more, asIs],
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
  en: build(englishSentiment, englishAdjective, englishVerb, englishNoun, vaderLexicon),
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
