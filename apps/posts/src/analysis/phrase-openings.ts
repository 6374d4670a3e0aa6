import type { Token } from './text-document.ts';
import { wordFact } from './vocabulary.ts';

/** The second words behind a first word; '' stands for any. */
type Seconds = { keys(): Iterable<string> };

/** Whether a phrase can begin with the token at `at` and go on with the next one before `end`: rarely true where none does, never false where one does. */
export type Opens = (tokens: readonly Token[], at: number, end: number) => boolean;

/** As `phraseOpenings`, for phrases of whole words. */
export function openingsOf(phrases: Iterable<readonly string[]>): Opens {
  const seconds = new Map<string, Set<string>>();
  for (const [first = '', second = ''] of phrases) seconds.set(first, (seconds.get(first) ?? new Set<string>()).add(second));
  return phraseOpenings([seconds]);
}

const { imul } = Math;
const bitsOfPair = 12; // some 1 pair in 12 is taken for another

/**
 * Tells from the first two words that no phrase of some lists begins at a token, without a look at the phrases, whose tables are large: words have
 * numbers, and one bit in a set of at most 64 kB stands for each pair.
 *
 * @see Bloom 1970, "Space/Time Trade-offs in Hash Coding with Allowable Errors"
 */
export function phraseOpenings(lists: readonly ReadonlyMap<string, Seconds>[]): Opens {
  const firsts = numbered(lists.flatMap((list) => [...list.keys()]));
  const pairs = lists.flatMap((list) =>
    [...list].flatMap(([first, seconds]) => [...seconds.keys()].map((second) => [first, second] as const)),
  );
  const seconds = numbered(pairs.map(([, second]) => second).filter(Boolean));
  const shift = 32 - Math.ceil(Math.log2(Math.min(1 << 19, Math.max(32, bitsOfPair * pairs.length))));
  const known = new Uint32Array((1 << (32 - shift)) / 32);
  const isOpen = new Uint8Array(firsts.size + 1);
  for (const [first, second] of pairs) {
    if (second === '') isOpen[firsts.get(first)!] = 1;
    else mark(known, placeOf(firsts.get(first)!, seconds.get(second)!, shift));
  }
  const firstOf = wordFact(({ folded }) => firsts.get(folded) ?? 0);
  const secondOf = wordFact(({ folded }) => seconds.get(folded) ?? 0);
  return (tokens, at, end) => {
    const first = firstOf(tokens[at]!.word);
    if (first === 0) return false;
    if (isOpen[first] === 1) return true;
    const second = at + 1 < end ? secondOf(tokens[at + 1]!.word) : 0;
    return second !== 0 && isMarked(known, placeOf(first, second, shift));
  };
}

/** Numbers from 1 on. */
const numbered = (words: readonly string[]): Map<string, number> => new Map([...new Set(words)].map((word, index) => [word, index + 1]));

const placeOf = (first: number, second: number, shift: number): number =>
  imul(imul(first, 0x9e3779b1) ^ imul(second, 0x85ebca6b), 0xc2b2ae35) >>> shift;
const mark = (known: Uint32Array, place: number): void => {
  known[place >>> 5]! |= 1 << (place & 31);
};
const isMarked = (known: Uint32Array, place: number): boolean => ((known[place >>> 5]! >>> (place & 31)) & 1) === 1;
