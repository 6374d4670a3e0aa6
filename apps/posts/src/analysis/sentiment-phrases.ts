import type { PhraseSource } from './data/lexicon-source.ts';
import { type Opens, phraseOpenings } from './phrase-openings.ts';
import type { Token } from './text-document.ts';

/** Alternatives for one word, any one word, or up to three words of any kind. */
type Element = ReadonlySet<string> | 'one' | 'gap';

interface Phrase {
  readonly elements: readonly Element[];
  readonly weight: number;
}

export interface Phrases {
  /** By first word, then by second word; '' holds those whose second place takes any word. Those with most words stand first. */
  readonly byFirst: ReadonlyMap<string, ReadonlyMap<string, readonly Phrase[]>>;
  readonly opens: Opens;
}

export interface FoundPhrase {
  readonly weight: number;
  /** Index of the last token. */
  readonly last: number;
}

const longestGap = 3;

/**
 * Reads phrases of a data file, separated by commas or line breaks: `can't/cannot stand` has alternatives, `{cost/charge} us` has every form of a verb,
 * `*` stands for one word and `...` for none to three.
 *
 * @param verb the forms of a verb
 */
export function compilePhrases(sources: readonly PhraseSource[], verb: (entry: string) => string[]): Phrases {
  const compiled = new Map<string, Map<string, Phrase[]>>();
  for (const [weight, list] of sources)
    for (const written of list.split(/[,\n]/)) {
      const elements = written
        .trim()
        .split(/\s+/)
        .filter(Boolean)
        .map((part) => elementOf(part, verb));
      if (elements.length > 0) file(compiled, { elements, weight });
    }
  const words = ({ elements }: Phrase) => elements.filter((element) => element !== 'gap').length;
  for (const seconds of compiled.values()) for (const phrases of seconds.values()) phrases.sort((a, b) => words(b) - words(a));
  let opens: Opens | undefined;
  return {
    byFirst: compiled,
    opens: (tokens, at, end) => {
      opens ??= phraseOpenings([compiled]);
      return opens(tokens, at, end);
    },
  };
}

function elementOf(part: string, verb: (entry: string) => string[]): Element {
  if (part === '*') return 'one';
  if (part === '...') return 'gap';
  const verbs = /^\{([^{}]+)\}$/.exec(part)?.[1];
  if (!verbs && /[{}]/.test(part)) throw new TypeError(`a verb fills its place alone: ${part}`);
  return new Set(verbs ? verbs.split('/').flatMap(verb) : part.split('/').flatMap(withoutApostrophe));
}

/** A contraction also as people type it: "dont", "wont". */
const withoutApostrophe = (word: string): string[] => (word.endsWith("n't") ? [word, `${word.slice(0, -2)}t`] : [word]);

function file(compiled: Map<string, Map<string, Phrase[]>>, phrase: Phrase): void {
  const [first, second] = phrase.elements;
  if (!(first instanceof Set)) throw new TypeError('a phrase begins with a word');
  for (const start of first as ReadonlySet<string>)
    for (const next of second instanceof Set ? (second as ReadonlySet<string>) : ['']) {
      const seconds = compiled.get(start) ?? new Map<string, Phrase[]>();
      compiled.set(start, seconds.set(next, [...(seconds.get(next) ?? []), phrase]));
    }
}

/** The phrase that begins with the token at `at` and ends before `end`. The work has a bound: a gap takes three words at most. */
export function findPhrase(phrases: Phrases, tokens: readonly Token[], at: number, end: number): FoundPhrase | undefined {
  return phrases.opens(tokens, at, end) ? phraseAt(phrases, tokens, at, end) : undefined;
}

/** As `findPhrase`, for a token at which a phrase of some list opens. */
export function phraseAt({ byFirst }: Phrases, tokens: readonly Token[], at: number, end: number): FoundPhrase | undefined {
  const seconds = byFirst.get(tokens[at]!.folded);
  if (!seconds) return undefined;
  const closed = at + 1 < end ? seconds.get(tokens[at + 1]!.folded) : undefined;
  const found = closed && firstOf(closed, tokens, at, end);
  if (found) return found;
  const open = seconds.get('');
  return open && firstOf(open, tokens, at, end);
}

function firstOf(phrases: readonly Phrase[], tokens: readonly Token[], at: number, end: number): FoundPhrase | undefined {
  for (const { elements, weight } of phrases) {
    const after = matchFrom(elements, 1, tokens, at + 1, end);
    if (after > 0) return { weight, last: after - 1 };
  }
  return undefined;
}

/** The index after the match of the elements from `index` on, or -1. */
function matchFrom(elements: readonly Element[], index: number, tokens: readonly Token[], at: number, end: number): number {
  if (index === elements.length) return at;
  const element = elements[index]!;
  if (element === 'gap') {
    for (let taken = 0; taken <= longestGap; taken++) {
      const after = matchFrom(elements, index + 1, tokens, at + taken, end);
      if (after > 0) return after;
      if (!isTaken(tokens[at + taken])) return -1;
    }
    return -1;
  }
  if (at >= end) return -1;
  const matches = element === 'one' ? isTaken(tokens[at]) : element.has(tokens[at]!.folded);
  return matches ? matchFrom(elements, index + 1, tokens, at + 1, end) : -1;
}

const isTaken = (token: Token | undefined): boolean => token !== undefined && token.kind !== 'mark';

/** A mark out of five or ten: "9/10", "2 out of 5", "8 sobre 10"; "3 de 5" counts things. Undefined when no mark begins at `at`. */
export function ratingAt(tokens: readonly Token[], at: number, end: number): FoundPhrase | undefined {
  const between = [1, 2].find((words) => /^(?:\/|out of|sobre)$/.test(foldedBetween(tokens, at + 1, at + 1 + words)));
  const last = at + 1 + (between ?? 0);
  const best = tokens[last]?.folded;
  if (between === undefined || last >= end || (best !== '10' && best !== '5')) return undefined;
  const share = Number(tokens[at]!.folded) / Number(best);
  return !(share <= 1) ? undefined : { weight: share >= 0.8 ? 2.4 : share <= 0.4 ? -2.4 : 0, last };
}

const foldedBetween = (tokens: readonly Token[], from: number, to: number): string =>
  tokens
    .slice(from, to)
    .map(({ folded }) => folded)
    .join(' ');
