/**
 * Pairs of documents that may be near-duplicates, from their signatures: locality-sensitive hashing with 42 bands of 3 minima. A pair with a Jaccard
 * similarity of 0.6 shares a band with a probability of 0.99996, one of 0.5 with 0.996.
 *
 * @see Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4
 */
import { estimateMargin, estimateSimilarity, minima, signatureWords } from './signature.ts';

const { imul } = Math;

const rows = 3;
const bands = Math.floor(minima / rows);

/**
 * In a band with more documents than this a document is compared with this many of those after it, so that a collection made from one template costs
 * linear time. Other bands bring other neighbours together.
 */
export const maxNeighbours = 16;

/** Grows as needed; two numbers a pair. */
class PairList {
  #pairs = new Int32Array(2_048);
  #length = 0;

  push(first: number, second: number): void {
    if (this.#length + 2 > this.#pairs.length) {
      const grown = new Int32Array(2 * this.#pairs.length);
      grown.set(this.#pairs);
      this.#pairs = grown;
    }
    this.#pairs[this.#length++] = first;
    this.#pairs[this.#length++] = second;
  }

  toArray(): Int32Array {
    return this.#pairs.slice(0, this.#length);
  }
}

export interface Candidates {
  /** Pairs of document numbers that may be similar enough; of equal texts only the first one is compared. */
  readonly pairs: Int32Array;
  /** For each document the number of the first one with the same shingles: its own number where there is none before it. */
  readonly originals: Int32Array;
}

/**
 * @param signatures of all documents, one after the other, `signatureWords` each; a document without a word has zeros only and is like no other
 * @param similarityMin 0.5 to 1; pairs whose estimate is far below it are left out
 */
export function findCandidates(signatures: Uint32Array, similarityMin: number): Candidates {
  const originals = findOriginals(signatures);
  const distinct = originals.filter((original, document) => original === document && !isBlank(signatures, document));
  const search = new PairSearch(signatures, distinct, similarityMin - estimateMargin);
  for (let band = 0; band < bands; band++) search.compareWithin(band);
  return { pairs: search.pairs.toArray(), originals };
}

class PairSearch {
  readonly pairs = new PairList();
  readonly #signatures: Uint32Array;
  readonly #documents: Int32Array;
  readonly #threshold: number;
  readonly #keys: Uint32Array;
  /** Two words a document, one bit a band: not all of its neighbours there were compared. */
  readonly #crowded: Uint32Array;
  /** Pairs taken from a crowded band: `first * documents + second`. */
  readonly #takenFromCrowd = new Set<number>();

  constructor(signatures: Uint32Array, documents: Int32Array, threshold: number) {
    [this.#signatures, this.#documents, this.#threshold] = [signatures, documents, threshold];
    this.#keys = new Uint32Array(documents.length);
    this.#crowded = new Uint32Array(2 * documents.length);
  }

  compareWithin(band: number): void {
    const keys = this.#keys;
    for (let at = 0; at < keys.length; at++) keys[at] = bandKey(this.#signatures, this.#documents[at]!, band);
    const { next } = chains(keys);
    for (let first = 0; first < keys.length; first++) {
      const neighbours: number[] = [];
      for (let second = next[first]!; second >= 0 && neighbours.length <= maxNeighbours; second = next[second]!)
        if (keys[second] === keys[first] && this.#sharesBand(first, second, band)) neighbours.push(second);
      const isCrowded = neighbours.length > maxNeighbours;
      if (isCrowded) this.#crowded[2 * first + (band >> 5)]! |= 1 << (band & 31);
      for (const second of neighbours.slice(0, maxNeighbours)) this.#compare(first, second, band, isCrowded);
    }
  }

  #compare(first: number, second: number, band: number, isCrowded: boolean): void {
    let isPassedOver = false;
    for (let earlier = 0; earlier < band; earlier++) {
      if (!this.#sharesBand(first, second, earlier)) continue;
      if (!this.#isCrowded(first, earlier)) return; // taken there
      isPassedOver = true;
    }
    const key = first * this.#documents.length + second;
    if (isPassedOver && this.#takenFromCrowd.has(key)) return;
    const [a, b] = [this.#documents[first]!, this.#documents[second]!];
    const estimate = estimateSimilarity(this.#signatures, a * signatureWords, this.#signatures, b * signatureWords);
    if (estimate < this.#threshold) return;
    this.pairs.push(a, b);
    if (isCrowded) this.#takenFromCrowd.add(key);
  }

  #isCrowded(first: number, band: number): boolean {
    return ((this.#crowded[2 * first + (band >> 5)]! >>> (band & 31)) & 1) === 1;
  }

  #sharesBand(first: number, second: number, band: number): boolean {
    const [a, b] = [this.#documents[first]! * signatureWords + band * rows, this.#documents[second]! * signatureWords + band * rows];
    const signatures = this.#signatures;
    return signatures[a] === signatures[b] && signatures[a + 1] === signatures[b + 1] && signatures[a + 2] === signatures[b + 2];
  }
}

const isBlank = (signatures: Uint32Array, document: number): boolean => {
  const end = (document + 1) * signatureWords;
  return signatures[end - 1] === 0 && signatures[end - 2] === 0 && signatures[end - signatureWords] === 0;
};

function bandKey(signatures: Uint32Array, document: number, band: number): number {
  const start = document * signatureWords + band * rows;
  let key = band;
  for (let row = 0; row < rows; row++) key = imul(key ^ signatures[start + row]!, 0x9e3779b1) ^ (key >>> 15);
  return key >>> 0;
}

function findOriginals(signatures: Uint32Array): Int32Array {
  const count = signatures.length / signatureWords;
  const originals = Int32Array.from({ length: count }, (_, document) => document);
  const keys = new Uint32Array(count);
  for (let document = 0; document < count; document++) keys[document] = signatures[(document + 1) * signatureWords - 1]!;
  const isSame = (a: number, b: number) => signatures[(a + 1) * signatureWords - 2] === signatures[(b + 1) * signatureWords - 2];
  const { heads, next } = chains(keys);
  for (let document = 0; document < count; document++) {
    if (isBlank(signatures, document)) continue;
    for (let other = heads[slotOf(keys[document]!, heads.length)]!; other >= 0 && other < document; other = next[other]!) {
      if (keys[other] !== keys[document] || originals[other] !== other || !isSame(other, document)) continue;
      originals[document] = other;
      break;
    }
  }
  return originals;
}

/** Entries with equal keys, chained in ascending order. */
function chains(keys: Uint32Array): { readonly heads: Int32Array; readonly next: Int32Array } {
  const heads = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, keys.length)))).fill(-1);
  const next = new Int32Array(keys.length).fill(-1);
  for (let entry = keys.length - 1; entry >= 0; entry--) {
    const slot = slotOf(keys[entry]!, heads.length);
    next[entry] = heads[slot]!;
    heads[slot] = entry;
  }
  return { heads, next };
}

const slotOf = (key: number, slots: number): number => (imul(key, 0x9e3779b1) >>> 7) & (slots - 1);
