/** Tokens that hold two texts together: each occurs once in both. */
import type { Hunk } from './shortest-edits.ts';

/**
 * The longest chain of tokens that occur once in either stretch, in the order of both ("patience").
 *
 * @returns positions in `from` and `to`, rising in both; empty where no token is unique
 */
export function anchorsOf(
  from: readonly number[],
  to: readonly number[],
  { fromStart, fromEnd, toStart, toEnd }: Hunk,
): [number, number][] {
  const inTo = uniquePositions(to, toStart, toEnd);
  const pairs: [number, number][] = [];
  for (const [token, at] of uniquePositions(from, fromStart, fromEnd)) {
    const other = at < 0 ? undefined : inTo.get(token);
    if (other !== undefined && other >= 0) pairs.push([at, other]);
  }
  return longestRising(pairs.sort(([one], [other]) => one - other));
}

/** -1 for a token that occurs again. */
function uniquePositions(tokens: readonly number[], start: number, end: number): Map<number, number> {
  const positions = new Map<number, number>();
  for (let at = start; at < end; at++) positions.set(tokens[at]!, positions.has(tokens[at]!) ? -1 : at);
  return positions;
}

/** Of pairs in the order of their first number the most whose second numbers rise too; n log n. */
function longestRising(pairs: readonly [number, number][]): [number, number][] {
  const tails: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  for (const [at, [, value]] of pairs.entries()) {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[tails[middle]!]![1] < value) low = middle + 1;
      else high = middle;
    }
    before[at] = low > 0 ? tails[low - 1]! : -1;
    tails[low] = at;
  }
  const chain: [number, number][] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at]!) chain.push(pairs[at]!);
  return chain.reverse();
}
