/**
 * The built-in model of vectors: hashed words, pairs of words and character n-grams of a text, weighted and folded into a fixed dimension. It depends on
 * nothing but the text, so a text has one vector for ever; a change of anything here is a new version.
 *
 * @see Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning"
 */
import { createHash } from 'node:crypto';
import { stopWords } from './data/stop-words.ts';

const { imul } = Math;

/** Name and version; vectors of two models are never compared. */
export const embeddingModel = 'ngram-hash@1';
export const dimension = 384;

/** Only the beginning of a long text is read, in UTF-16 units. */
const maxLength = 20_000;
/** Share of the whole that pairs of words and character n-grams have, beside 1 for words. */
const pairWeight = 0.4;
const gramWeight = 0.6;
const gramSizes = [3, 4];
/**
 * Weights stand in for inverse document frequencies, which would change with every load: function words are in nearly every text, and longer words are
 * rarer (Zipf 1935).
 */
const functionWordWeight = 0.05;
const wordWeight = (word: string): number =>
  stopWords.en.has(word) || stopWords.es.has(word) ? functionWordWeight : Math.min(1.2, 0.4 + 0.1 * word.length);

/** Lower case, composed, with single blanks: texts that differ in nothing else share a vector. */
export const normalized = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();

/** SHA-256 of the normalised text, in hex: the key of its vector. */
export const textHash = (text: string): string => createHash('sha256').update(normalized(text)).digest('hex');

/** @returns a vector of unit length; zeros for a text without a letter or digit */
export function embedText(text: string): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(dimension);
  const words = normalized(text.slice(0, maxLength)).match(/[\p{L}\p{N}]+/gu) ?? [];
  const weights = words.map(wordWeight);
  for (const [at, word] of words.entries()) {
    const folded = word.normalize('NFD').replace(/\p{M}/gu, '');
    addFeature(vector, hash(folded, 1), weights[at]!);
    addGrams(vector, `_${folded}_`, gramWeight * weights[at]!);
    if (at > 0) addFeature(vector, hash(`${words[at - 1]} ${word}`, 2), pairWeight * Math.min(weights[at]!, weights[at - 1]!));
  }
  return toUnitLength(vector);
}

function addGrams(vector: Float32Array, word: string, weight: number): void {
  const count = gramSizes.reduce((sum, size) => sum + Math.max(0, word.length - size + 1), 0);
  const share = weight / Math.sqrt(Math.max(1, count)); // the squares of one word's n-grams add up to the weight's
  for (const size of gramSizes)
    for (let start = 0; start + size <= word.length; start++) addFeature(vector, hash(word.slice(start, start + size), 3), share);
}

/** Two places with signs of their own: collisions of features cancel out instead of adding up. */
function addFeature(vector: Float32Array, hashed: number, weight: number): void {
  const second = imul(hashed ^ 0x9e3779b9, 0x85ebca6b);
  for (const bits of [hashed, second ^ (second >>> 15)]) vector[(bits >>> 1) % dimension]! += bits & 1 ? weight : -weight;
}

/** FNV-1a with the finaliser of MurmurHash3. */
function hash(feature: string, kind: number): number {
  let hashed = 0x811c9dc5 ^ kind;
  for (let at = 0; at < feature.length; at++) hashed = imul(hashed ^ feature.charCodeAt(at), 0x01000193);
  hashed = imul(hashed ^ (hashed >>> 16), 0x85ebca6b);
  hashed = imul(hashed ^ (hashed >>> 13), 0xc2b2ae35);
  return hashed ^ (hashed >>> 16);
}

/** Square roots first, so that a word that comes ten times does not drown the others. */
function toUnitLength(vector: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  let squares = 0;
  for (let at = 0; at < vector.length; at++) {
    vector[at] = Math.sign(vector[at]!) * Math.sqrt(Math.abs(vector[at]!));
    squares += vector[at]! ** 2;
  }
  const length = Math.sqrt(squares) || 1;
  for (let at = 0; at < vector.length; at++) vector[at]! /= length;
  return vector;
}
