/** Words or phrases by their valence in [-4, 4]. */
export type Weighted = readonly (readonly [number, string])[];

/** A valence in [-4, 4] and phrases for it; see `compilePhrases` for how they are written. */
export type PhraseSource = readonly [number, string];

/** Lemmas by valence, and the words that change the valence of others. Lists are separated by spaces, phrases by commas. */
export interface LexiconSource {
  readonly adjectives: Weighted;
  readonly verbs: Weighted;
  readonly nouns: Weighted;
  /** Words taken as they stand. */
  readonly fixed: Weighted;
  /** Two to five words whose valence differs from that of their words; a negation in front changes nothing. */
  readonly phrases: readonly PhraseSource[];
  /** Words without a valence of their own whose negation is a complaint: "nobody answered", "does not load". */
  readonly expected: string;
  /** Words that begin praise; before "another" or after a complaint they mean the opposite. */
  readonly praise: string;
  /** Words after a praise at the start of a sentence that make it irony: "great, another". */
  readonly again: string;
  /** First words of a sentence that tells of today: what stands before is over. */
  readonly today: string;
  /** First words of a clause that is conceded: it counts less than what follows its comma. */
  readonly concessions: string;
  /** First words of a sentence that regret what follows: "shame that such a promising event …". */
  readonly regrets: string;
  /** Words behind a trouble, or before it, that tell that it is over: "the bug is gone". */
  readonly removers: string;
  readonly negators: string;
  /** Negators that reach to the end of their clause; the others reach four words. */
  readonly clauseNegators: string;
  /** Words that turn over a negative word and leave a positive one alone: "solved the problem". */
  readonly reversers: string;
  /** After one of these a negator does not negate: "not only". */
  readonly notNegating: string;
  /** Negators that turn over a phrase of blame right behind them: "never regretted". */
  readonly besides: string;
  /** Negators that make a comparative the highest degree: "never been happier". */
  readonly superlativeNegators: string;
  readonly comparatives: string;
  readonly intensifiers: string;
  readonly diminishers: string;
  readonly contrasts: string;
}
