import { fixedTerms } from './data/fixed-terms.ts';
import { isGeneric, type KeywordRole, keywordRoles } from './keyword-roles.ts';
import { openingsOf } from './phrase-openings.ts';
import { type FullLanguage, phraseList, type Sentence, type Span, type TextDocument, type Token } from './text-document.ts';
import { wordFact } from './vocabulary.ts';

/** A word or phrase that can be a keyword, with what its rank depends on. */
export interface Candidate {
  /** In lower case, as the text writes it most often, best as a whole phrase. */
  text: string;
  /** The keys of its topic words, without joining prepositions; one word never twice. */
  readonly words: readonly string[];
  /** The word that the others describe. */
  readonly head: string;
  /** Where it stands, in the order of the text; at most 20. */
  readonly spans: Span[];
  /** How often it stands in the text. */
  count: number;
  /** How often it is a whole noun phrase and no part of a longer one. */
  whole: number;
  /** How often all its words are written like a name. */
  names: number;
  readonly shape: 'hashtag' | 'noun' | 'described' | 'judged' | 'compound' | 'joined' | 'joined-article' | 'term';
  /** How often it holds the head of its noun phrase. */
  headed: number;
  readonly generic: boolean;
  /** Index of the first sentence that holds it. */
  readonly sentence: number;
}

export interface Candidates {
  readonly all: readonly Candidate[];
  /** How often each word stands in the text, by its key. */
  readonly counts: ReadonlyMap<string, number>;
}

const maxCandidates = 5_000;
const maxSpans = 20;
const maxRunWords = 12;

/**
 * Noun phrases of a text without a parser: in English adjectives and nouns that end in a noun, in Spanish a noun with its adjectives or with a second
 * noun behind "de" or another preposition.
 */
export function findCandidates(document: TextDocument, language: FullLanguage): Candidates {
  const { tokens, sentences, text } = document;
  const found = new CandidateList(text, language);
  const roles = keywordRoles(document, language);
  const reading = { tokens, roles, language, joined: new Uint8Array(tokens.length), found };
  for (const [index, sentence] of sentences.entries()) {
    for (let at = sentence.first; at < sentence.last; at++)
      if (tokens[at]!.kind === 'hashtag' && tokens[at]!.folded.length <= maxSpans * 2)
        found.add([tokens[at]!], 'hashtag', index, { whole: true, names: false, headed: true });
    addTerms(reading, sentence, index);
    if (language === 'es') addJoined(reading, sentence, index);
    addRuns(reading, sentence, index);
  }
  return { all: found.all(), counts: found.counts };
}

/** A text with the roles of its tokens, and what was found so far. */
interface Reading {
  readonly tokens: readonly Token[];
  readonly roles: readonly KeywordRole[];
  readonly language: FullLanguage;
  /** By token: 1 for those of a term or of nouns that a preposition joins. */
  readonly joined: Uint8Array;
  readonly found: CandidateList;
}

/** Adds the terms of the list that a sentence holds. */
function addTerms({ tokens, language, joined, found }: Reading, { first, last }: Sentence, sentence: number): void {
  for (let at = first; at < last; at++) {
    if (!opensTerm[language](tokens, at, last)) continue;
    for (let size = Math.min(longestTerm, last - at); size > 1; size--) {
      const slice = tokens.slice(at, at + size);
      if (!terms[language].has(slice.map(({ folded }) => folded).join(' '))) continue;
      found.add(slice, 'term', sentence, { whole: true, names: false, headed: true });
      joined.fill(1, at, at + size);
      at += size - 1;
      break;
    }
  }
}

const wordsOf = (term: string): string[] => term.split(' ');
const terms = { en: new Set(phraseList(fixedTerms.en)), es: new Set(phraseList(fixedTerms.es)) } as const;
const opensTerm = { en: openingsOf([...terms.en].map(wordsOf)), es: openingsOf([...terms.es].map(wordsOf)) };
const longestTerm = 4;

/** Adds what each run of words that may belong to a phrase holds; a possessive ends one. */
function addRuns(reading: Reading, { first, last }: Sentence, sentence: number): void {
  const { tokens, roles } = reading;
  let from = first;
  for (let at = first; at < last; at++) {
    const ends = roles[at] === 'none';
    if (!ends && at + 1 - from < maxRunWords && !isPossessive(tokens[at]!.word)) continue;
    addRun(reading, from, ends ? at : at + 1, sentence);
    from = at + 1;
  }
  addRun(reading, from, last, sentence);
}
const isPossessive = wordFact(({ folded }) => /['’]s$/.test(folded));

const isNominal = (role: KeywordRole | undefined): boolean => role === 'noun' || role === 'name';

function count(roles: readonly KeywordRole[], role: KeywordRole, from: number, to: number): number {
  let found = 0;
  for (let at = from; at < to; at++) if (roles[at] === role) found++;
  return found;
}

/** Index of the first noun or name; `to` without. */
function firstNominal(roles: readonly KeywordRole[], from: number, to: number): number {
  let at = from;
  while (at < to && !isNominal(roles[at])) at++;
  return at;
}

function addRun(reading: Reading, first: number, last: number, sentence: number): void {
  const { tokens, roles, language, joined, found } = reading;
  for (let at = first; at < last; at++) found.countWord(tokens[at]!);
  const strong = last - first - count(roles, 'weak', first, last);
  const lead = firstNominal(roles, first, last);
  for (let from = first; from < last; from++)
    for (let size = 1; size <= 3 && from + size <= last; size++) {
      const end = from + size;
      const head = language === 'en' ? end - 1 : firstNominal(roles, from, end);
      const names = count(roles, 'name', from, end) === size;
      if (head === end || !isNominal(roles[head]) || (size === 3 && !names)) continue;
      const weak = count(roles, 'weak', from, end);
      const described = count(roles, 'adjective', from, end) > 0;
      if (language === 'es' && size > 1 && !described && weak === 0 && !names) continue;
      const shape = size === 1 ? 'noun' : weak > 0 ? 'judged' : described ? 'described' : 'compound';
      const agreeing = shape === 'described' || shape === 'judged';
      if (language === 'es' && agreeing && plural(tokens[from]!) !== plural(tokens[from + 1]!)) continue;
      const whole = strong === size - weak && !joined.subarray(from, end).includes(1);
      const headed = language === 'en' ? end === last : lead >= from;
      found.add(tokens.slice(from, end), shape, sentence, { whole, names, headed }, tokens[head]!);
    }
}

/** "calidad del sonido", "compañera de apoyo", "ventas en línea": nouns that a preposition joins. */
function addJoined({ tokens, roles, joined, found }: Reading, { first, last }: Sentence, sentence: number): void {
  for (let at = first; at + 2 < last; at++) {
    if (!isNominal(roles[at])) continue;
    const joint = jointOf(tokens[at + 1]!.word);
    if (joint === null) continue;
    const next = joint.of && isArticle(tokens[at + 2]!.word) ? at + 3 : at + 2;
    if (next >= last || !isNominal(roles[next])) continue;
    if (!joint.of && (joined[at] || roles[at] !== roles[next])) continue;
    if (joined[at] && joined[next]) continue; // a term of the list
    joined[at] = joined[next] = 1;
    found.addBetween(tokens[at]!, tokens[next]!, sentence, next === at + 3 || joint.article);
  }
}
const jointOf = wordFact(({ folded }) =>
  /^(?:del?|a|en|por|para)$/.test(folded) ? { of: folded === 'de' || folded === 'del', article: folded === 'del' } : null,
);
const isArticle = wordFact(({ folded }) => /^(?:la|las|los|el)$/.test(folded));
const plural = ({ folded }: Token): boolean => folded.endsWith('s');

/** "Ana" of "Ana's". */
const ownerOf = wordFact(({ folded }) => folded.replace(/'s$/, ''));

/** A candidate with the ways in which it is written and their weights, in the order of the text. */
interface Filed {
  readonly candidate: Candidate;
  /** Weight of the first way. */
  weight: number;
  /** All ways, once there are two. */
  forms?: Map<string, number>;
}

class CandidateList {
  readonly counts = new Map<string, number>();
  private readonly byKey = new Map<string, Filed>();

  private readonly text: string;
  private readonly language: FullLanguage;

  constructor(text: string, language: FullLanguage) {
    this.text = text;
    this.language = language;
  }

  countWord(token: Token): void {
    const key = keyOf(token);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  add(tokens: readonly Token[], shape: Candidate['shape'], sentence: number, seen: Seen, head = tokens[0]!): void {
    const text = tokens.length === 1 ? ownerOf(tokens[0]!.word) : tokens.map(({ word }) => ownerOf(word)).join(' ');
    this.file(text, tokens, head, shape, sentence, seen);
  }

  addBetween(first: Token, second: Token, sentence: number, article: boolean): void {
    const text = this.text.slice(first.start, second.end).toLowerCase();
    this.file(text, [first, second], first, article ? 'joined-article' : 'joined', sentence, { whole: true, names: false, headed: true });
  }

  all(): Candidate[] {
    const filed = [...this.byKey.values()];
    for (const { candidate, forms } of filed)
      for (const [text, weight] of forms ?? []) if (weight > forms!.get(candidate.text)!) candidate.text = text;
    return filed.map(({ candidate }) => candidate);
  }

  private file(text: string, tokens: readonly Token[], head: Token, shape: Candidate['shape'], sentence: number, seen: Seen): void {
    const words = tokens.map(keyOf);
    const key = words.length === 1 ? words[0]! : words.join(' ');
    let filed = this.byKey.get(key);
    if (!filed) {
      if (this.byKey.size >= maxCandidates) return;
      const candidate = {
        text,
        words: words.length === 1 ? words : [...new Set(words)],
        head: keyOf(head),
        spans: [],
        count: 0,
        whole: 0,
        names: 0,
        headed: 0,
        shape,
        generic: isGeneric(head.folded, this.language),
        sentence,
      };
      filed = { candidate, weight: 0 };
      this.byKey.set(key, filed);
    }
    const known = filed.candidate;
    known.count++;
    const weight = seen.whole ? 2 : 1;
    if (!filed.forms && text === known.text) filed.weight += weight;
    else {
      filed.forms ??= new Map([[known.text, filed.weight]]);
      filed.forms.set(text, (filed.forms.get(text) ?? 0) + weight);
    }
    if (seen.whole) known.whole++;
    if (seen.names) known.names++;
    if (seen.headed) known.headed++;
    if (known.spans.length < maxSpans) known.spans.push({ start: tokens[0]!.start, end: tokens.at(-1)!.end });
  }
}

interface Seen {
  readonly whole: boolean;
  readonly names: boolean;
  readonly headed: boolean;
}

/** Singular and plural have one key: "houses" and "house", "companies" and "company", "luces" and "luz", "canciones" and "canción". */
export const keyOf = ({ word, kind }: Token): string => (kind === 'hashtag' ? makeKey(word.folded, kind) : plainKey(word));
const plainKey = wordFact(({ folded }) => makeKey(folded, 'word'));

function makeKey(folded: string, kind: Token['kind']): string {
  const word = (kind === 'hashtag' ? folded.slice(1) : folded.replace(/'s$/, '')).normalize('NFD').replace(/[\u0300\u0301]/g, '');
  if (word.length < 4) return word;
  const one = word.length > 4 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word) ? word.slice(0, -1) : word;
  return one.replace(/e$/, '').replace(/y$/, 'i').replace(/z$/, 'c');
}
