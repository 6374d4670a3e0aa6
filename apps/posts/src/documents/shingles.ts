/**
 * Word 3-shingles of a text, as sorted hashes: what the similarity of two texts is computed from. Words are runs of letters and digits of the text in
 * NFC and lower case.
 */

const { imul } = Math;

/** Words of a shingle. */
const shingleWords = 3;

/** Whether a code point is a letter or a digit: 0 not asked yet, 1 no, 2 yes. */
const kinds = new Uint8Array(0x11_0000);
const letterOrDigit = /^[\p{L}\p{N}]$/u;

function isWordPart(codePoint: number): boolean {
  const known = kinds[codePoint]!;
  if (known !== 0) return known === 2;
  const found = letterOrDigit.test(String.fromCodePoint(codePoint));
  kinds[codePoint] = found ? 2 : 1;
  return found;
}

/** Two 32-bit hashes of each word, one after the other (FNV-1a and a multiplicative hash). */
function wordHashes(text: string): number[] {
  const hashes: number[] = [];
  let inWord = false;
  let first = 0;
  let second = 0;
  for (let at = 0; at < text.length; at++) {
    const codePoint = text.codePointAt(at)!;
    if (codePoint > 0xffff) at++;
    if (!isWordPart(codePoint)) {
      if (inWord) hashes.push(first, second);
      inWord = false;
      continue;
    }
    if (!inWord) [first, second, inWord] = [0x811c9dc5, 0x9e3779b9, true];
    first = imul(first ^ codePoint, 0x01000193);
    second = imul(second + codePoint, 0x85ebca6b);
    second ^= second >>> 13;
  }
  if (inWord) hashes.push(first, second);
  return hashes;
}

/** Bijective mixing of 32 bits (the finaliser of MurmurHash3). */
function mix(hash: number): number {
  let mixed = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/**
 * The shingles of a text as distinct 53-bit hashes in ascending order. Two of a million shingles collide with a probability of 6e-5.
 *
 * @returns one shingle for a text of one or two words, none for a text without a word: it is like no other text
 */
export function shinglesOf(text: string): Float64Array {
  const words = wordHashes(text.normalize('NFC').toLowerCase());
  const count = words.length / 2;
  if (count === 0) return new Float64Array(0);
  const size = Math.min(shingleWords, count);
  const shingles = new Float64Array(count - size + 1);
  for (let start = 0; start < shingles.length; start++) {
    let [high, low] = [size, ~size];
    for (let word = start; word < start + size; word++) {
      high = mix(imul(high, 31) + words[2 * word]!);
      low = mix(imul(low, 33) ^ words[2 * word + 1]!);
    }
    shingles[start] = (high >>> 11) * 2 ** 32 + (low >>> 0);
  }
  return distinct(shingles.sort());
}

function distinct(sorted: Float64Array): Float64Array {
  let kept = 0;
  for (let at = 0; at < sorted.length; at++) if (at === 0 || sorted[at] !== sorted[kept - 1]) sorted[kept++] = sorted[at]!;
  return sorted.slice(0, kept);
}

/** Jaccard similarity of two sets of shingles, 0 to 1; 0 where one is empty. */
export function jaccard(a: Float64Array, b: Float64Array): number {
  let [at, other, shared] = [0, 0, 0];
  while (at < a.length && other < b.length) {
    const difference = a[at]! - b[other]!;
    if (difference === 0) shared++;
    if (difference <= 0) at++;
    if (difference >= 0) other++;
  }
  return shared === 0 ? 0 : shared / (a.length + b.length - shared);
}
