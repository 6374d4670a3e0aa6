/**
 * MinHash signatures: 128 minima of 32 bits, and 64 bits that are equal for equal sets of shingles. 520 bytes a document, little-endian.
 *
 * @see Broder 1997, "On the resemblance and containment of documents"
 */

const { imul } = Math;

export const minima = 128;
/** Words of 32 bits of a signature. */
export const signatureWords = minima + 2;

const randomWords = (seed: number, count: number): Int32Array => {
  let state = seed;
  return Int32Array.from({ length: count }, () => {
    state = imul(state, 1_664_525) + 1_013_904_223;
    let word = imul(state ^ (state >>> 16), 0x45d9f3b);
    word = imul(word ^ (word >>> 16), 0x45d9f3b);
    return word ^ (word >>> 16);
  });
};
const masks = randomWords(1, minima);
const factors = randomWords(2, minima).map((factor) => factor | 1);

/**
 * @param shingles as `shinglesOf` makes them
 * @returns `signatureWords` words; undefined without a shingle
 */
export function signatureOf(shingles: Float64Array): Uint32Array | undefined {
  if (shingles.length === 0) return undefined;
  const signature = new Uint32Array(signatureWords);
  const [low, high] = halves(shingles);
  for (let at = 0; at < minima; at++) signature[at] = minimum(low, masks[at]!, factors[at]!);
  let [first, second] = [shingles.length, ~shingles.length];
  for (let at = 0; at < low.length; at++) {
    first = imul(first ^ low[at]!, 0x01000193);
    second = imul(second + (high[at]! ^ low[at]!), 0x85ebca6b) ^ (second >>> 15);
  }
  signature[minima] = first;
  signature[minima + 1] = second;
  return signature;
}

function halves(shingles: Float64Array): readonly [low: Int32Array, high: Int32Array] {
  const low = new Int32Array(shingles.length);
  const high = new Int32Array(shingles.length);
  for (let at = 0; at < shingles.length; at++) {
    high[at] = Math.floor(shingles[at]! / 2 ** 32);
    low[at] = (shingles[at]! % 2 ** 32) | 0;
  }
  return [low, high];
}

/** The least value of one hash function over the shingles; signed, because V8 compares 32-bit integers faster. */
function minimum(hashes: Int32Array, mask: number, factor: number): number {
  let least = 0x7fff_ffff;
  for (let at = 0; at < hashes.length; at++) {
    const mixed = imul(hashes[at]! ^ mask, factor);
    const value = mixed ^ (mixed >>> 15);
    if (value < least) least = value;
  }
  return least;
}

/** Share of equal minima: an estimate of the Jaccard similarity with a standard deviation of at most 0.045. Offsets are in words. */
export function estimateSimilarity(a: Uint32Array, aOffset: number, b: Uint32Array, bOffset: number): number {
  let equal = 0;
  for (let at = 0; at < minima; at++) if (a[aOffset + at] === b[bOffset + at]) equal++;
  return equal / minima;
}

/** How far below a threshold an estimate may lie: four standard deviations. */
export const estimateMargin = 0.18;
