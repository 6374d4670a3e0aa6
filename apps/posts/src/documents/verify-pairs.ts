import { jaccard, shinglesOf } from './shingles.ts';

/** Documents whose texts are in memory at a time. */
const blockDocuments = 500;

/** @returns the similarity of each pair of places in `documents` */
export type CompareBlock = (documents: readonly number[], pairs: Int32Array) => Promise<Float64Array>;

/** Works on the blocks, one after the other or several at a time. */
export type WorkOnBlocks = (blocks: Iterable<Block>, work: (block: Block) => Promise<void>) => Promise<unknown>;

interface Block {
  /** Ascending numbers. */
  readonly documents: readonly number[];
  /** Which pairs it has. */
  readonly pairs: Int32Array;
  /** Two places in `documents` a pair. */
  readonly places: Int32Array;
}

const oneByOne: WorkOnBlocks = async (blocks, work) => {
  for (const block of blocks) await work(block);
};

/**
 * Computes the exact similarity of candidate pairs, block by block: only the texts of the blocks that are worked on are in memory.
 *
 * @param pairs two document numbers a pair
 * @param compare reads the texts of a block, by ascending document numbers, and compares them
 * @returns the Jaccard similarity of each pair, in the order of `pairs`
 */
export async function verifyPairs(pairs: Int32Array, compare: CompareBlock, workOn: WorkOnBlocks = oneByOne): Promise<Float64Array> {
  const similarities = new Float64Array(pairs.length / 2);
  await workOn(blocksOf(pairs), async (block) => {
    const found = await compare(block.documents, block.places);
    for (const [at, pair] of block.pairs.entries()) similarities[pair] = found[at]!;
  });
  return similarities;
}

function* blocksOf(pairs: Int32Array): Generator<Block> {
  const order = Int32Array.from({ length: pairs.length / 2 }, (_, pair) => pair).sort((a, b) => pairs[2 * a]! - pairs[2 * b]! || a - b);
  for (let start = 0; start < order.length; ) {
    const documents = new Set<number>();
    let end = start;
    for (; end < order.length && documents.size < blockDocuments; end++)
      documents.add(pairs[2 * order[end]!]!).add(pairs[2 * order[end]! + 1]!);
    const sorted = [...documents].sort((a, b) => a - b);
    const placeOf = new Map(sorted.map((document, place) => [document, place]));
    const block = order.subarray(start, end);
    const places = Int32Array.from({ length: 2 * block.length }, (_, at) => placeOf.get(pairs[2 * block[at >> 1]! + (at & 1)]!)!);
    yield { documents: sorted, pairs: block, places };
    start = end;
  }
}

/** @param pairs two places in `texts` a pair */
export function compareTexts(texts: readonly string[], pairs: Int32Array): Float64Array {
  const shingles = texts.map(shinglesOf);
  return Float64Array.from({ length: pairs.length / 2 }, (_, pair) =>
    jaccard(shingles[pairs[2 * pair]!]!, shingles[pairs[2 * pair + 1]!]!),
  );
}
