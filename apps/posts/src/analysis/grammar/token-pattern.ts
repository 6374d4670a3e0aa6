import type { Sentence, Token } from '../text-document.ts';

/** Tests of a token by name: `@noun` in a pattern is `classes.noun`. */
export type WordClasses = Readonly<Record<string, (word: string, token: Token) => boolean>>;

type Test = (token: Token | undefined) => boolean;

/** One element of a pattern: consumes a token, or looks at one without. */
interface Element {
  readonly kind: 'token' | 'many' | 'optional' | 'ahead' | 'not-ahead' | 'behind' | 'not-behind' | 'start' | 'end';
  readonly test: Test;
  readonly opens: boolean;
  readonly closes: boolean;
}

export interface TokenPattern {
  readonly elements: readonly Element[];
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
export function readPattern(source: string, classes: WordClasses): TokenPattern {
  const parts = source.trim().split(/\s+/);
  const elements = parts.map((part) => readElement(part, classes));
  const first = parts.find((part) => !/^[[]?[\^~<=!]/.test(part)) ?? '';
  const words = first.replace(/[[\]]/g, '').split('|');
  return { elements, firstWords: /[@?*]/.test(first) ? undefined : words };
}

function readElement(part: string, classes: WordClasses): Element {
  const bare = part.replace(/[[\]]/g, '');
  const marks = { opens: part.startsWith('['), closes: part.endsWith(']') };
  if (bare === '^') return { kind: 'start', test: () => true, ...marks };
  if (bare === '$') return { kind: 'end', test: () => true, ...marks };
  const looks = kinds[bare[0]!];
  const repeats = bare.endsWith('?') ? 'optional' : bare.endsWith('*') ? 'many' : 'token';
  const test = readTest(looks ? bare.slice(1) : repeats === 'token' ? bare : bare.slice(0, -1), classes);
  return { kind: looks ?? repeats, test, ...marks };
}

function readTest(alternatives: string, classes: WordClasses): Test {
  const words = new Set<string>();
  const named: ((word: string, token: Token) => boolean)[] = [];
  for (const alternative of alternatives.split('|')) {
    if (!alternative.startsWith('@')) words.add(alternative);
    else {
      const found = classes[alternative.slice(1)];
      if (!found) throw new RangeError(`no class of words is called ${alternative}`);
      named.push(found);
    }
  }
  return (token) => token !== undefined && (words.has(token.folded) || named.some((is) => is(token.folded, token)));
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
  return step(elements, 0, tokens, at, sentence, { first: -1, last: -1 });
}

function step(
  elements: readonly Element[],
  index: number,
  tokens: readonly Token[],
  at: number,
  sentence: Sentence,
  marked: PatternMatch,
): PatternMatch | undefined {
  const element = elements[index];
  if (!element) return marked.first < 0 ? undefined : marked;
  const opened = element.opens ? { ...marked, first: at } : marked;
  const go = (next: number): PatternMatch | undefined =>
    step(elements, index + 1, tokens, next, sentence, element.closes ? { ...opened, last: next } : opened);
  const inside = (position: number) => (position >= sentence.first && position < sentence.last ? tokens[position] : undefined);
  if (element.kind === 'start') return isClauseStart(inside(at - 1)) ? go(at) : undefined;
  if (element.kind === 'end') return isClauseEnd(inside(at)) ? go(at) : undefined;
  if (element.kind === 'ahead' || element.kind === 'not-ahead')
    return element.test(inside(at)) === (element.kind === 'ahead') ? go(at) : undefined;
  if (element.kind === 'behind' || element.kind === 'not-behind')
    return element.test(inside(at - 1)) === (element.kind === 'behind') ? go(at) : undefined;
  if (element.kind === 'token') return element.test(inside(at)) ? go(at + 1) : undefined;
  const most = element.kind === 'many' ? maxRepeats : 1;
  let taken = 0;
  while (taken < most && element.test(inside(at + taken))) taken++;
  for (; taken >= 0; taken--) {
    const match = go(at + taken);
    if (match) return match;
  }
  return undefined;
}

const clauseOpeners = new Set(
  'and but because that so when if then while or as since although though before after y pero porque que cuando si aunque pues'.split(' '),
);
const isClauseStart = (before: Token | undefined): boolean =>
  before === undefined || (before.kind !== 'word' && before.kind !== 'number') || clauseOpeners.has(before.folded);
const isClauseEnd = (token: Token | undefined): boolean =>
  token === undefined || (token.kind === 'mark' && !/^["“”'«»()-]$/.test(token.text)) || token.kind === 'emoji';
