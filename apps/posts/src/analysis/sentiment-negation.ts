import type { SentimentLexicon } from './sentiment-lexicon.ts';
import type { Sentence, Token } from './text-document.ts';

const reach = 4;
const betweenNegation =
  /^(?:me|te|se|nos|os|le|les|lo|la|ha|han|he|hemos|había|habían|have|has|had|ever|been|be|once|one|a|an|un|una|sola|solo|single|de)$/;

/** A verb of opinion behind a negator: the negation is meant for what is thought. */
const opining = /^(?:think|believe|find|feel|consider|say|imagine|creo|pienso|considero|diría|parece|encuentro|veo)$/;

/** Index of the negator just in front of `at`, pronouns and auxiliaries aside, or -1. */
export function negatorBeside(tokens: readonly Token[], at: number, { first }: Sentence, lexicon: SentimentLexicon): number {
  for (let before = at - 1; before >= Math.max(first, at - 4); before--) {
    const { folded } = tokens[before]!;
    if (lexicon.besides.has(folded)) return before;
    if (!betweenNegation.test(folded)) return -1;
  }
  return -1;
}

/** Index of the negator that reaches `at`, or -1. */
export function findNegator(
  tokens: readonly Token[],
  at: number,
  sentence: Sentence,
  lexicon: SentimentLexicon,
  negative: boolean,
): number {
  for (let before = at - 1, words = 0; before >= sentence.first && words < 9; before--) {
    const { folded, kind } = tokens[before]!;
    if (kind === 'mark' && /[,;:.()!?–—]/.test(folded)) return -1;
    if (kind !== 'word') continue;
    if (lexicon.contrasts.has(folded)) return -1;
    words++;
    const far = words > reach && !lexicon.clauseNegators.has(folded) && !opining.test(tokens[before + 1]?.folded ?? '');
    const known = lexicon.negators.has(folded) || (negative && lexicon.reversers.has(folded));
    const stops = !folded.startsWith('dej') || tokens[before + 1]?.folded === 'de';
    const negates = known && stops && !lexicon.notNegating.has(tokens[before + 1]?.folded ?? '');
    const degreeOnly = tokens[before - 1]?.folded === 'un'; // "un poco"
    if (negates && !far && !degreeOnly) return before;
  }
  return -1;
}

/** Whether a negator and a comparative make the highest degree: "never been happier", "could not ask for better", "nunca tan contenta". */
export function raisesComparative(tokens: readonly Token[], negator: number, at: number, lexicon: SentimentLexicon): boolean {
  const between = tokens.slice(negator + 1, at + 1);
  if (!between.some(({ folded }) => lexicon.comparatives.has(folded))) return false;
  const worst = (lexicon.weights.get(tokens[at]!.folded) ?? 0) < 0 && /^(?:no|not|n't|isn't|wasn't)$/.test(tokens[negator]!.folded);
  if (worst && between.some(({ folded }) => /^(?:so|tan|tanto|tanta)$/.test(folded))) return false; // "not so bad"
  if (between.some(({ folded }) => /^(?:ask|find|imagine|wish|hope|want|pedir|encontr\p{L}+|imaginar|desear|so|tan|tanto)$/u.test(folded)))
    return (
      !/^(?:so|tan|tanto)$/.test(between.find(({ folded }) => lexicon.comparatives.has(folded))!.folded) ||
      lexicon.superlativeNegators.has(tokens[negator]!.folded)
    );
  const could = tokens[negator]!.folded === 'not' && /^(?:could|can)$/.test(tokens[negator - 1]?.folded ?? '');
  if (!could && !lexicon.superlativeNegators.has(tokens[negator]!.folded)) return false;
  return tokens[negator]!.folded !== 'no' || between.some(({ folded }) => folded.startsWith('pod') || folded.startsWith('pued')); // "no podría estar más feliz"
}

/** "Nobody deserves it more", "nadie lo merece más que tú". */
export function isUnequalled(
  tokens: readonly Token[],
  negator: number,
  at: number,
  { last }: Sentence,
  lexicon: SentimentLexicon,
): boolean {
  if (!lexicon.superlativeNegators.has(tokens[negator]!.folded)) return false;
  for (let after = at + 1; after < Math.min(last, at + 5); after++) {
    if (tokens[after]!.kind === 'mark') return false;
    if (/^(?:more|better|más|mejor)$/.test(tokens[after]!.folded)) return true;
  }
  return false;
}

/** "Less reliable", "menos confianza", "instead of an apology": what is missing or was expected. */
export function isLessened(tokens: readonly Token[], at: number): boolean {
  const [one, two, three] = [1, 2, 3].map((step) => tokens[at - step]?.folded ?? '');
  if (/^(?:less|fewer|menos)$/.test(one!)) return two !== 'o' && two !== 'or' && two !== 'no' && two !== 'more';
  const before = /^(?:a|an|the|some|any|un|una|el|la|los|las)$/.test(one!) ? [three, two] : [two, one];
  return /^(?:instead of|rather than|vez de|lugar de)$/.test(before.join(' '));
}
