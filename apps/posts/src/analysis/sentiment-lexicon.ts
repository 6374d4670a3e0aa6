import { emojiSentiment, ironicEmoji } from './data/emoji-sentiment.ts';
import type { LexiconSource, PhraseSource, Weighted } from './data/lexicon-source.ts';
import { englishSentiment } from './data/sentiment-en.ts';
import { spanishSentiment } from './data/sentiment-es.ts';
import { events } from './data/sentiment-events.ts';
import { englishPhrases } from './data/sentiment-phrases-en.ts';
import { spanishPhrases } from './data/sentiment-phrases-es.ts';
import { vaderLexicon } from './data/sentiment-vader.ts';
import { englishAdjective, englishNoun, englishVerb, spanishAdjective, spanishNoun, spanishVerb } from './inflect.ts';
import { compilePhrases, type Phrases } from './sentiment-phrases.ts';
import { type FullLanguage, wordSet } from './text-document.ts';

export interface SentimentLexicon {
  readonly weights: ReadonlyMap<string, number>;
  readonly phrases: Phrases;
  readonly negators: ReadonlySet<string>;
  readonly clauseNegators: ReadonlySet<string>;
  readonly reversers: ReadonlySet<string>;
  readonly notNegating: ReadonlySet<string>;
  /** Negators that turn over blame right behind them. */
  readonly besides: ReadonlySet<string>;
  readonly superlativeNegators: ReadonlySet<string>;
  readonly comparatives: ReadonlySet<string>;
  readonly intensifiers: ReadonlySet<string>;
  readonly diminishers: ReadonlySet<string>;
  readonly contrasts: ReadonlySet<string>;
  readonly expected: ReadonlySet<string>;
  readonly praise: ReadonlySet<string>;
  /** Degrees that may stand before praise. */
  readonly degrees: ReadonlySet<string>;
  readonly again: ReadonlySet<string>;
  readonly today: ReadonlySet<string>;
  readonly concessions: ReadonlySet<string>;
  readonly regrets: ReadonlySet<string>;
  readonly removers: ReadonlySet<string>;
}

type Inflect = (word: string) => string[];

function weightsOf(groups: readonly (readonly [Weighted, Inflect])[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [group, inflect] of groups)
    for (const [weight, list] of group)
      for (const lemma of wordSet(list)) for (const form of inflect(lemma)) if (!weights.has(form)) weights.set(form, weight);
  return weights;
}

function build(
  source: LexiconSource,
  adjective: Inflect,
  verb: Inflect,
  noun: Inflect,
  phrases: readonly PhraseSource[],
  more: Weighted = [],
): SentimentLexicon {
  const asIs: Inflect = (word) => [word];
  return {
    weights: weightsOf([
      [source.fixed, asIs],
      [source.adjectives, adjective],
      [source.nouns, noun],
      [source.verbs, verb],
      [more, asIs],
    ]),
    phrases: compilePhrases([...source.phrases, ...phrases], verb),
    negators: wordSet(source.negators),
    clauseNegators: wordSet(source.clauseNegators),
    reversers: wordSet(source.reversers),
    notNegating: wordSet(source.notNegating),
    besides: wordSet(source.besides),
    superlativeNegators: wordSet(source.superlativeNegators),
    comparatives: wordSet(source.comparatives),
    intensifiers: wordSet(source.intensifiers),
    diminishers: wordSet(source.diminishers),
    contrasts: wordSet(source.contrasts),
    expected: wordSet(source.expected),
    praise: wordSet(source.praise),
    degrees: wordSet(source.intensifiers, 'oh ah vaya just muy'),
    again: wordSet(source.again),
    today: wordSet(source.today),
    concessions: wordSet(source.concessions),
    regrets: wordSet(source.regrets),
    removers: wordSet(source.removers),
  };
}

export const sentimentLexicons: Readonly<Record<FullLanguage, SentimentLexicon>> = {
  en: build(englishSentiment, englishAdjective, englishVerb, englishNoun, [...englishPhrases, ...events.en], vaderLexicon),
  es: build(spanishSentiment, spanishAdjective, spanishVerb, spanishNoun, [...spanishPhrases, ...events.es]),
};

export const emojiWeights: ReadonlyMap<string, number> = new Map(
  emojiSentiment.flatMap(([weight, list]) => [...wordSet(list)].map((emoji) => [emoji, weight] as const)),
);
export const ironic: ReadonlySet<string> = wordSet(ironicEmoji);

/** An emoji without skin tone and variation selector; of a joined sequence the first part. */
export function plainEmoji(emoji: string): string {
  return emoji.replace(/[\u{1F3FB}-\u{1F3FF}\uFE0F]/gu, '').split('\u200D')[0]!;
}
