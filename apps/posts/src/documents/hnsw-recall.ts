/** Measures how many of the true nearest neighbours an approximate search finds. */
import { dot, findNearest } from './nearest.ts';
import { recordsOf } from './vector-records.ts';

/** A document whose neighbours are looked for. */
export interface SampledVector {
  readonly number: number;
  /** From the beginning of its buffer on. */
  readonly vector: Float32Array;
}

/** Sums of the same products in another order may differ by this. */
const tolerance = 1e-6;

/**
 * @param questions documents of the file
 * @param found for each way of searching and each question: numbers of documents that the search gave
 * @param neighbours how many neighbours of each question count; the document itself does not
 * @returns for each way the share of the true neighbours that are found, 0 to 1; a document that is as similar as the last true one counts as one
 */
export async function recallOf(
  recordsPath: string,
  questions: readonly SampledVector[],
  found: readonly (readonly (readonly number[])[])[],
  neighbours: number,
): Promise<number[]> {
  const { nearest, vectors } = await readTruth(recordsPath, questions, new Set(found.flat(2)), neighbours);
  const wanted = nearest.reduce((sum, { length }) => sum + length, 0);
  return found.map((numbers) => {
    const hits = questions.map(({ number: own, vector }, at) => {
      const least = (nearest[at]!.at(-1) ?? Number.POSITIVE_INFINITY) - tolerance;
      const others = numbers[at]!.filter((number) => number !== own && dot(vectors.get(number)!, 0, vector) >= least);
      return Math.min(nearest[at]!.length, others.length);
    });
    return wanted === 0 ? 1 : hits.reduce((sum, each) => sum + each, 0) / wanted;
  });
}

/** Similarities of the true neighbours of each question, the greatest first, and the vectors of the documents of `numbers`: one pass over the file. */
async function readTruth(recordsPath: string, questions: readonly SampledVector[], numbers: ReadonlySet<number>, neighbours: number) {
  const nearest = questions.map((): number[] => []);
  const vectors = new Map<number, Float32Array>();
  const dimension = questions[0]?.vector.length;
  if (dimension === undefined) return { nearest, vectors };
  for (const block of recordsOf(recordsPath, dimension)) {
    for (const [at, number] of block.numbers.entries())
      if (numbers.has(Number(number))) vectors.set(Number(number), block.vectors.slice(at * dimension, (at + 1) * dimension));
    for (const [at, { number: own, vector }] of questions.entries()) {
      const { places } = await findNearest(block.vectors, block.numbers.length, vector, neighbours + 1);
      const others = [...places].filter((place) => Number(block.numbers[place]) !== own);
      const similarities = others.map((place) => dot(block.vectors, place * dimension, vector));
      nearest[at] = [...nearest[at]!, ...similarities].sort((a, b) => b - a).slice(0, neighbours);
    }
  }
  return { nearest, vectors };
}
