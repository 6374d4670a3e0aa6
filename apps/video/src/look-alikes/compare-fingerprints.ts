/** Compares two videos by their fingerprints: which stretches of one are in the other, and how much of the shorter one that is. */
import { type Fingerprint, fingerprintsPerSecond, type Hashes } from './fingerprint.ts';
import { bitsApart } from './picture-hash.ts';

export interface MatchingSpan {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Where the stretch begins in the other video. */
  readonly otherStartSeconds: number;
}

export interface Comparison {
  /** Share of the shorter video, without pictures that say nothing, that is in the other one: in [0, 1]. */
  readonly similarity: number;
  readonly same: boolean;
  /** In order of time in the first video. */
  readonly spans: readonly MatchingSpan[];
}

/** Bits that may differ between copies of a picture; unrelated pictures differ by about 30. */
const copyBits = 13;
/** Mean chroma may differ by so much. */
const copyChroma = 14;
/** Less in common is a shared intro or the same music video in two news. */
const sameShare = 0.5;
/** Shorter common stretches are chance, unless the video is not longer. */
const leastSpanSeconds = 1.6;
/** A stretch may have pictures in it that do not match, for so long. */
const largestGapSeconds = 1.2;
/** Pieces that are cut out or in make further offsets; more are not looked for. */
const mostOffsets = 8;
/** Offsets are looked for by at most so many pictures of the first video. */
const mostProbes = 4_000;
/** Also at most so many pairs of pictures, which is half a second. */
const mostPairs = 40_000_000;

export function compareFingerprints(a: Fingerprint, b: Fingerprint): Comparison {
  const [saidA, saidB] = [countOf(a), countOf(b)];
  if (saidA === 0 || saidB === 0) return { similarity: 0, same: false, spans: [] };
  const free = Uint8Array.from({ length: a.length }, (_, index) => (says(a, index) ? 1 : 0));
  const spans: (MatchingSpan & { readonly matched: number })[] = [];
  for (let turn = 0; turn < mostOffsets; turn++) {
    const offset = bestOffset(a, b, free);
    const found = offset === undefined ? [] : spansAt(a, b, free, offset, Math.min(saidA, saidB));
    if (found.length === 0) break;
    spans.push(...found);
  }
  const matched = spans.reduce((sum, span) => sum + span.matched, 0);
  const similarity = Math.min(1, matched / Math.min(saidA, saidB));
  return {
    similarity: Math.round(1_000 * similarity) / 1_000,
    same: similarity >= sameShare,
    spans: spans.map(({ matched: _, ...span }) => span).sort((x, y) => x.startSeconds - y.startSeconds),
  };
}

const says = ({ whole, inner }: Fingerprint, index: number) =>
  (whole.low[index]! | whole.high[index]!) !== 0 || (inner.low[index]! | inner.high[index]!) !== 0;

function countOf(print: Fingerprint): number {
  let count = 0;
  for (let index = 0; index < print.length; index++) if (says(print, index)) count++;
  return count;
}

function isCopy(a: Fingerprint, i: number, b: Fingerprint, j: number): boolean {
  if (Math.abs(a.cb[i]! - b.cb[j]!) > copyChroma || Math.abs(a.cr[i]! - b.cr[j]!) > copyChroma) return false;
  const isNear = (x: Hashes, y: Hashes) =>
    (x.low[i]! | x.high[i]!) !== 0 && (y.low[j]! | y.high[j]!) !== 0 && bitsApart(x.low[i]!, x.high[i]!, y.low[j]!, y.high[j]!) <= copyBits;
  return isNear(a.inner, b.inner) || isNear(a.whole, b.whole) || isNear(a.edges, b.edges);
}

/** The shift `j - i` at which most pictures match; each picture of the first video counts in proportion to how few places it fits. */
function bestOffset(a: Fingerprint, b: Fingerprint, free: Uint8Array): number | undefined {
  const votes = new Float64Array(a.length + b.length);
  const probes = Math.max(1, Math.min(mostProbes, mostPairs / b.length));
  const step = Math.max(1, Math.ceil(a.length / probes));
  for (let i = 0; i < a.length; i += step) {
    if (free[i] === 0) continue;
    const places: number[] = [];
    for (let j = 0; j < b.length; j++) if (isCopy(a, i, b, j)) places.push(j);
    for (const j of places) votes[j - i + a.length]! += 1 / Math.sqrt(places.length);
  }
  let [best, most] = [-1, 0];
  for (let at = 1; at < votes.length - 1; at++) {
    const sum = votes[at - 1]! / 2 + votes[at]! + votes[at + 1]! / 2;
    if (sum > most) [best, most] = [at, sum];
  }
  return best < 0 ? undefined : best - a.length;
}

/** Stretches that match at this shift; their pictures are free no longer. @param shorter pictures of the shorter video that say something */
function spansAt(a: Fingerprint, b: Fingerprint, free: Uint8Array, offset: number, shorter: number) {
  const least = Math.min(leastSpanSeconds * fingerprintsPerSecond, 0.6 * shorter);
  const gap = largestGapSeconds * fingerprintsPerSecond;
  const spans: (MatchingSpan & { readonly matched: number })[] = [];
  let [first, last, matched] = [-1, -1, 0];
  const close = () => {
    if (first >= 0 && matched >= least) {
      free.fill(0, first, last + 1);
      spans.push({ ...spanOf(first, last, offset), matched });
    }
    [first, last, matched] = [-1, -1, 0];
  };
  for (let i = 0; i < a.length; i++) {
    if (first >= 0 && i - last > gap) close();
    if (free[i] === 0 || !matchesAt(a, i, b, i + offset)) continue;
    if (first < 0) first = i;
    last = i;
    matched++;
  }
  close();
  return spans;
}

/** Samples of two frame rates lie up to one apart. */
function matchesAt(a: Fingerprint, i: number, b: Fingerprint, j: number): boolean {
  for (const at of [j, j - 1, j + 1]) if (at >= 0 && at < b.length && isCopy(a, i, b, at)) return true;
  return false;
}

function spanOf(first: number, last: number, offset: number): MatchingSpan {
  const seconds = (index: number) => Math.round((1_000 * index) / fingerprintsPerSecond) / 1_000;
  return { startSeconds: seconds(first), endSeconds: seconds(last + 1), otherStartSeconds: seconds(Math.max(0, first + offset)) };
}
