/** Exact search for the vectors that are most similar to one: every vector is compared, by SIMD code where the platform has it. */
import { greatestError, type RoundedVectors, roundVectors } from './rounded-vectors.ts';

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
 * @param asked from the beginning of its buffer on; as many numbers as each of the vectors has
 * @param limit how many to find
 */
export async function findNearest(vectors: Float32Array, count: number, asked: Float32Array, limit: number): Promise<Nearest> {
  const usearch = await loadUsearch();
  if (!usearch || vectors.byteOffset !== 0 || asked.byteOffset !== 0) return scan(vectors, count, asked, limit);
  const wanted = Math.min(limit, count);
  if (wanted === 0) return { places: new Int32Array(0), similarities: new Float32Array(0) };
  const { exactSearch, MetricKind } = usearch;
  const dimension = asked.length;
  const whole = vectors.length === count * dimension ? vectors : vectors.slice(0, count * dimension);
  const { keys, distances } = exactSearch(whole, asked, dimension, wanted, MetricKind.IP, 1) as Matches;
  return { places: Int32Array.from(keys, Number), similarities: Float32Array.from(distances, (distance) => 1 - distance) };
}

export interface SearchedBlock {
  /** Of unit length, one after the other, from the beginning of their buffer on. */
  readonly vectors: Float32Array;
  readonly count: number;
  readonly rounded: RoundedVectors;
}

/** Candidates of a block for each vector that is wanted, and beside them. */
const candidatesEach = 2;
const spareCandidates = 64;

/**
 * Searches blocks for the `limit` vectors of all of them that are most similar: the rounded ones first, then those that may be among them. It finds
 * what a comparison of every vector finds; where the rounded ones of a block leave a doubt, every vector of it is compared.
 *
 * @returns for each block those of its vectors that may be among the nearest of all, the most similar first
 */
export async function findNearestOf(blocks: readonly SearchedBlock[], asked: Float32Array, limit: number): Promise<Nearest[]> {
  const usearch = await loadUsearch();
  const whole = ({ vectors, count }: SearchedBlock) => findNearest(vectors, count, asked, limit);
  if (!usearch) return Promise.all(blocks.map(whole));
  const found = blocks.map((block) => findRounded(usearch, block, asked, limit));
  const best = found.flatMap(({ similarities }) => [...similarities]).sort((a, b) => b - a);
  const floor = best[limit - 1] ?? Number.NEGATIVE_INFINITY;
  return Promise.all(found.map((nearest, at) => (nearest.elsewhere < floor ? nearest : whole(blocks[at]!))));
}

type NearestRounded = Nearest & {
  /** Above the similarity of every vector that was not found. */
  readonly elsewhere: number;
};

function findRounded(
  { exactSearch, MetricKind }: Usearch,
  { vectors, count, rounded }: SearchedBlock,
  asked: Float32Array,
  limit: number,
): NearestRounded {
  const wanted = Math.min(count, candidatesEach * limit + spareCandidates);
  if (wanted === 0) return { places: new Int32Array(0), similarities: new Float32Array(0), elsewhere: Number.NEGATIVE_INFINITY };
  const dimension = asked.length;
  const question = roundVectors(asked, dimension);
  const { keys, distances } = exactSearch(rounded.bytes, question.bytes, dimension, wanted, MetricKind.IP, 1) as Matches;
  const candidates = Array.from(keys, (key) => ({ place: Number(key), similarity: dot(vectors, Number(key) * dimension, asked) }));
  const nearest = candidates.sort((a, b) => b.similarity - a.similarity || a.place - b.place).slice(0, limit);
  const last = (1 - distances[wanted - 1]!) * question.step * rounded.step + greatestError(question, rounded);
  return {
    places: Int32Array.from(nearest, ({ place }) => place),
    similarities: Float32Array.from(nearest, ({ similarity }) => similarity),
    elsewhere: wanted === count ? Number.NEGATIVE_INFINITY : last,
  };
}

/** The same as {@link findNearest} without native code. */
export function scan(vectors: Float32Array, count: number, asked: Float32Array, limit: number): Nearest {
  const places = new Int32Array(limit);
  const similarities = new Float32Array(limit);
  const dimension = asked.length;
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

/** The inner product of one of `vectors`, which begins at `offset`, and another of a multiple of 4 numbers; four sums that do not wait for each other. */
export function dot(vectors: Float32Array, offset: number, asked: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let at = 0; at < asked.length; at += 4) {
    first += vectors[offset + at]! * asked[at]!;
    second += vectors[offset + at + 1]! * asked[at + 1]!;
    third += vectors[offset + at + 2]! * asked[at + 2]!;
    fourth += vectors[offset + at + 3]! * asked[at + 3]!;
  }
  return first + second + third + fourth;
}
