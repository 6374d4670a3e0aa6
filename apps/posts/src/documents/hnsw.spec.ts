import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dimension, embedText } from '../analysis/embed-text.ts';
import { decodeHalves, encodeHalves } from './half-floats.ts';
import { buildHnsw, candidatesFor, openHnsw } from './hnsw.ts';
import { dot, findNearest } from './nearest.ts';
import { plantedCopies } from './testing/planted-copies.ts';
import { recordBytes } from './vector-records.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-hnsw-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers of documents begin at 1,000. */
async function build(name: string, texts: readonly string[]) {
  const [recordsPath, indexPath] = [join(folder, `${name}.records`), join(folder, `${name}.index`)];
  const bytes = Buffer.alloc(recordBytes(dimension) * texts.length);
  const vectors = new Float32Array(dimension * texts.length);
  for (const [at, text] of texts.entries()) {
    bytes.writeBigUInt64LE(BigInt(1_000 + at), at * recordBytes(dimension));
    const halves = encodeHalves(embedText(text));
    bytes.set(halves, at * recordBytes(dimension) + 8);
    decodeHalves(halves, vectors, at * dimension);
  }
  writeFileSync(recordsPath, bytes);
  const built = await buildHnsw({ recordsPath, indexPath, count: texts.length, dimension });
  return { ...built, search: await openHnsw(indexPath, dimension, built.expansion), vectors, count: texts.length };
}

/** Share of the nearest ten of every `step`th document that a search finds and ranks by exact similarity; the document itself does not count. */
async function recallAtTen({ search, vectors, count }: Awaited<ReturnType<typeof build>>, step: number): Promise<number> {
  let [found, wanted] = [0, 0];
  for (let own = 3; own < count; own += step) {
    const asked = vectors.slice(own * dimension, (own + 1) * dimension);
    const { places } = await findNearest(vectors, count, asked, 11);
    const similarityOf = (place: number) => dot(vectors, place * dimension, asked);
    const least =
      Math.min(
        ...[...places]
          .filter((place) => place !== own)
          .slice(0, 10)
          .map(similarityOf),
      ) - 1e-6;
    const matches = [...search(asked, candidatesFor(11)).numbers].map((number) => number - 1_000).filter((place) => place !== own);
    found += Math.min(10, matches.filter((place) => similarityOf(place) >= least).length);
    wanted += 10;
  }
  return found / wanted;
}

describe('an approximate index of vectors', () => {
  it('finds at least 0.95 of what an exact search finds, and tells how much', async () => {
    const { texts } = plantedCopies(2_500, 500, 5);
    const built = await build('texts', texts);
    expect(built.recall).toBeGreaterThanOrEqual(0.95);
    expect(Math.abs((await recallAtTen(built, 25)) - built.recall)).toBeLessThan(0.03);
    const { numbers, similarities } = built.search(embedText(texts[7]!), 3);
    expect(numbers[0]).toBe(1_007);
    expect(similarities[0]).toBeCloseTo(1, 2);
    expect(built.search(embedText(texts[7]!), 10_000).numbers).toHaveLength(2_500);
  });

  it('of documents that are nearly the same tells its true recall', async () => {
    const template = Array.from({ length: 60 }, (_, word) => `word${word}`).join(' ');
    const built = await build(
      'template',
      Array.from({ length: 1_500 }, (_, at) => `${template} ${at % 500}`),
    );
    expect(Math.abs((await recallAtTen(built, 15)) - built.recall)).toBeLessThan(0.05);
  });

  it('may be empty', async () => {
    const { recall, search } = await build('empty', []);
    expect(recall).toBe(1);
    expect(search(embedText('anything'), 5).numbers).toHaveLength(0);
  });
});
