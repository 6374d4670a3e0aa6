import { fixedTerms } from './data/fixed-terms.ts';
import { isGeneric, type KeywordRole, keywordRoles } from './keyword-roles.ts';
import { type FullLanguage, phraseList, type Sentence, type Span, type TextDocument, type Token } from './text-document.ts';

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
    const joined = new Set<Token>(termsIn(document.tokens, sentence, language, index, found));
    if (language === 'es') addJoined(parts, index, found, joined);
    for (const run of runsOf(parts)) addRun(run, index, language, found, joined);
  }
  return { all: found.all(), counts: found.counts };
}

/** Adds the terms of the list that a sentence holds. @returns their tokens */
function* termsIn(
  tokens: readonly Token[],
  { first, last }: Sentence,
  language: FullLanguage,
  sentence: number,
  found: CandidateList,
): Generator<Token> {
  for (let at = first; at < last; at++) {
    if (!termStarts[language].has(tokens[at]!.folded)) continue;
    for (let size = Math.min(longestTerm, last - at); size > 1; size--) {
      const slice = tokens.slice(at, at + size);
      if (!terms[language].has(slice.map(({ folded }) => folded).join(' '))) continue;
      found.add(slice, 'term', sentence, { whole: true, names: false, headed: true });
      yield* slice;
      at += size - 1;
      break;
    }
  }
}

const terms = { en: new Set(phraseList(fixedTerms.en)), es: new Set(phraseList(fixedTerms.es)) } as const;
const firstsOf = (list: ReadonlySet<string>) => new Set([...list].map((term) => term.split(' ')[0]!));
const termStarts = { en: firstsOf(terms.en), es: firstsOf(terms.es) } as const;
const longestTerm = 4;

function* runsOf(parts: readonly Part[]): Generator<readonly Part[]> {
  let run: Part[] = [];
  for (const part of parts) {
    if (part.role !== 'none') run.push(part);
    const closes = part.role === 'none' || run.length === maxRunWords || /['’]s$/.test(part.token.folded);
    if (closes && run.length) {
      yield run;
      run = [];
    }
  }
  if (run.length) yield run;
}

const isNominal = ({ role }: Part): boolean => role === 'noun' || role === 'name';

function addRun(run: readonly Part[], sentence: number, language: FullLanguage, found: CandidateList, joined: ReadonlySet<Token>): void {
  for (const { token } of run) found.countWord(token);
  for (let from = 0; from < run.length; from++)
    for (let size = 1; size <= 3 && from + size <= run.length; size++) {
      const parts = run.slice(from, from + size);
      const head = language === 'en' ? parts.at(-1) : parts.find(isNominal);
      if (!head || !isNominal(head) || (size === 3 && !parts.every(({ role }) => role === 'name'))) continue;
      const judged = parts.some(({ role }) => role === 'weak');
      const described = parts.some(({ role }) => role === 'adjective');
      if (judged && size > 2) continue;
      if (language === 'es' && size > 1 && !described && !judged && !parts.every(({ role }) => role === 'name')) continue;
      const tokens = parts.map(({ token }) => token);
      const names = parts.every(({ role }) => role === 'name');
      const shape = size === 1 ? 'noun' : judged ? 'judged' : described ? 'described' : 'compound';
      const alone = !parts.some(({ token }) => joined.has(token));
      if (language === 'es' && (shape === 'described' || (shape === 'judged' && size === 2)) && plural(parts[0]!) !== plural(parts[1]!))
        continue;
      const whole = alone && run.filter(({ role }) => role !== 'weak').length === parts.filter(({ role }) => role !== 'weak').length;
      const headed = language === 'en' ? from + size === run.length : !run.slice(0, from).some(isNominal);
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

class CandidateList {
  readonly counts = new Map<string, number>();
  private readonly forms = new Map<Candidate, Map<string, number>>();
  private readonly byKey = new Map<string, Candidate>();

  private readonly text: string;
  private readonly language: FullLanguage;

  constructor(text: string, language: FullLanguage) {
    this.text = text;
    this.language = language;
  }

  countWord(token: Token): void {
    this.counts.set(keyOf(token), (this.counts.get(keyOf(token)) ?? 0) + 1);
  }

  add(tokens: readonly Token[], shape: Candidate['shape'], sentence: number, seen: Seen, head = tokens[0]!): void {
    const text = tokens.map(({ folded }) => folded.replace(/'s$/, '')).join(' ');
    this.file(text, tokens, head, shape, sentence, seen);
  }

  addBetween(first: Token, second: Token, sentence: number, article: boolean): void {
    const text = this.text.slice(first.start, second.end).toLowerCase();
    this.file(text, [first, second], first, article ? 'joined-article' : 'joined', sentence, { whole: true, names: false, headed: true });
  }

  all(): Candidate[] {
    for (const [candidate, forms] of this.forms)
      for (const [text, weight] of forms) if (weight > forms.get(candidate.text)!) candidate.text = text;
    return [...this.byKey.values()];
  }

  private file(text: string, tokens: readonly Token[], head: Token, shape: Candidate['shape'], sentence: number, seen: Seen): void {
    const words = tokens.map(keyOf);
    const key = words.join(' ');
    const span = { start: tokens[0]!.start, end: tokens.at(-1)!.end };
    let known = this.byKey.get(key);
    if (!known) {
      if (this.byKey.size >= maxCandidates) return;
      const generic = isGeneric(head.folded, this.language);
      known = {
        text,
        words: [...new Set(words)],
        head: keyOf(head),
        spans: [],
        count: 0,
        whole: 0,
        names: 0,
        headed: 0,
        shape,
        generic,
        sentence,
      };
      this.byKey.set(key, known);
    }
    known.count++;
    const forms = this.forms.get(known) ?? new Map<string, number>();
    this.forms.set(known, forms.set(text, (forms.get(text) ?? 0) + (seen.whole ? 2 : 1)));
    if (seen.whole) known.whole++;
    if (seen.names) known.names++;
    if (seen.headed) known.headed++;
    if (known.spans.length < maxSpans) known.spans.push(span);
  }
}

interface Seen {
  readonly whole: boolean;
  readonly names: boolean;
  readonly headed: boolean;
}

/** Singular and plural have one key: "houses" and "house", "companies" and "company", "luces" and "luz", "canciones" and "canción". */
export function keyOf({ folded, kind }: Token): string {
  if (kind === 'hashtag' || folded.length > 40) return makeKey(folded, kind);
  let key = keys.get(folded);
  if (key === undefined) {
    key = makeKey(folded, kind);
    if (keys.size >= maxKeys) keys.clear();
    keys.set(folded, key);
  }
  return key;
}

const maxKeys = 20_000;
const keys = new Map<string, string>();

function makeKey(folded: string, kind: Token['kind']): string {
  const word = (kind === 'hashtag' ? folded.slice(1) : folded.replace(/'s$/, '')).normalize('NFD').replace(/[\u0300\u0301]/g, '');
  if (word.length < 4) return word;
  const one = word.length > 4 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word) ? word.slice(0, -1) : word;
  return one.replace(/e$/, '').replace(/y$/, 'i').replace(/z$/, 'c');
}
