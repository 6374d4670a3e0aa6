import { jaccard, shinglesOf } from './shingles.ts';

/** Documents whose texts are in memory at a time. */
const blockDocuments = 500;

/** @returns the similarity of each pair of places in `documents` */
export type CompareBlock = (documents: readonly number[], pairs: Int32Array) => Promise<Float64Array>;

/**
 * Computes the exact similarity of candidate pairs, block by block: only the texts of one block are in memory.
 *
 * @param pairs two document numbers a pair
 * @param compare reads the texts of a block, by ascending document numbers, and compares them
 * @returns the Jaccard similarity of each pair, in the order of `pairs`
 */
export async function verifyPairs(pairs: Int32Array, compare: CompareBlock): Promise<Float64Array> {
  const order = Int32Array.from({ length: pairs.length / 2 }, (_, pair) => pair).sort((a, b) => pairs[2 * a]! - pairs[2 * b]! || a - b);
  const similarities = new Float64Array(order.length);
  for (let start = 0; start < order.length; ) {
    const documents = new Set<number>();
    let end = start;
    for (; end < order.length && documents.size < blockDocuments; end++)
      documents.add(pairs[2 * order[end]!]!).add(pairs[2 * order[end]! + 1]!);
    const sorted = [...documents].sort((a, b) => a - b);
    const places = new Map(sorted.map((document, place) => [document, place]));
    const block = order.subarray(start, end);
    const local = Int32Array.from({ length: 2 * block.length }, (_, at) => places.get(pairs[2 * block[at >> 1]! + (at & 1)]!)!);
    const found = await compare(sorted, local);
    for (const [at, pair] of block.entries()) similarities[pair] = found[at]!;
    start = end;
  }
  return similarities;
}

/** @param pairs two places in `texts` a pair */
export function compareTexts(texts: readonly string[], pairs: Int32Array): Float64Array {
  const shingles = texts.map(shinglesOf);
  return Float64Array.from({ length: pairs.length / 2 }, (_, pair) =>
    jaccard(shingles[pairs[2 * pair]!]!, shingles[pairs[2 * pair + 1]!]!),
  );
}
