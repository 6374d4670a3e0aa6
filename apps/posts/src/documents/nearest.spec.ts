import { describe, expect, it } from '@jest/globals';
import { dimension, embedText } from '../analysis/embed-text.ts';
import { findNearestOf, loadUsearch, type SearchedBlock, scan } from './nearest.ts';
import { greatestError, roundVectors } from './rounded-vectors.ts';
import { plantedCopies, seededNumbers } from './testing/planted-copies.ts';

function blockOf(vectors: readonly Float32Array[]): SearchedBlock {
  const all = new Float32Array(new SharedArrayBuffer(4 * dimension * vectors.length));
  for (const [at, vector] of vectors.entries()) all.set(vector, at * dimension);
  return { vectors: all, count: vectors.length, rounded: roundVectors(all, dimension) };
}

const similaritiesOf = (found: readonly { readonly similarities: Float32Array }[], limit: number): number[] =>
  found
    .flatMap(({ similarities }) => [...similarities])
    .sort((a, b) => b - a)
    .slice(0, limit);

/** Vectors around one text: all of them are nearly the same. */
function crowd(count: number): Float32Array[] {
  const [random, middle] = [seededNumbers(7), embedText('We open a new office in Madrid')];
  return Array.from({ length: count }, () => {
    const moved = middle.map((value) => value + 0.002 * (random() - 0.5));
    const length = Math.hypot(...moved);
    return moved.map((value) => value / length);
  });
}

describe('the vectors that are nearest', () => {
  const texts = plantedCopies(600, 60, 3).texts.map(embedText);

  it.each([
    ['of texts of all kinds', [texts.slice(0, 300), texts.slice(300)], texts[17]!, 10],
    ['of vectors that are nearly the same, where rounding leaves a doubt', [crowd(400)], embedText('a new office in Madrid'), 5],
    ['of fewer vectors than are wanted', [texts.slice(0, 3)], texts[1]!, 10],
    ['of a block without a vector', [[], texts.slice(0, 200)], texts[1]!, 5],
  ])('are those that a comparison of every one finds: %s', async (_, blocks, asked, limit) => {
    expect(await loadUsearch()).toBeDefined();
    const searched = blocks.map(blockOf);
    const every = similaritiesOf(
      searched.map(({ vectors, count }) => scan(vectors, count, asked, limit)),
      limit,
    );
    const found = similaritiesOf(await findNearestOf(searched, asked, limit), limit);
    expect(found).toHaveLength(every.length);
    for (const [at, similarity] of every.entries()) expect(found[at]).toBeCloseTo(similarity, 6);
  });

  it('are never farther from their rounded ones than the bound says', () => {
    const { vectors, rounded } = blockOf(texts);
    const question = roundVectors(texts[5]!, dimension);
    const bound = greatestError(question, rounded);
    expect(bound).toBeLessThan(0.05);
    for (let place = 0; place < texts.length; place++) {
      let [exact, approximate] = [0, 0];
      for (let at = 0; at < dimension; at++) {
        exact += vectors[place * dimension + at]! * texts[5]![at]!;
        approximate += rounded.bytes[place * dimension + at]! * question.bytes[at]! * rounded.step * question.step;
      }
      expect(Math.abs(exact - approximate)).toBeLessThanOrEqual(bound);
    }
  });
});
