/** Exact search for the vectors that are most similar to one: every vector is compared, by SIMD code where the platform has it. */
import { dimension } from './embed-text.ts';

export interface Nearest {
  /** Places of vectors, the most similar first. */
  readonly places: Int32Array<ArrayBuffer>;
  /** Cosine similarity of each, -1 to 1. */
  readonly similarities: Float32Array<ArrayBuffer>;
}

type Usearch = typeof import('usearch');
type Matches = InstanceType<Usearch['Matches']>;

/** Undefined where there is no build of it for this platform. Loaded at the first search. */
export const loadUsearch = (): Promise<Usearch | undefined> => import('usearch').catch(() => undefined);

/**
 * @param vectors of unit length, one after the other, from the beginning of their buffer on: usearch ignores an offset
 * @param count how many vectors there are
 * @param asked from the beginning of its buffer on
 * @param limit how many to find
 */
export async function findNearest(vectors: Float32Array, count: number, asked: Float32Array, limit: number): Promise<Nearest> {
  const usearch = await loadUsearch();
  if (!usearch || vectors.byteOffset !== 0 || asked.byteOffset !== 0) return scan(vectors, count, asked, limit);
  const wanted = Math.min(limit, count);
  if (wanted === 0) return { places: new Int32Array(0), similarities: new Float32Array(0) };
  const { exactSearch, MetricKind } = usearch;
  const whole = vectors.length === count * dimension ? vectors : vectors.slice(0, count * dimension);
  const { keys, distances } = exactSearch(whole, asked, dimension, wanted, MetricKind.IP, 1) as Matches;
  return { places: Int32Array.from(keys, Number), similarities: Float32Array.from(distances, (distance) => 1 - distance) };
}

/** The same without native code. */
export function scan(vectors: Float32Array, count: number, asked: Float32Array, limit: number): Nearest {
  const places = new Int32Array(limit);
  const similarities = new Float32Array(limit);
  let found = 0;
  for (let place = 0; place < count; place++) {
    const similarity = dot(vectors, place * dimension, asked);
    if (found === limit && similarity <= similarities[found - 1]!) continue;
    if (found < limit) found++;
    let at = found - 1;
    for (; at > 0 && similarities[at - 1]! < similarity; at--) {
      similarities[at] = similarities[at - 1]!;
      places[at] = places[at - 1]!;
    }
    similarities[at] = similarity;
    places[at] = place;
  }
  return { places: places.slice(0, found), similarities: similarities.slice(0, found) };
}

/** Four sums that do not wait for each other. */
function dot(vectors: Float32Array, offset: number, asked: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let at = 0; at < dimension; at += 4) {
    first += vectors[offset + at]! * asked[at]!;
    second += vectors[offset + at + 1]! * asked[at + 1]!;
    third += vectors[offset + at + 2]! * asked[at + 2]!;
    fourth += vectors[offset + at + 3]! * asked[at + 3]!;
  }
  return first + second + third + fourth;
}
