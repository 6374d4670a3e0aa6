import type { Sentence, Token } from '../text-document.ts';
import { type Word, wordFact } from '../vocabulary.ts';

/** Tests of a token by name: `@noun` in a pattern is `classes.noun`. One with a single parameter depends on the word alone. */
export type WordClasses = Readonly<Record<string, (word: string, token: Token) => boolean>>;

interface Test {
  (token: Token | undefined): boolean;
  /** Whether some token with this word passes. */
  readonly mayPass: (word: Word) => boolean;
}

/** Classes that remember which of them a word belongs to. */
export interface KnownClasses {
  readonly classes: WordClasses;
  /** The number of a class, from 0 on; -1 for one that looks at the token too. */
  readonly numberOf: (name: string) => number;
  /** One bit for each number. */
  readonly bitsOf: (word: Word) => number;
}

const bitsInNumber = 31;

/** @throws RangeError for more classes of words alone than a number has bits */
export function knowClasses(classes: WordClasses): KnownClasses {
  const names = Object.keys(classes).filter((name) => classes[name]!.length < 2);
  if (names.length > bitsInNumber) throw new RangeError(`${names.length} classes of words are more than ${bitsInNumber}`);
  const none = {} as Token; // these classes look at the word alone
  return {
    classes,
    numberOf: (name) => names.indexOf(name),
    bitsOf: wordFact(({ folded }) => names.reduce((sum, name, index) => (classes[name]!(folded, none) ? sum | (1 << index) : sum), 0)),
  };
}

/** One element of a pattern: consumes a token, or looks at one without. */
interface Element {
  readonly kind: 'token' | 'many' | 'optional' | 'ahead' | 'not-ahead' | 'behind' | 'not-behind' | 'start' | 'end';
  readonly test: Test;
  readonly opens: boolean;
  readonly closes: boolean;
}

export interface TokenPattern {
  readonly elements: readonly Element[];
  /** Whether a match can begin with the word; for nearly all words and patterns it cannot. */
  readonly mayBegin: (word: Word) => boolean;
  /** The words that can begin a match; undefined when a class can. */
  readonly firstWords: readonly string[] | undefined;
}

/** Tokens `first` to before `last` are marked by the brackets of the pattern. */
export interface PatternMatch {
  readonly first: number;
  readonly last: number;
}

const kinds: Readonly<Record<string, Element['kind']>> = { '!': 'not-ahead', '=': 'ahead', '~': 'not-behind', '<': 'behind' };
const maxRepeats = 3;

/**
 * Reads a pattern of words. Elements are separated by spaces:
 * `a|b` one of these words; `@noun` a word of a class; `x?` optional; `x*` up to three; `!x` and `=x` the next token is not, is, one of these; `~x`
 * and `<x` the token before is not, is; `^` the start of a clause; `$` its end. Brackets mark what is replaced: `could [of] !course`.
 *
 * @throws RangeError for a class that does not exist
 */
export function readPattern(source: string, classes: KnownClasses): TokenPattern {
  const parts = source.trim().split(/\s+/);
  const elements = parts.map((part) => readElement(part, classes));
  const first = parts.find((part) => !/^[[]?[\^~<=!]/.test(part)) ?? '';
  const words = first.replace(/[[\]]/g, '').split('|');
  const consuming = elements.find(({ kind }) => kind === 'token' || kind === 'many' || kind === 'optional');
  return {
    elements,
    mayBegin: (word) => consuming?.kind !== 'token' || consuming.test.mayPass(word),
    firstWords: /[@?*]/.test(first) ? undefined : words,
  };
}

function readElement(part: string, classes: KnownClasses): Element {
  const bare = part.replace(/[[\]]/g, '');
  const marks = { opens: part.startsWith('['), closes: part.endsWith(']') };
  if (bare === '^') return { kind: 'start', test: always, ...marks };
  if (bare === '$') return { kind: 'end', test: always, ...marks };
  const looks = kinds[bare[0]!];
  const repeats = bare.endsWith('?') ? 'optional' : bare.endsWith('*') ? 'many' : 'token';
  const test = readTest(looks ? bare.slice(1) : repeats === 'token' ? bare : bare.slice(0, -1), classes);
  return { kind: looks ?? repeats, test, ...marks };
}

const always: Test = Object.assign(() => true, { mayPass: () => true });

function readTest(alternatives: string, { classes, numberOf, bitsOf }: KnownClasses): Test {
  const words = new Set<string>();
  const byToken: ((word: string, token: Token) => boolean)[] = [];
  let mask = 0;
  for (const alternative of alternatives.split('|')) {
    const name = alternative.startsWith('@') ? alternative.slice(1) : undefined;
    if (name === undefined) words.add(alternative);
    else if (!classes[name]) throw new RangeError(`no class of words is called ${alternative}`);
    else if (numberOf(name) < 0) byToken.push(classes[name]);
    else mask |= 1 << numberOf(name);
  }
  const ofWord = (word: Word): boolean => words.has(word.folded) || (mask !== 0 && (bitsOf(word) & mask) !== 0);
  const test = (token: Token | undefined): boolean =>
    token !== undefined && (ofWord(token.word) || byToken.some((is) => is(token.folded, token)));
  return Object.assign(test, { mayPass: (word: Word) => byToken.length > 0 || ofWord(word) });
}

/**
 * Matches a pattern at a token. Looks no further than the elements of the pattern allow, and never outside of the sentence.
 *
 * @returns undefined when it does not match there
 */
export function matchPattern(
  { elements }: TokenPattern,
  tokens: readonly Token[],
  at: number,
  sentence: Sentence,
): PatternMatch | undefined {
  return step(elements, 0, tokens, at, sentence, -1, -1);
}

/** Matches the elements from `index` on; `first` and `last` are the marks so far, -1 for none. */
function step(
  elements: readonly Element[],
  index: number,
  tokens: readonly Token[],
  at: number,
  sentence: Sentence,
  first: number,
  last: number,
): PatternMatch | undefined {
  const element = elements[index];
  if (!element) return first < 0 ? undefined : { first, last };
  const { kind, test, closes } = element;
  const opened = element.opens ? at : first;
  if (kind !== 'token' && kind !== 'many' && kind !== 'optional')
    return holds(element, tokens, at, sentence) ? step(elements, index + 1, tokens, at, sentence, opened, closes ? at : last) : undefined;
  const most = kind === 'many' ? maxRepeats : 1;
  let taken = 0;
  while (taken < most && test(inside(tokens, at + taken, sentence))) taken++;
  for (const least = kind === 'token' ? 1 : 0; taken >= least; taken--) {
    const next = at + taken;
    const match = step(elements, index + 1, tokens, next, sentence, opened, closes ? next : last);
    if (match) return match;
  }
  return undefined;
}

/** Whether an element that consumes nothing holds before the token at `at`. */
function holds({ kind, test }: Element, tokens: readonly Token[], at: number, sentence: Sentence): boolean {
  if (kind === 'start') return isClauseStart(inside(tokens, at - 1, sentence));
  if (kind === 'end') return isClauseEnd(inside(tokens, at, sentence));
  if (kind === 'ahead' || kind === 'not-ahead') return test(inside(tokens, at, sentence)) === (kind === 'ahead');
  return test(inside(tokens, at - 1, sentence)) === (kind === 'behind');
}

const inside = (tokens: readonly Token[], at: number, { first, last }: Sentence): Token | undefined =>
  at >= first && at < last ? tokens[at] : undefined;

const clauseOpeners = new Set(
  'and but because that so when if then while or as since although though before after y pero porque que cuando si aunque pues'.split(' '),
);
const isClauseStart = (before: Token | undefined): boolean =>
  before === undefined || (before.kind !== 'word' && before.kind !== 'number') || clauseOpeners.has(before.folded);
const isClauseEnd = (token: Token | undefined): boolean =>
  token === undefined || (token.kind === 'mark' && !/^["“”'«»()-]$/.test(token.text)) || token.kind === 'emoji';
