import { fixedTerms } from './data/fixed-terms.ts';
import { isGeneric, type KeywordRole, keywordRoles } from './keyword-roles.ts';
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

interface Part {
  readonly token: Token;
  readonly role: KeywordRole;
}

const maxCandidates = 5_000;
const maxSpans = 20;
const maxRunWords = 12;

/**
 * Noun phrases of a text without a parser: in English adjectives and nouns that end in a noun, in Spanish a noun with its adjectives or with a second
 * noun behind "de" or another preposition.
 */
export function findCandidates(document: TextDocument, language: FullLanguage): Candidates {
  const found = new CandidateList(document.text, language);
  for (const [index, sentence] of document.sentences.entries()) {
    const roles = keywordRoles(document.tokens, sentence, language);
    const parts = roles.map((role, at): Part => ({ role, token: document.tokens[sentence.first + at]! }));
    for (const { token } of parts)
      if (token.kind === 'hashtag' && token.folded.length <= maxSpans * 2)
        found.add([token], 'hashtag', index, { whole: true, names: false, headed: true });
    const joined = new Set<Token>();
    addTerms(document.tokens, sentence, language, index, found, joined);
    if (language === 'es') addJoined(parts, index, found, joined);
    for (const run of runsOf(parts)) addRun(run, index, language, found, joined);
  }
  return { all: found.all(), counts: found.counts };
}

/** Adds the terms of the list that a sentence holds, and their tokens to `joined`. */
function addTerms(
  tokens: readonly Token[],
  { first, last }: Sentence,
  language: FullLanguage,
  sentence: number,
  found: CandidateList,
  joined: Set<Token>,
): void {
  for (let at = first; at < last; at++) {
    if (!startsTerm[language](tokens[at]!.word)) continue;
    for (let size = Math.min(longestTerm, last - at); size > 1; size--) {
      const slice = tokens.slice(at, at + size);
      if (!terms[language].has(slice.map(({ folded }) => folded).join(' '))) continue;
      found.add(slice, 'term', sentence, { whole: true, names: false, headed: true });
      for (const token of slice) joined.add(token);
      at += size - 1;
      break;
    }
  }
}

const terms = { en: new Set(phraseList(fixedTerms.en)), es: new Set(phraseList(fixedTerms.es)) } as const;
const firstsOf = (list: ReadonlySet<string>) => new Set([...list].map((term) => term.split(' ')[0]!));
const termStarts = { en: firstsOf(terms.en), es: firstsOf(terms.es) } as const;
const startsTerm = {
  en: wordFact(({ folded }) => termStarts.en.has(folded)),
  es: wordFact(({ folded }) => termStarts.es.has(folded)),
};
const longestTerm = 4;

function runsOf(parts: readonly Part[]): Part[][] {
  const runs: Part[][] = [];
  let run: Part[] = [];
  for (const part of parts) {
    if (part.role !== 'none') run.push(part);
    else if (run.length === 0) continue;
    if (part.role !== 'none' && run.length < maxRunWords && !isPossessive(part.token.word)) continue;
    runs.push(run);
    run = [];
  }
  if (run.length) runs.push(run);
  return runs;
}
const isPossessive = wordFact(({ folded }) => /['’]s$/.test(folded));

const isNominal = ({ role }: Part): boolean => role === 'noun' || role === 'name';

function addRun(run: readonly Part[], sentence: number, language: FullLanguage, found: CandidateList, joined: ReadonlySet<Token>): void {
  for (const { token } of run) found.countWord(token);
  const strong = run.reduce((count, { role }) => (role === 'weak' ? count : count + 1), 0);
  const firstNominal = run.findIndex(isNominal);
  for (let from = 0; from < run.length; from++)
    for (let size = 1; size <= 3 && from + size <= run.length; size++) {
      if (size === 1 && !isNominal(run[from]!)) continue;
      const parts = run.slice(from, from + size);
      const head = language === 'en' ? parts.at(-1) : parts.find(isNominal);
      if (!head || !isNominal(head)) continue;
      const names = parts.every(({ role }) => role === 'name');
      if (size === 3 && !names) continue;
      const judged = parts.some(({ role }) => role === 'weak');
      const described = parts.some(({ role }) => role === 'adjective');
      if (language === 'es' && size > 1 && !described && !judged && !names) continue;
      const shape = size === 1 ? 'noun' : judged ? 'judged' : described ? 'described' : 'compound';
      if (language === 'es' && (shape === 'described' || (shape === 'judged' && size === 2)) && plural(parts[0]!) !== plural(parts[1]!))
        continue;
      const alone = !parts.some(({ token }) => joined.has(token));
      const whole = alone && strong === parts.reduce((count, { role }) => (role === 'weak' ? count : count + 1), 0);
      const headed = language === 'en' ? from + size === run.length : firstNominal >= from;
      const tokens = parts.map(({ token }) => token);
      found.add(tokens, shape, sentence, { whole, names, headed }, head.token);
    }
}

/** "calidad del sonido", "compañera de apoyo", "ventas en línea": nouns that a preposition joins. */
function addJoined(parts: readonly Part[], sentence: number, found: CandidateList, joined: Set<Token>): void {
  for (let at = 0; at + 2 < parts.length; at++) {
    const first = parts[at]!;
    if (!isNominal(first)) continue;
    const joint = parts[at + 1]!.token.folded;
    const of = joint === 'de' || joint === 'del';
    if (!of && !/^(?:a|en|por|para)$/.test(joint)) continue;
    const next = of && /^(?:la|las|los|el)$/.test(parts[at + 2]!.token.folded) ? at + 3 : at + 2;
    const second = parts[next];
    if (!second || !isNominal(second)) continue;
    if (!of && (joined.has(first.token) || isLower(first) !== isLower(second))) continue;
    if (joined.has(first.token) && joined.has(second.token)) continue; // a term of the list
    for (const { token } of [first, second]) joined.add(token);
    found.addBetween(first.token, second.token, sentence, next === at + 3 || joint === 'del');
  }
}
const plural = ({ token }: Part): boolean => token.folded.endsWith('s');
const isLower = ({ role }: Part): boolean => role === 'noun';

/** "Ana" of "Ana's". */
const ownerOf = wordFact(({ folded }) => folded.replace(/'s$/, ''));

/** A candidate with the ways in which it is written and their weights, in the order of the text. */
interface Filed {
  readonly candidate: Candidate;
  readonly forms: Map<string, number>;
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
      if (forms.size > 1) for (const [text, weight] of forms) if (weight > forms.get(candidate.text)!) candidate.text = text;
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
      filed = { candidate, forms: new Map() };
      this.byKey.set(key, filed);
    }
    const { candidate: known, forms } = filed;
    known.count++;
    forms.set(text, (forms.get(text) ?? 0) + (seen.whole ? 2 : 1));
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
