import { type Candidate, type Candidates, findCandidates } from './keyword-candidates.ts';
import { confidenceOf, type FullLanguage, hundredths, type Span, type TextDocument } from './text-document.ts';

export interface Keyword {
  readonly text: string;
  /** In (0, 1]; the best keyword of a text has 1. */
  readonly score: number;
  readonly confidence: number;
  /** Where it stands, in the order of the text; at most 20. */
  readonly spans: readonly Span[];
}

interface Ranked {
  readonly candidate: Candidate;
  /** Likelihood of a keyword, in (0, 1). */
  readonly score: number;
}

/**
 * Ranks the noun phrases of a text by how likely each is a keyword: a logistic model of its shape, its frequency and that of its words, its place in
 * the text, capitals, and whether its noun is generic. A phrase takes the place of its words and the reverse, whichever ranks first.
 *
 * @param limit the most keywords given back
 * @see Hulth 2003, "Improved Automatic Keyword Extraction Given More Linguistic Knowledge" (noun-phrase patterns); Campos et al. 2020, "YAKE!"
 *   (position, capitals, frequency); Rose et al. 2010 (RAKE) for the frequency of the words of a phrase
 */
export function findKeywords(document: TextDocument, language: FullLanguage, limit = 10): Keyword[] {
  const found = findCandidates(document, language);
  const ranked = found.all
    .map((candidate): Ranked => ({ candidate, score: likelihood(candidate, found, document.sentences.length) }))
    .sort((a, b) => b.score - a.score || a.candidate.spans[0]!.start - b.candidate.spans[0]!.start);
  return distinct(ranked, limit).map(({ candidate, score }, _, chosen) => ({
    text: candidate.text,
    score: hundredths(score / chosen[0]!.score) || 0.01,
    confidence: confidenceOf(score),
    spans: candidate.spans,
  }));
}

const shapeWeights: Readonly<Record<Candidate['shape'], number>> = {
  noun: 0,
  described: 0.2,
  compound: 0.65,
  judged: -1.3,
  joined: 0.1,
  'joined-article': -0.8,
  term: 1.8,
  hashtag: -1.8,
};

/** Weights of a logistic regression over the candidates of the tuned part of the gold sets, both languages together, then adjusted on the sets for tuning. */
function likelihood(
  { shape, words, count, whole, headed, names, generic, sentence, text }: Candidate,
  { counts }: Candidates,
  sentences: number,
): number {
  const frequency = (times: number) => Math.log2(Math.min(8, times));
  const often = words.length > 1 ? frequency(Math.max(...words.map((word) => counts.get(word) ?? 1))) : 0;
  const part = whole > 0 ? 0 : words.length > 1 ? -0.6 : shape === 'noun' ? -1.55 : 0;
  const place = (sentence === 0 ? 0.4 : 0) - (sentences > 1 ? (0.1 * sentence) / (sentences - 1) : 0);
  const named = names * 2 >= count && shape !== 'hashtag' ? 0.75 : 0;
  const length = 3.1 * Math.min(1, text.length / words.length / 12);
  const sum = shapeWeights[shape] + 1.8 * frequency(count) + 0.3 * often + part + place + named + length;
  return 1 / (1 + Math.exp(1.9 - sum + (headed === 0 ? 0.9 : 0) + (generic ? 1.7 : 0)));
}

/** Leaves out what says nothing new: a word or phrase whose words all stand in better ones. */
function distinct(ranked: readonly Ranked[], limit: number): Ranked[] {
  const chosen: Ranked[] = [];
  const used = new Map<string, number>();
  for (const entry of ranked) {
    if (chosen.length === limit) break;
    const { words } = entry.candidate;
    if (words.every((word) => used.has(word)) || words.some((word) => (used.get(word) ?? 0) > 1)) continue;
    chosen.push(entry);
    for (const word of words) used.set(word, (used.get(word) ?? 0) + 1);
  }
  return chosen;
}
