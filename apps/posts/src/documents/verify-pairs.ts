import { jaccard, shinglesOf } from './shingles.ts';

/** Documents whose shingles are in memory at a time. */
const blockDocuments = 2_000;

/**
 * Computes the exact similarity of candidate pairs, block by block: only the texts of one block are in memory.
 *
 * @param pairs two document numbers a pair
 * @param textsOf reads texts by their ascending document numbers
 * @returns the Jaccard similarity of each pair, in the order of `pairs`
 */
export async function verifyPairs(
  pairs: Int32Array,
  textsOf: (documents: readonly number[]) => Promise<readonly string[]>,
): Promise<Float64Array> {
  const order = Int32Array.from({ length: pairs.length / 2 }, (_, pair) => pair).sort((a, b) => pairs[2 * a]! - pairs[2 * b]! || a - b);
  const similarities = new Float64Array(order.length);
  let shingles = new Map<number, Float64Array>();
  for (let start = 0; start < order.length; ) {
    const end = blockEnd(pairs, order, start);
    shingles = await shinglesOfBlock(pairs, order.subarray(start, end), shingles, textsOf);
    for (const pair of order.subarray(start, end))
      similarities[pair] = jaccard(shingles.get(pairs[2 * pair]!)!, shingles.get(pairs[2 * pair + 1]!)!);
    start = end;
  }
  return similarities;
}

function blockEnd(pairs: Int32Array, order: Int32Array, start: number): number {
  const documents = new Set<number>();
  let end = start;
  for (; end < order.length && documents.size < blockDocuments; end++)
    documents.add(pairs[2 * order[end]!]!).add(pairs[2 * order[end]! + 1]!);
  return end;
}

/** Takes what the block before had in common. */
async function shinglesOfBlock(
  pairs: Int32Array,
  block: Int32Array,
  before: ReadonlyMap<number, Float64Array>,
  textsOf: (documents: readonly number[]) => Promise<readonly string[]>,
): Promise<Map<number, Float64Array>> {
  const wanted = new Set<number>();
  for (const pair of block) wanted.add(pairs[2 * pair]!).add(pairs[2 * pair + 1]!);
  const missing = [...wanted].filter((document) => !before.has(document)).sort((a, b) => a - b);
  const texts = await textsOf(missing);
  const shingles = new Map(missing.map((document, at) => [document, shinglesOf(texts[at]!)]));
  for (const document of wanted) if (!shingles.has(document)) shingles.set(document, before.get(document)!);
  return shingles;
}
