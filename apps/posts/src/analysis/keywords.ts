import { genericNouns, gradableAdjectives } from './data/generic-words.ts';
import { stopWords } from './data/stop-words.ts';
import { baseOfThird, isVerb } from './grammar/english-words.ts';
import { confidenceOf, type FullLanguage, hundredths, type Span, type TextDocument, type Token, wordSet } from './text-document.ts';
import { kindOf } from './word-kinds.ts';

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
  /** Lower for a word that is a verb as often as a noun. */
  readonly certainty: number;
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
  for (const run of runsOf(document, language)) collect(run, figures, candidates, language);
  if (language === 'es')
    for (const phrase of nounPhrases(document))
      addCandidate(
        phrase.words,
        phrase.words.length,
        candidates,
        isGeneric(phrase.words[0]!, 'es') ? 0.6 : 1.1,
        phrase.span,
        document.text,
      );
  const length = document.text.length || 1;
  const ranked = [...candidates.values()]
    .map((candidate) => ({ candidate, score: scoreOf(candidate, figures, length) }))
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
        !isNumberWord(token.folded) &&
        !gradable[language].has(token.folded) &&
        kindOf(token, language) !== 'verb';
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

const generic: Readonly<Record<FullLanguage, ReadonlySet<string>>> = { en: wordSet(genericNouns.en), es: wordSet(genericNouns.es) };
const gradable: Readonly<Record<FullLanguage, ReadonlySet<string>>> = {
  en: wordSet(gradableAdjectives.en),
  es: wordSet(gradableAdjectives.es),
};
const isGeneric = (token: Token, language: FullLanguage): boolean =>
  generic[language].has(token.folded) || generic[language].has(keyOf(token));

const numberWords = wordSet(
  'one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million first second third half',
  'uno una dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien cientos mil millones primero primera',
  'segundo segunda tercer tercero tercera mitad',
);
const isNumberWord = (word: string): boolean => numberWords.has(word) || /^(?:[a-z]{2,6}cient[oa]s|veinti[a-zó]{2,7})$/.test(word);

/** Adverbs, contractions and laughter name no topic. */
function isWeak(word: string, language: FullLanguage): boolean {
  if (language === 'es') return word.endsWith('mente') || (/^j[aeo]/.test(word) && /^(?:j[aeo])+$/.test(word));
  return (
    /'(?:t|re|ve|ll|m|d)$/.test(word) ||
    (word.length > 5 && /[^aeiou]ly$/.test(word) && !/^(?:assembly|family|supply|weekly|monthly)$/.test(word))
  );
}

/** "calidad del sonido", "lista de tareas": nouns that a preposition joins. */
function* nounPhrases({ tokens, sentences }: TextDocument): Generator<{ readonly words: readonly Token[]; readonly span: Span }> {
  const stop = stopWords.es;
  const isTopic = (token: Token | undefined) =>
    token?.kind === 'word' &&
    token.folded.length > 2 &&
    token.folded.length <= 40 &&
    !stop.has(token.folded) &&
    !isNumberWord(token.folded) &&
    /^(?:noun|unknown)$/.test(kindOf(token, 'es'));
  for (const { first, last } of sentences)
    for (let at = first; at + 2 < last; at++) {
      if (!isTopic(tokens[at]) || !/^(?:de|del)$/.test(tokens[at + 1]!.folded)) continue;
      const next = /^(?:la|las|los|el)$/.test(tokens[at + 2]!.folded) ? at + 3 : at + 2;
      if (next < last && isTopic(tokens[next]))
        yield { words: [tokens[at]!, tokens[next]!], span: { start: tokens[at]!.start, end: tokens[next]!.end } };
    }
}

function collect(
  run: readonly Token[],
  figures: Map<string, WordFigures>,
  candidates: Map<string, Candidate>,
  language: FullLanguage,
): void {
  for (const token of run) {
    const own = figures.get(keyOf(token)) ?? { count: 0, degree: 0 };
    own.count++;
    own.degree += Math.min(run.length, maxPhraseWords);
    figures.set(keyOf(token), own);
  }
  for (let from = 0; from < run.length; from++)
    for (let size = 1; size <= maxPhraseWords && from + size <= run.length; size++)
      if (isPhrase(run.slice(from, from + size), language))
        addCandidate(run.slice(from, from + size), run.length, candidates, certaintyOf(run.slice(from, from + size), language));
}

/** A phrase has its noun last in English and first in Spanish; an adjective alone names nothing. */
function isPhrase(tokens: readonly Token[], language: FullLanguage): boolean {
  const head = language === 'en' ? tokens.at(-1)! : tokens[0]!;
  return tokens[0]!.kind === 'hashtag' || kindOf(head, language) !== 'adjective' || (tokens.length === 1 && /^\p{Lu}/u.test(head.text));
}

/** How certain it is that the words are a noun or a phrase around one: "candidates waste" and "Thursday" are not. */
function certaintyOf(tokens: readonly Token[], language: FullLanguage): number {
  const [first, last] = [tokens[0]!, tokens.at(-1)!];
  if (
    /^(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes|martes|miércoles|jueves|viernes|sábado|domingo)$/.test(last.folded)
  )
    return 0.5;
  const head = language === 'en' ? last : first;
  if (isGeneric(head, language)) return tokens.length > 1 ? 0.7 : 0.45;
  if (language === 'es') return kindOf(last, 'es') === 'unknown' && verbLike.test(last.folded) ? 0.6 : 1;
  if (tokens.length > 1 && /[^e]ed$/.test(last.folded)) return 0.4; // "charity deleted"
  const ambiguous = isVerb(last.folded) || baseOfThird(last.folded) !== undefined;
  if (tokens.length > 1) return ambiguous && first.folded.endsWith('s') && !/ss$/.test(first.folded) ? 0.5 : 1;
  return ambiguous ? 0.85 : 1;
}
const verbLike = /(?:amos|emos|imos|aron|ieron|aba|aban|ando|iendo|ó|é|[aei]n)$/;

function addCandidate(
  tokens: readonly Token[],
  runLength: number,
  candidates: Map<string, Candidate>,
  certainty: number,
  whole?: Span,
  text = '',
): void {
  const words = tokens.map(keyOf);
  const key = words.join(' ');
  const span = whole ?? { start: tokens[0]!.start, end: tokens.at(-1)!.end };
  const named = tokens.every(({ text }) => /^\p{Lu}/u.test(text)) && (tokens.length > 1 || runLength > 0) ? 1 : 0;
  const complete = tokens.length === runLength ? 1 : 0;
  const known = candidates.get(key);
  if (known) {
    known.capitals += named;
    known.alone += complete;
    if (known.spans.length < maxSpans) known.spans.push(span);
  } else if (candidates.size < maxCandidates)
    candidates.set(key, {
      text: whole ? text.slice(whole.start, whole.end).toLowerCase() : tokens.map(({ folded }) => folded).join(' '),
      words,
      spans: [span],
      firstAt: span.start,
      capitals: named,
      certainty,
      alone: complete,
    });
}

function scoreOf(
  { words, spans, firstAt, capitals, alone, certainty }: Candidate,
  figures: ReadonlyMap<string, WordFigures>,
  length: number,
): number {
  let sum = 0;
  for (const word of words) {
    const { count, degree } = figures.get(word) ?? { count: 1, degree: 1 };
    sum += Math.log2(1 + count) + 0.25 * (degree / count) + Math.min(0.5, word.length / 24);
  }
  const repeated = spans.length > 1 ? 1 + 0.35 * Math.min(4, spans.length - 1) : 1;
  const phrase = words.length === 1 ? 1 : alone * 2 >= spans.length || spans.length > 1 ? 0.62 : 0.4; // a sum of words must not win by its length alone
  const inside = words.length === 1 && alone === 0 ? 0.7 : 1; // only seen as a part of phrases
  const early = 1.15 - 0.3 * (firstAt / length);
  const named = capitals * 2 >= spans.length && firstAt > 0 ? 1.25 : 1;
  return sum * phrase * repeated * early * named * inside * certainty;
}

/** Leaves out what says nothing new: a word or phrase whose words all stand in better ones. */
function distinct<T extends { readonly candidate: Candidate }>(ranked: readonly T[], limit: number): T[] {
  const chosen: T[] = [];
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

/** Singular and plural count as one. */
function keyOf({ folded, kind }: Token): string {
  const word = kind === 'hashtag' ? folded.slice(1) : folded.replace(/'s$/, '');
  if (word.length < 5 || !word.endsWith('s') || /(?:ss|us|is)$/.test(word)) return word;
  return /(?:[csxz]|[cs]h)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}
