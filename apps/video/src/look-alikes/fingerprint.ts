/** The fingerprint of a video: perceptual hashes of five pictures a second, with and without the bars of a letterbox. */
import type { Grid } from '../understanding/frame-grid.ts';
import { type Area, edgeHashOf, hashOf } from './picture-hash.ts';

export const fingerprintsPerSecond = 5;
/** Pictures with less contrast say nothing: black, white, plain titles. */
const leastContrast = 6;
/** A row or column that is never brighter is part of a bar. */
const barLevel = 30;
/** So much of each side stays. */
const leastPicture = 0.4;

/** Hashes at `index / 5` seconds. `low` and `high` are both 0 where a picture has no contrast. */
export interface Fingerprint {
  readonly length: number;
  /** Of the whole picture, and of the picture without bars. */
  readonly whole: Hashes;
  readonly inner: Hashes;
  /** Which parts of the picture without bars are brighter than their neighbours. */
  readonly edges: Hashes;
  /** Mean chroma of each picture: tells films apart that differ in colour only. */
  readonly cb: Uint8Array;
  readonly cr: Uint8Array;
}

export interface Hashes {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

/** Some numbers each, at ten samples a second. */
interface Sample {
  readonly frame: number;
  readonly whole: readonly [low: number, high: number];
  readonly inner: readonly [low: number, high: number];
  readonly edges: readonly [low: number, high: number];
  readonly cb: number;
  readonly cr: number;
}

/** Collects samples while frames arrive. */
export class FingerprintBuilder {
  private readonly samples: Sample[] = [];
  private rowPeaks = new Uint8Array(0);
  private columnPeaks = new Uint8Array(0);

  push(grid: Grid, frame: number): void {
    this.notePeaks(grid);
    const whole = hashOf(grid, { left: 0, top: 0, right: grid.columns, bottom: grid.rows });
    const area = this.pictureArea(grid);
    const inner = isWhole(area, grid) ? whole : hashOf(grid, area);
    const edges = edgeHashOf(grid, area);
    this.samples.push({
      frame,
      whole: whole.contrast < leastContrast ? [0, 0] : [whole.low, whole.high],
      inner: inner.contrast < leastContrast ? [0, 0] : [inner.low, inner.high],
      edges: inner.contrast < leastContrast ? [0, 0] : [edges.low, edges.high],
      ...meanChroma(grid, area),
    });
  }

  /** @param times start of each frame in seconds */
  finish(times: Float64Array): Fingerprint {
    const { samples } = this;
    const length = times.length === 0 ? 0 : Math.floor(times.at(-1)! * fingerprintsPerSecond) + 1;
    const empty = () => ({ low: new Uint32Array(length), high: new Uint32Array(length) });
    const print = { length, whole: empty(), inner: empty(), edges: empty(), cb: new Uint8Array(length), cr: new Uint8Array(length) };
    for (let index = 0, at = 0; index < length; index++) {
      const distance = (sample: number) => Math.abs(times[samples[sample]!.frame]! - index / fingerprintsPerSecond);
      while (at + 1 < samples.length && distance(at + 1) <= distance(at)) at++;
      const { whole, inner, edges, cb, cr } = samples[at]!;
      [print.whole.low[index], print.whole.high[index]] = whole;
      [print.inner.low[index], print.inner.high[index]] = inner;
      [print.edges.low[index], print.edges.high[index]] = edges;
      [print.cb[index], print.cr[index]] = [cb, cr];
    }
    return print;
  }

  private notePeaks({ luma, columns, rows }: Grid): void {
    if (this.rowPeaks.length !== rows) [this.rowPeaks, this.columnPeaks] = [new Uint8Array(rows), new Uint8Array(columns)];
    for (let y = 0, at = 0; y < rows; y++)
      for (let x = 0; x < columns; x++, at++) {
        const level = luma[at]!;
        if (level > this.rowPeaks[y]!) this.rowPeaks[y] = level;
        if (level > this.columnPeaks[x]!) this.columnPeaks[x] = level;
      }
  }

  /** From what was ever bright until now. */
  private pictureArea({ columns, rows }: Grid): Area {
    const [top, bottom] = litRange(this.rowPeaks);
    const [left, right] = litRange(this.columnPeaks);
    const isPicture = bottom - top >= leastPicture * rows && right - left >= leastPicture * columns;
    return isPicture ? { left, top, right, bottom } : { left: 0, top: 0, right: columns, bottom: rows };
  }
}

const isWhole = ({ left, top, right, bottom }: Area, { columns, rows }: Grid) =>
  left === 0 && top === 0 && right === columns && bottom === rows;

function litRange(peaks: Uint8Array): [from: number, to: number] {
  const isLit = (peak: number) => peak > barLevel;
  const first = peaks.findIndex(isLit);
  return first < 0 ? [0, 0] : [first, peaks.findLastIndex(isLit) + 1];
}

function meanChroma({ cb, cr, columns }: Grid, { left, top, right, bottom }: Area) {
  let [sumCb, sumCr] = [0, 0];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      sumCb += cb[y * columns + x]!;
      sumCr += cr[y * columns + x]!;
    }
  const count = (right - left) * (bottom - top);
  return { cb: Math.round(sumCb / count), cr: Math.round(sumCr / count) };
}

const formatVersion = 1;
const sampleBytes = 26;

/** A byte of version, then 26 bytes a sample. */
export function encodeFingerprint({ length, whole, inner, edges, cb, cr }: Fingerprint): Buffer {
  const bytes = Buffer.alloc(1 + sampleBytes * length);
  bytes[0] = formatVersion;
  for (let index = 0, at = 1; index < length; index++, at += sampleBytes) {
    for (const [place, words] of [whole.low, whole.high, inner.low, inner.high, edges.low, edges.high].entries())
      bytes.writeUInt32LE(words[index]!, at + 4 * place);
    bytes[at + 24] = cb[index]!;
    bytes[at + 25] = cr[index]!;
  }
  return bytes;
}

/** @throws RangeError for bytes of another version or length */
export function decodeFingerprint(bytes: Buffer): Fingerprint {
  if (bytes[0] !== formatVersion || (bytes.length - 1) % sampleBytes !== 0) throw new RangeError('not a fingerprint of this version');
  const length = (bytes.length - 1) / sampleBytes;
  const words = (place: number) => Uint32Array.from({ length }, (_, index) => bytes.readUInt32LE(1 + sampleBytes * index + 4 * place));
  const chroma = (place: number) => Uint8Array.from({ length }, (_, index) => bytes[1 + sampleBytes * index + place]!);
  return {
    length,
    whole: { low: words(0), high: words(1) },
    inner: { low: words(2), high: words(3) },
    edges: { low: words(4), high: words(5) },
    cb: chroma(24),
    cr: chroma(25),
  };
}
