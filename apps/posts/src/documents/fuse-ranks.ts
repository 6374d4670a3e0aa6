/** One order from two: reciprocal rank fusion needs no common scale of scores. */

/** Damps the first ranks. @see Cormack, Clarke, Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods" */
const damping = 60;

export interface FusedRank {
  readonly number: string;
  /** The sum of 1 / (60 + rank) over the lists that have it, in shares of the largest possible sum: 1 is first in both. */
  readonly score: number;
  /** From 1; null where the list has it not. */
  readonly textRank: number | null;
  readonly vectorRank: number | null;
}

/**
 * @param byText document numbers, best first
 * @param byVector document numbers, best first
 * @returns the best first; equal ones in the order of `byText`, then of `byVector`
 */
export function fuseRanks(byText: readonly string[], byVector: readonly string[]): FusedRank[] {
  const [textRanks, vectorRanks] = [byText, byVector].map((numbers) => new Map(numbers.map((number, at) => [number, at + 1]))) as [
    Map<string, number>,
    Map<string, number>,
  ];
  const largest = 2 / (damping + 1);
  const share = (rank: number | undefined) => (rank === undefined ? 0 : 1 / (damping + rank));
  return [...new Set([...byText, ...byVector])]
    .map((number) => {
      const [textRank, vectorRank] = [textRanks.get(number), vectorRanks.get(number)];
      const score = (share(textRank) + share(vectorRank)) / largest;
      return { number, score, textRank: textRank ?? null, vectorRank: vectorRank ?? null };
    })
    .sort((a, b) => b.score - a.score);
}
