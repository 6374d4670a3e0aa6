import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dimension, embedText } from '../analysis/embed-text.ts';
import { encodeHalves } from './half-floats.ts';
import { buildHnsw, openHnsw, recordBytes } from './hnsw.ts';
import { findNearest } from './nearest.ts';
import { plantedCopies } from './testing/planted-copies.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-hnsw-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers of documents begin at 1,000. */
async function build(name: string, texts: readonly string[]) {
  const [recordsPath, indexPath] = [join(folder, `${name}.records`), join(folder, `${name}.index`)];
  const bytes = Buffer.alloc(recordBytes * texts.length);
  const vectors = new Float32Array(dimension * texts.length);
  for (const [at, text] of texts.entries()) {
    const vector = embedText(text);
    bytes.writeBigUInt64LE(BigInt(1_000 + at), at * recordBytes);
    bytes.set(encodeHalves(vector), at * recordBytes + 8);
    vectors.set(vector, at * dimension);
  }
  writeFileSync(recordsPath, bytes);
  return { recall: await buildHnsw(recordsPath, indexPath, texts.length), search: await openHnsw(indexPath), vectors };
}

describe('an approximate index of vectors', () => {
  it('finds nearly what an exact search finds, and tells how much', async () => {
    const { texts } = plantedCopies(2_500, 500, 5);
    const { recall, search, vectors } = await build('texts', texts);
    expect(recall).toBeGreaterThanOrEqual(0.95);
    let shared = 0;
    for (let at = 0; at < 20; at++) {
      const asked = embedText(texts[at * 100]!);
      const exact = await findNearest(vectors, texts.length, asked, 10);
      const found = new Set(search(asked, 10).numbers);
      shared += [...exact.places].filter((place) => found.has(1_000 + place)).length;
    }
    expect(shared / 200).toBeGreaterThanOrEqual(0.9);
    const { numbers, similarities } = search(embedText(texts[7]!), 3);
    expect(numbers[0]).toBe(1_007);
    expect(similarities[0]).toBeCloseTo(1, 2);
    expect(search(embedText(texts[7]!), 10_000).numbers).toHaveLength(2_500);
  });

  it('of documents that are nearly the same tells its true recall', async () => {
    const template = Array.from({ length: 60 }, (_, word) => `word${word}`).join(' ');
    const { recall } = await build(
      'template',
      Array.from({ length: 1_000 }, (_, at) => `${template} ${at}`),
    );
    expect(recall).toBeGreaterThan(0);
    expect(recall).toBeLessThanOrEqual(1);
  });

  it('may be empty', async () => {
    const { recall, search } = await build('empty', []);
    expect(recall).toBe(1);
    expect(search(embedText('anything'), 5).numbers).toHaveLength(0);
  });
});
