/** Nearest vectors: exact ones of 100,000 × 384 as a search compares them, and the approximate index of 10,000 with its measured recall. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dimension, embedText } from '../../apps/posts/src/analysis/embed-text.ts';
import { encodeHalves } from '../../apps/posts/src/documents/half-floats.ts';
import { type BuiltHnsw, buildHnsw, candidatesFor, openHnsw } from '../../apps/posts/src/documents/hnsw.ts';
import { findNearest, findNearestOf, loadUsearch, type SearchedBlock } from '../../apps/posts/src/documents/nearest.ts';
import { roundVectors } from '../../apps/posts/src/documents/rounded-vectors.ts';
import { plantedCopies, seededNumbers } from '../../apps/posts/src/documents/testing/planted-copies.ts';
import { recordBytes } from '../../apps/posts/src/documents/vector-records.ts';
import { least, milliseconds, quickest, seconds } from './measure.ts';

const blockVectors = 10_000;
const exactBlocks = 10;
const indexed = 10_000;
const limit = 10;
const rounds = 15;

/** Vectors around those of texts, so that 100,000 need not be embedded. */
function blocksAround(sources: readonly Float32Array[]): SearchedBlock[] {
  const random = seededNumbers(5);
  return Array.from({ length: exactBlocks }, () => {
    const vectors = new Float32Array(new SharedArrayBuffer(4 * dimension * blockVectors));
    for (let at = 0; at < blockVectors; at++) {
      const moved = sources[Math.floor(random() * sources.length)]!.map((value) => value + 0.08 * (random() - 0.5));
      const length = Math.hypot(...moved);
      vectors.set(
        moved.map((value) => value / length),
        at * dimension,
      );
    }
    return { vectors, count: blockVectors, rounded: roundVectors(vectors, dimension) };
  });
}

async function measureExact(sources: readonly Float32Array[]): Promise<void> {
  const blocks = blocksAround(sources);
  for (const [what, text] of [
    ['near to some', 'We open a new office in Madrid'],
    ['near to none', 'zzz'],
  ] as const) {
    const asked = embedText(text);
    const bounded = await quickest(rounds, () => findNearestOf(blocks, asked, limit));
    const every = await quickest(rounds, async () => {
      for (const { vectors, count } of blocks) await findNearest(vectors, count, asked, limit);
    });
    console.log(
      `exact, 100,000 x ${dimension}, a question ${what}: ${milliseconds(bounded)} ms; every vector of 32 bits: ${milliseconds(every)} ms`,
    );
  }
}

async function measureIndex(vectors: readonly Float32Array[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-bench-'));
  try {
    const [records, index] = [join(folder, 'records'), join(folder, 'index')];
    const bytes = Buffer.alloc(recordBytes(dimension) * vectors.length);
    for (const [at, vector] of vectors.entries()) {
      bytes.writeBigUInt64LE(BigInt(at), at * recordBytes(dimension));
      bytes.set(encodeHalves(vector), at * recordBytes(dimension) + 8);
    }
    writeFileSync(records, bytes);
    let built: BuiltHnsw = { recall: 0, expansion: 0 };
    const building = await seconds(async () => {
      built = await buildHnsw({ recordsPath: records, indexPath: index, count: vectors.length, dimension });
    });
    const search = await openHnsw(index, dimension, built.expansion);
    const asked = vectors.filter((_, at) => at % 100 === 0);
    const searching = await least(5, () => asked.map((vector) => search(vector, candidatesFor(limit))));
    console.log(
      `HNSW, ${vectors.length} x ${dimension}: built in ${building.toFixed(1)} s, recall@10 ${built.recall.toFixed(3)} with ${built.expansion} candidates visited, ${milliseconds(searching.seconds / asked.length)} ms a question, ${milliseconds(searching.cpuSeconds / asked.length)} ms of CPU`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function measureVectors(): Promise<void> {
  console.log('\nNearest vectors, in one thread; the quickest of some rounds');
  if (!(await loadUsearch())) return console.log('usearch has no build for this platform');
  const vectors = plantedCopies(indexed, indexed / 20, 11).texts.map(embedText);
  await measureExact(vectors.slice(0, 4_000));
  await measureIndex(vectors);
}
