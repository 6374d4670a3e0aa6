/** Acoustic fingerprints: 32 bits for each eighth of a second, alike for the same recording in another encoding. */
import { captureFfmpeg, type FfmpegTools } from '#media';

/** Rate and step of Chromaprint's algorithm 1. */
const rateHz = 11_025;
export const secondsPerItem = 1_365 / rateHz;
/** What lies beyond is not compared. */
const maxSeconds = 3_600;
const maxBytes = Math.ceil(maxSeconds / secondsPerItem) * 4 + 4;

export interface FingerprintOptions {
  readonly tools: FfmpegTools;
  readonly demuxers: readonly string[];
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * @param path absolute
 * @returns items of the first hour; empty for recordings under three seconds
 * @throws ToolFailure `media-undecodable` also where ffmpeg lacks Chromaprint; `cancelled`, `deadline-exceeded`, `internal`
 * @see acoustid.org/chromaprint, algorithm 1, as ffmpeg's muxer writes it
 */
export async function fingerprintFile(path: string, { tools, demuxers, timeoutMs, signal }: FingerprintOptions): Promise<Uint32Array> {
  const sound = ['-map', '0:a:0', '-t', String(maxSeconds), '-ac', '1', '-ar', String(rateHz), '-c:a', 'pcm_s16le'];
  const outputs = [...sound, '-f', 'chromaprint', '-fp_format', 'raw', 'pipe:1'];
  const limits = { wallClockMs: timeoutMs, cpuSeconds: 120 };
  const run = { ffmpegPath: tools.ffmpegPath, path, input: { demuxers }, outputs, medium: 'sound' as const, ...limits };
  const { bytes } = await captureFfmpeg({ ...run, ...(signal && { signal }) }, maxBytes);
  return itemsOf(bytes);
}

export const itemsOf = (bytes: Buffer): Uint32Array =>
  Uint32Array.from({ length: bytes.length >> 2 }, (_, at) => bytes.readUInt32LE(4 * at));

export function bytesOf(items: Uint32Array): Buffer {
  const bytes = Buffer.alloc(4 * items.length);
  for (const [at, item] of items.entries()) bytes.writeUInt32LE(item, 4 * at);
  return bytes;
}

const maxHashes = 512;
/** Items that occur more often say nothing: silence, a held tone. */
const tooCommon = 8;

/**
 * The items that an index holds: about one in eight, chosen by their own bits, so that copies choose the same ones wherever they begin.
 *
 * @returns different signed 32-bit integers, at most 512
 */
export function hashesOf(items: Uint32Array): number[] {
  const chosen = new Map<number, number>();
  for (const item of items) if (Math.imul(item, 0x9e3779b1) >>> 29 === 0) chosen.set(item | 0, (chosen.get(item | 0) ?? 0) + 1);
  const telling = [...chosen].filter(([, count]) => count <= tooCommon).map(([hash]) => hash);
  return telling.slice(0, maxHashes);
}

export interface Alignment {
  /** Items by which a moment of the first is later in the second. */
  readonly offset: number;
  readonly overlap: number;
  /** Share of the bits that agree where both overlap, mapped so that chance is 0 and equality 1. */
  readonly similarity: number;
}

/** Fewer common items are too little to tell: about five seconds. */
const minOverlap = 40;
/** Of other recordings, even with the same chords, less agrees. */
export const minSimilarity = 0.5;
const offsetsTried = 8;

/** @returns how both lie to each other, or undefined where they are not the same recording */
export function align(first: Uint32Array, second: Uint32Array): Alignment | undefined {
  const aligned = likelyOffsets(first, second).map((offset) => compareAt(first, second, offset));
  const best = aligned.sort((a, b) => b.similarity * Math.sqrt(b.overlap) - a.similarity * Math.sqrt(a.overlap))[0];
  return best && best.overlap >= minOverlap && best.similarity >= minSimilarity ? best : undefined;
}

/** The offsets at which most items are equal, and their neighbours. */
function likelyOffsets(first: Uint32Array, second: Uint32Array): number[] {
  const places = new Map<number, number[]>();
  for (const [at, item] of second.entries()) {
    const known = places.get(item);
    if (!known) places.set(item, [at]);
    else if (known.length <= tooCommon) known.push(at);
  }
  const votes = new Map<number, number>();
  for (const [at, item] of first.entries()) {
    const found = places.get(item) ?? [];
    if (found.length <= tooCommon) for (const place of found) votes.set(place - at, (votes.get(place - at) ?? 0) + 1);
  }
  return [...votes]
    .sort((a, b) => b[1] - a[1])
    .slice(0, offsetsTried)
    .map(([offset]) => offset);
}

function compareAt(first: Uint32Array, second: Uint32Array, offset: number): Alignment {
  const from = Math.max(0, -offset);
  const to = Math.min(first.length, second.length - offset);
  let wrongBits = 0;
  for (let at = from; at < to; at++) wrongBits += bitCount(first[at]! ^ second[at + offset]!);
  const overlap = Math.max(0, to - from);
  return { offset, overlap, similarity: overlap === 0 ? 0 : Math.max(0, 1 - (2 * wrongBits) / (32 * overlap)) };
}

function bitCount(bits: number): number {
  let pairs = bits - ((bits >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
