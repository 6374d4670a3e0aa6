import type { Hit } from './sentiment-context.ts';
import type { SentimentLexicon } from './sentiment-lexicon.ts';
import type { Sentence, Token } from './text-document.ts';

/**
 * What the hits of a sentence do to each other: blame beside praise wins ("the worst onboarding"), and a trouble that is said to be over is a relief
 * ("every problem we had, she solved").
 */
export function relateHits(hits: readonly Hit[], tokens: readonly Token[], sentence: Sentence, lexicon: SentimentLexicon): Hit[] {
  return hits.map((hit, index) => {
    if (hit.weight < 0 && isOver(hit, tokens, sentence, lexicon)) return { ...hit, weight: hit.weight * -0.6 };
    const [before, behind] = [hits[index - 1], hits[index + 1]];
    if (hit.weight > 0 && !hit.negated)
      if ((before && before.weight < 0 && gap(before, hit, tokens) >= 0) || (behind && behind.weight < 0 && gap(hit, behind, tokens) === 0))
        return { ...hit, weight: hit.weight * 0.2 };
    if (hit.weight < 0 && before && before.weight > 0 && gap(before, hit, tokens) > 0) return { ...hit, weight: hit.weight * 0.4 };
    return hit;
  });
}

const linking =
  /^(?:the|a|an|our|my|their|his|her|your|this|that|all|any|of|for|el|la|los|las|un|una|mi|mis|nuestro|nuestra|su|sus|tu|este|esta|de|del|al|a|tan|tanto|tanta)$/;

/** Number of articles and prepositions between two hits, -1 where another word stands there. */
function gap(left: Hit, right: Hit, tokens: readonly Token[]): number {
  let between = 0;
  for (let at = left.token + 1; at < right.token; at++) {
    if (tokens[at]!.start < left.end) continue;
    if (!linking.test(tokens[at]!.folded)) return -1;
    between++;
  }
  return between;
}

/** Whether a word behind a trouble, in the same sentence, tells that it is over. */
function isOver({ token, end, negated }: Hit, tokens: readonly Token[], { last }: Sentence, lexicon: SentimentLexicon): boolean {
  if (negated) return false;
  for (let at = token + 1; at < Math.min(last, token + 10); at++) {
    if (tokens[at]!.start < end) continue;
    if (lexicon.contrasts.has(tokens[at]!.folded) || tokens[at]!.text === ';') return false;
    if (lexicon.removers.has(tokens[at]!.folded))
      return !lexicon.besides.has(tokens[at - 1]!.folded) && !lexicon.besides.has(tokens[at - 2]?.folded ?? '');
  }
  return false;
}
