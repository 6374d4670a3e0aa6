/** Fingerprints of films and of copies of them, without ffmpeg. */
import { describe, expect, it } from '@jest/globals';
import { levelsOf } from '../understanding/levels.ts';
import { readFrame } from '../understanding/read-frame.ts';
import { filmSize, framesOf, randomOf, type Shot } from '../understanding/testing/synthetic-film.ts';
import { compareFingerprints } from './compare-fingerprints.ts';
import { decodeFingerprint, encodeFingerprint, type Fingerprint, FingerprintBuilder } from './fingerprint.ts';

const frameRate = 25;
const lumaBytes = filmSize.widthPx * filmSize.heightPx;

function printOf(frames: Iterable<Uint8Array>, rate = frameRate): Fingerprint {
  const builder = new FingerprintBuilder();
  const times: number[] = [];
  for (const frame of frames) {
    if (times.length % 3 === 0) builder.push(readFrame(frame, filmSize, levelsOf.full).grid, times.length);
    times.push(times.length / rate);
  }
  return decodeFingerprint(encodeFingerprint(builder.finish(Float64Array.from(times))));
}

const film = (seed: number): Shot[] =>
  (['pan', 'still', 'zoom', 'still'] as const).map((kind, index) => ({ kind, frames: 20 + 7 * index, seed: 1_000 * seed + index }));
const black: Shot = { kind: 'flat', frames: 50, seed: 1, fadeIn: 1_000_000 };
const frames = [...framesOf(film(1))];
const original = printOf(frames);

const changed = (change: (level: number, x: number, y: number) => number) =>
  frames.map((frame) =>
    frame.map((level, at) => (at < lumaBytes ? change(level, at % filmSize.widthPx, Math.floor(at / filmSize.widthPx)) : level)),
  );
const noise = randomOf(5);

/** The picture at 70 % of its height between black bars. */
const letterboxed = frames.map((frame) => {
  const copy = frame.slice().fill(0, 0, lumaBytes);
  for (let y = 14; y < 76; y++) {
    const from = Math.floor(((y - 14) * filmSize.heightPx) / 62) * filmSize.widthPx;
    copy.set(frame.subarray(from, from + filmSize.widthPx), y * filmSize.widthPx);
  }
  return copy;
});

describe('a copy is known again', () => {
  it.each<[string, Uint8Array[], number]>([
    ['with noise', changed((level) => level + 24 * (noise() - 0.5)), frameRate],
    ['that is brighter', changed((level) => Math.min(255, 1.1 * level + 15)), frameRate],
    ['with a logo', changed((level, x, y) => (x > 126 && x < 152 && y > 4 && y < 18 ? 235 : level)), frameRate],
    ['between bars', letterboxed, frameRate],
    ['at another frame rate', frames.filter((_, frame) => frame % 2 === 0), frameRate / 2],
  ])('%s', (_name, copy, rate) => {
    const { same, similarity, spans } = compareFingerprints(original, printOf(copy, rate));
    expect([same, similarity >= 0.8]).toEqual([true, true]);
    expect(spans[0]!.startSeconds - spans[0]!.otherStartSeconds).toBeCloseTo(0, 0);
  });

  it('that is trimmed, with the time at which it begins', () => {
    const { same, spans } = compareFingerprints(printOf(frames.slice(30, 90)), original);
    expect([same, spans.length]).toEqual([true, 1]);
    expect(Math.abs(spans[0]!.otherStartSeconds - 1.2)).toBeLessThanOrEqual(0.2);
  });
});

describe('another film', () => {
  it('is not the same, also behind the same black intro', () => {
    const intro = (seed: number) => printOf(framesOf([black, ...film(seed)]));
    const prints = [1, 2, 3, 4].map(intro);
    const pairs = prints.flatMap((a, index) => prints.slice(index + 1).map((b) => compareFingerprints(a, b)));
    expect(pairs.map(({ same, similarity }) => [same, similarity < 0.2])).toEqual(pairs.map(() => [false, true]));
  });
  it('of black alone is like nothing', () => {
    expect(compareFingerprints(printOf(framesOf([black])), original)).toEqual({ similarity: 0, same: false, spans: [] });
  });
});
