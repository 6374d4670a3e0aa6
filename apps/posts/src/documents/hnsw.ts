/**
 * Approximate index of vectors: a hierarchical navigable small world graph over 16-bit numbers, in a file. It needs native code.
 *
 * @see Malkov, Yashunin 2018, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable Small World graphs"
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { dimension } from '../analysis/embed-text.ts';
import { decodeHalves } from './half-floats.ts';
import { findNearest, loadUsearch } from './nearest.ts';

type Usearch = NonNullable<Awaited<ReturnType<typeof loadUsearch>>>;
type Index = InstanceType<Usearch['Index']>;

/** A record of the file that an index is built from: the number of the document and its vector of 16-bit numbers, little-endian. */
export const recordBytes = 8 + 2 * dimension;

/** Chosen on vectors of documents: recall above 0.95 at half the time of twice as many neighbours. */
const options = { dimensions: dimension, connectivity: 16, expansion_add: 96, expansion_search: 128, multi: false };
const recordsAtOnce = 2_000;
/** Questions with which the recall is measured, and how many neighbours of each. */
const samples = 50;
const sampleNeighbours = 10;
/** Vectors of 16-bit numbers that are equal may differ by this in similarity. */
const tolerance = 2e-3;

export interface HnswMatches {
  /** Numbers of documents, the most similar first. */
  readonly numbers: Float64Array;
  readonly similarities: Float32Array;
}

const newIndex = ({ Index, MetricKind, ScalarKind }: Usearch): Index =>
  new Index({ ...options, metric: MetricKind.IP, quantization: ScalarKind.F16 });

/** @throws Error without native code */
async function requireUsearch(): Promise<Usearch> {
  const usearch = await loadUsearch();
  if (!usearch) throw new Error('usearch has no build for this platform');
  return usearch;
}

/** Maps the index of a file: only what is searched is read. */
export async function openHnsw(path: string): Promise<(asked: Float32Array, limit: number) => HnswMatches> {
  const index = newIndex(await requireUsearch());
  index.view(path);
  return (asked, limit) => search(index, asked, limit);
}

function search(index: Index, asked: Float32Array, limit: number): HnswMatches {
  if (index.size() === 0) return { numbers: new Float64Array(0), similarities: new Float32Array(0) };
  const { keys, distances } = index.search(asked, Math.min(limit, index.size()), 1);
  return { numbers: Float64Array.from(keys, Number), similarities: Float32Array.from(distances, (distance) => 1 - distance) };
}

interface Records {
  readonly numbers: BigUint64Array;
  readonly vectors: Float32Array<ArrayBuffer>;
}

function* recordsOf(path: string): Generator<Records> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(recordBytes * recordsAtOnce);
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      const count = Math.floor(read / recordBytes);
      const [numbers, vectors] = [new BigUint64Array(count), new Float32Array(count * dimension)];
      for (let at = 0; at < count; at++) {
        const start = at * recordBytes;
        numbers[at] = buffer.readBigUInt64LE(start);
        decodeHalves(buffer.subarray(start + 8, start + recordBytes), vectors, at * dimension);
      }
      yield { numbers, vectors };
    }
  } finally {
    closeSync(file);
  }
}

/**
 * Builds the index of a file of records and measures it.
 *
 * @param count how many records there are
 * @returns the share of the true nearest neighbours that the index finds, over a sample; of equally similar ones each counts
 */
export async function buildHnsw(recordsPath: string, indexPath: string, count: number): Promise<number> {
  const index = newIndex(await requireUsearch());
  const everyNth = Math.max(1, Math.floor(count / samples));
  const questions: Float32Array[] = [];
  let place = 0;
  for (const { numbers, vectors } of recordsOf(recordsPath)) {
    index.add(numbers, vectors, 1);
    for (let at = 0; at < numbers.length; at++, place++)
      if (place % everyNth === 0 && questions.length < samples) questions.push(vectors.slice(at * dimension, (at + 1) * dimension));
  }
  index.save(indexPath);
  return measureRecall(index, recordsPath, questions);
}

async function measureRecall(index: Index, recordsPath: string, questions: readonly Float32Array[]): Promise<number> {
  const nearest = questions.map((): number[] => []);
  for (const { numbers, vectors } of recordsOf(recordsPath))
    for (const [at, question] of questions.entries()) {
      const { similarities } = await findNearest(vectors, numbers.length, question, sampleNeighbours);
      nearest[at] = [...nearest[at]!, ...similarities].sort((a, b) => b - a).slice(0, sampleNeighbours);
    }
  let [found, wanted] = [0, 0];
  for (const [at, question] of questions.entries()) {
    const least = nearest[at]!.at(-1)! - tolerance;
    const { similarities } = search(index, question, sampleNeighbours);
    found += Math.min(nearest[at]!.length, similarities.filter((similarity) => similarity >= least).length);
    wanted += nearest[at]!.length;
  }
  return wanted === 0 ? 1 : found / wanted;
}
