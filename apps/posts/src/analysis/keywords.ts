import { stopWords } from './data/stop-words.ts';
import { confidenceOf, type FullLanguage, hundredths, type Span, type TextDocument, type Token, wordSet } from './text-document.ts';

export interface Keyword {
  readonly text: string;
  /** In (0, 1]; the best keyword of a text has 1. */
  readonly score: number;
  readonly confidence: number;
  /** Where it stands, in the order of the text; at most 20. */
  readonly spans: readonly Span[];
}

interface Candidate {
  readonly text: string;
  readonly words: readonly string[];
  readonly spans: Span[];
  readonly firstAt: number;
  capitals: number;
  /** How often it is a whole run. */
  alone: number;
}

interface WordFigures {
  count: number;
  /** Sum of the lengths of the runs that hold the word. */
  degree: number;
}

const maxPhraseWords = 2;
const maxRunWords = 12;
const maxCandidates = 5_000;
const maxSpans = 20;

/**
 * Ranks the words and phrases that say what a text is about: runs of words between stop words and punctuation, scored by how often their words
 * occur and in how long runs, how early they stand, how often the phrase itself returns, and whether it is written like a name. A phrase takes
 * the place of its words and the reverse, whichever ranks first.
 *
 * @param limit the most keywords given back
 * @see Rose et al. 2010, "Automatic keyword extraction from individual documents" (RAKE); Campos et al. 2020 (YAKE) for position and capitals
 */
export function findKeywords(document: TextDocument, language: FullLanguage, limit = 10): Keyword[] {
  const figures = new Map<string, WordFigures>();
  const candidates = new Map<string, Candidate>();
  for (const run of runsOf(document, language)) collect(run, figures, candidates);
  const length = document.text.length || 1;
  const ranked = [...candidates.values()]
    .map((candidate) => ({ candidate, score: scoreOf(candidate, figures, length, verbEndings[language]) }))
    .sort((a, b) => b.score - a.score || a.candidate.firstAt - b.candidate.firstAt);
  return distinct(ranked, limit).map(({ candidate, score }, _, chosen) => ({
    text: candidate.text,
    score: hundredths(score / chosen[0]!.score) || 0.01,
    confidence: confidenceOf(0.35 + 0.4 * (score / chosen[0]!.score) + 0.06 * candidate.spans.length),
    spans: candidate.spans,
  }));
}

/** Runs of topic words: no stop word, punctuation or sentence end inside; hashtags are runs of their own. */
function* runsOf({ tokens, sentences }: TextDocument, language: FullLanguage): Generator<readonly Token[]> {
  const stop = stopWords[language];
  for (const { first, last } of sentences) {
    let run: Token[] = [];
    for (let at = first; at < last; at++) {
      const token = tokens[at]!;
      const topic =
        token.kind === 'word' &&
        token.folded.length > 1 &&
        token.folded.length <= 40 &&
        !stop.has(token.folded) &&
        !isWeak(token.folded, language) &&
        !isNumberWord(token.folded);
      if (topic) run.push(token);
      if ((!topic || run.length === maxRunWords) && run.length) {
        yield run;
        run = [];
      }
      if (token.kind === 'hashtag') yield [token];
    }
    if (run.length) yield run;
  }
}

const numberWords = wordSet(
  'one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty hundred thousand million first second third half',
  'uno una dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta cuarenta cincuenta cien cientos mil millones primero primera',
  'segundo segunda tercer tercero tercera mitad',
);
const isNumberWord = (word: string): boolean => numberWords.has(word);

/** Endings of verb forms, which name no topic as often as nouns do. */
const verbEndings: Readonly<Record<FullLanguage, RegExp>> = {
  en: /(?:[^e]ed|[^r]ing)$/,
  es: /(?:amos|emos|imos|aron|ieron|aba|aban|ía|ían|ando|iendo|ar|er|ir|arlo|arla|[aeiou]rse|ó|é)$/,
};

/** Adverbs, contractions and laughter name no topic. */
function isWeak(word: string, language: FullLanguage): boolean {
  if (language === 'es') return word.endsWith('mente') || (/^j[aeo]/.test(word) && /^(?:j[aeo])+$/.test(word));
  return (
    /'(?:t|re|ve|ll|m|d)$/.test(word) ||
    (word.length > 5 && /[^aeiou]ly$/.test(word) && !/^(?:assembly|family|supply|weekly|monthly)$/.test(word))
  );
}

function collect(run: readonly Token[], figures: Map<string, WordFigures>, candidates: Map<string, Candidate>): void {
  for (const token of run) {
    const own = figures.get(keyOf(token)) ?? { count: 0, degree: 0 };
    own.count++;
    own.degree += Math.min(run.length, maxPhraseWords);
    figures.set(keyOf(token), own);
  }
  for (let from = 0; from < run.length; from++)
    for (let size = 1; size <= maxPhraseWords && from + size <= run.length; size++)
      addCandidate(run.slice(from, from + size), run.length, candidates);
}

function addCandidate(tokens: readonly Token[], runLength: number, candidates: Map<string, Candidate>): void {
  const words = tokens.map(keyOf);
  const key = words.join(' ');
  const span = { start: tokens[0]!.start, end: tokens.at(-1)!.end };
  const named = tokens.every(({ text }) => /^\p{Lu}/u.test(text)) && (tokens.length > 1 || runLength > 0) ? 1 : 0;
  const whole = tokens.length === runLength ? 1 : 0;
  const known = candidates.get(key);
  if (known) {
    known.capitals += named;
    known.alone += whole;
    if (known.spans.length < maxSpans) known.spans.push(span);
  } else if (candidates.size < maxCandidates)
    candidates.set(key, {
      text: tokens.map(({ folded }) => folded).join(' '),
      words,
      spans: [span],
      firstAt: span.start,
      capitals: named,
      alone: whole,
    });
}

function scoreOf(
  { words, spans, firstAt, capitals, alone }: Candidate,
  figures: ReadonlyMap<string, WordFigures>,
  length: number,
  verbs: RegExp,
): number {
  let sum = 0;
  for (const word of words) {
    const { count, degree } = figures.get(word)!;
    sum += Math.log2(1 + count) + 0.25 * (degree / count) + Math.min(0.5, word.length / 24);
  }
  const repeated = spans.length > 1 ? 1 + 0.35 * Math.min(4, spans.length - 1) : 1;
  const phrase = words.length === 1 ? 1 : alone * 2 >= spans.length || spans.length > 1 ? 0.62 : 0.4; // a sum of words must not win by its length alone
  const verb = words.some((word) => verbs.test(word)) ? 0.6 : 1;
  const early = 1.15 - 0.3 * (firstAt / length);
  const named = capitals * 2 >= spans.length && firstAt > 0 ? 1.25 : 1;
  return sum * phrase * repeated * early * named * verb;
}

/** Keeps a candidate unless a better one shares half of its words. */
function distinct<T extends { readonly candidate: Candidate }>(ranked: readonly T[], limit: number): T[] {
  const chosen: T[] = [];
  const used = new Set<string>();
  for (const entry of ranked) {
    if (chosen.length === limit) break;
    const { words } = entry.candidate;
    const seen = words.filter((word) => used.has(word)).length;
    if (seen * 2 > words.length || (seen && words.length === 1)) continue;
    if (seen * 2 === words.length && words.length === 2) continue;
    chosen.push(entry);
    for (const word of words) used.add(word);
  }
  return chosen;
}

/** Singular and plural count as one. */
function keyOf({ folded, kind }: Token): string {
  const word = kind === 'hashtag' ? folded.slice(1) : folded.replace(/'s$/, '');
  if (word.length < 5 || !word.endsWith('s') || /(?:ss|us|is)$/.test(word)) return word;
  return /(?:[csxz]|[cs]h)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}
