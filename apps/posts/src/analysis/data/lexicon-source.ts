/** Words or phrases by their valence in [-4, 4]. */
export type Weighted = readonly (readonly [number, string])[];

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
