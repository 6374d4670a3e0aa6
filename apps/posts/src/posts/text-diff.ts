/** What differs between two texts, by words. */
import { anchorsOf } from './diff-anchors.ts';
import { type Hunk, shortestEdits } from './shortest-edits.ts';

/** A passage of one of the texts, in UTF-16 units, the end exclusive; empty where nothing stands. */
export interface Passage {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface TextChange {
  readonly from: Passage;
  readonly to: Passage;
}

export interface TextDiff {
  /** In the order of the texts, without overlap; together they turn one text into the other. */
  readonly changes: readonly TextChange[];
  readonly wordsRemoved: number;
  readonly wordsAdded: number;
}

/** A word with its inner marks, a run of white space, or one other character; linear. */
const tokens = /[\p{L}\p{M}\p{N}]+(?:['’_-][\p{L}\p{M}\p{N}]+)*|\s+|./gsu;
const isWord = /^[\p{L}\p{N}]/u;

/**
 * Compares two texts by words, white space and single signs. Words that occur once in both are matched first, then what lies between them by the
 * shortest edit; a stretch that differs too much is one change. Time is linear in the length for texts of one origin, and bounded for all.
 *
 * @param maxChanges more are merged with their neighbours, those that are nearest first
 */
export function diffTexts(from: string, to: string, maxChanges: number): TextDiff {
  const [a, b] = [split(from), split(to)];
  const [left, right] = numbered(a, b);
  const hunks = limited(withoutGaps(diffTokens(left!, right!), a), maxChanges);
  const count = (list: readonly string[], start: number, end: number) => list.slice(start, end).filter((word) => isWord.test(word)).length;
  const [fromAt, toAt] = [offsetsOf(a), offsetsOf(b)];
  return {
    changes: hunks.map(({ fromStart, fromEnd, toStart, toEnd }) => ({
      from: passage(from, fromAt[fromStart]!, fromAt[fromEnd]!),
      to: passage(to, toAt[toStart]!, toAt[toEnd]!),
    })),
    wordsRemoved: hunks.reduce((sum, { fromStart, fromEnd }) => sum + count(a, fromStart, fromEnd), 0),
    wordsAdded: hunks.reduce((sum, { toStart, toEnd }) => sum + count(b, toStart, toEnd), 0),
  };
}

const split = (text: string): readonly string[] => text.match(tokens) ?? [];
const passage = (text: string, start: number, end: number): Passage => ({ start, end, text: text.slice(start, end) });

function offsetsOf(list: readonly string[]): number[] {
  let at = 0;
  return [0, ...list.map((token) => (at += token.length))];
}

/** Equal tokens get equal numbers. */
function numbered(...lists: readonly (readonly string[])[]): number[][] {
  const numbers = new Map<string, number>();
  return lists.map((list) =>
    list.map((token) => {
      const number = numbers.get(token) ?? numbers.size;
      numbers.set(token, number);
      return number;
    }),
  );
}

/** Deeper stretches between anchors are compared by the shortest edit alone. */
const maxDepth = 8;

function diffTokens(from: readonly number[], to: readonly number[]): Hunk[] {
  const hunks: Hunk[] = [];
  const compare = (whole: Hunk, depth: number): void => {
    const hunk = trimmed(from, to, whole);
    if (hunk.fromStart === hunk.fromEnd && hunk.toStart === hunk.toEnd) return;
    if (hunk.fromStart === hunk.fromEnd || hunk.toStart === hunk.toEnd) {
      hunks.push(hunk);
      return;
    }
    const anchors = depth < maxDepth ? anchorsOf(from, to, hunk) : [];
    if (anchors.length === 0) {
      hunks.push(...shortestEdits(from, to, hunk));
      return;
    }
    let { fromStart, toStart } = hunk;
    for (const [fromEnd, toEnd] of anchors) {
      compare({ fromStart, fromEnd, toStart, toEnd }, depth + 1);
      [fromStart, toStart] = [fromEnd + 1, toEnd + 1];
    }
    compare({ fromStart, fromEnd: hunk.fromEnd, toStart, toEnd: hunk.toEnd }, depth + 1);
  };
  compare({ fromStart: 0, fromEnd: from.length, toStart: 0, toEnd: to.length }, 0);
  return hunks;
}

/** Without the tokens that both begin and end with. */
function trimmed(from: readonly number[], to: readonly number[], { fromStart, fromEnd, toStart, toEnd }: Hunk): Hunk {
  let [start, fromLast, toLast] = [0, fromEnd, toEnd];
  while (fromStart + start < fromEnd && toStart + start < toEnd && from[fromStart + start] === to[toStart + start]) start++;
  while (fromLast > fromStart + start && toLast > toStart + start && from[fromLast - 1] === to[toLast - 1]) {
    fromLast--;
    toLast--;
  }
  return { fromStart: fromStart + start, fromEnd: fromLast, toStart: toStart + start, toEnd: toLast };
}

const join = (first: Hunk, last: Hunk): Hunk => ({ ...first, fromEnd: last.fromEnd, toEnd: last.toEnd });

/** Changes that only white space parts are one: a reader sees a passage, not its words. */
function withoutGaps(hunks: readonly Hunk[], from: readonly string[]): Hunk[] {
  const joined: Hunk[] = [];
  for (const hunk of hunks) {
    const last = joined.at(-1);
    const gap = last ? from.slice(last.fromEnd, hunk.fromStart) : [];
    if (last && gap.length <= 1 && gap.every((token) => token.trim() === '')) joined[joined.length - 1] = join(last, hunk);
    else joined.push(hunk);
  }
  return joined;
}

function limited(hunks: readonly Hunk[], maxChanges: number): readonly Hunk[] {
  if (hunks.length <= maxChanges) return hunks;
  const gaps = hunks.slice(1).map((hunk, at) => ({ at: at + 1, length: hunk.fromStart - hunks[at]!.fromEnd }));
  const kept = new Set(
    gaps
      .toSorted((one, other) => other.length - one.length || one.at - other.at)
      .slice(0, maxChanges - 1)
      .map(({ at }) => at),
  );
  const merged: Hunk[] = [];
  for (const [at, hunk] of hunks.entries()) {
    if (at === 0 || kept.has(at)) merged.push(hunk);
    else merged.push(join(merged.pop()!, hunk));
  }
  return merged;
}
