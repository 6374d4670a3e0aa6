/**
 * The built-in model of vectors: hashed words, pairs of words and character n-grams of a text, weighted and folded into a fixed dimension. It depends on
 * nothing but the text, so a text has one vector for ever; a change of anything here is a new version.
 *
 * @see Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning"
 */
import { createHash } from 'node:crypto';
import { stopWords } from './data/stop-words.ts';
import { type Word, wordFact, wordOf } from './vocabulary.ts';

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
  const words = (normalized(text.slice(0, maxLength)).match(/[\p{L}\p{N}]+/gu) ?? []).map(wordOf);
  let before: Word | undefined;
  for (const word of words) {
    const own = featuresOf(word);
    addFeature(vector, own.places, 0, own.weight);
    for (let at = 2; at < own.places.length; at += 2) addFeature(vector, own.places, at, own.gramShare);
    if (before) addPair(vector, before, word, pairWeight * Math.min(own.weight, featuresOf(before).weight));
    before = word;
  }
  return toUnitLength(vector);
}

interface Features {
  readonly weight: number;
  readonly gramShare: number;
  /** Two for the word itself and for each of its n-grams; see `placeOf`. */
  readonly places: Uint16Array;
}

/** The features of a word without its neighbours. */
const featuresOf = wordFact(({ text }): Features => {
  const weight = wordWeight(text);
  const folded = text.normalize('NFD').replace(/\p{M}/gu, '');
  const grams = gramsOf(`_${folded}_`);
  const share = (gramWeight * weight) / Math.sqrt(Math.max(1, grams.length)); // the squares of one word's n-grams add up to the weight's
  const hashes = [finish(hashOn(startOf(1), folded)), ...grams.map((gram) => finish(hashOn(startOf(3), gram)))];
  return { weight, gramShare: share, places: Uint16Array.from(hashes.flatMap((hash) => [placeOf(hash), placeOf(second(hash))])) };
});

const gramsOf = (word: string): string[] =>
  gramSizes.flatMap((size) => Array.from({ length: Math.max(0, word.length - size + 1) }, (_, start) => word.slice(start, start + size)));

/** The hash of a word and the blank behind it, to be gone on with. */
const pairStart = wordFact(({ text }) => hashOn(hashOn(startOf(2), text), ' '));

function addPair(vector: Float32Array, first: Word, next: Word, weight: number): void {
  const hash = finish(hashOn(pairStart(first), next.text));
  addAt(vector, placeOf(hash), weight);
  addAt(vector, placeOf(second(hash)), weight);
}

/** Two places with signs of their own: collisions of features cancel out instead of adding up. */
function addFeature(vector: Float32Array, places: Uint16Array, at: number, weight: number): void {
  addAt(vector, places[at]!, weight);
  addAt(vector, places[at + 1]!, weight);
}

function addAt(vector: Float32Array, place: number, weight: number): void {
  vector[place >>> 1]! += place & 1 ? weight : -weight;
}

/** The index in the vector, and a last bit for the sign. */
const placeOf = (bits: number): number => (((bits >>> 1) % dimension) << 1) | (bits & 1);

function second(hash: number): number {
  const bits = imul(hash ^ 0x9e3779b9, 0x85ebca6b);
  return bits ^ (bits >>> 15);
}

/** FNV-1a with the finaliser of MurmurHash3. */
const startOf = (kind: number): number => 0x811c9dc5 ^ kind;
function hashOn(hash: number, text: string): number {
  let hashed = hash;
  for (let at = 0; at < text.length; at++) hashed = imul(hashed ^ text.charCodeAt(at), 0x01000193);
  return hashed;
}
function finish(hash: number): number {
  let hashed = imul(hash ^ (hash >>> 16), 0x85ebca6b);
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
