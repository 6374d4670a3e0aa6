import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '#testing';
import { compareSound } from './compare-sound.ts';

const rateHz = 44_100;
const random = seededRandom(3);
const noise = Float32Array.from({ length: 2 * rateHz }, () => random() - 0.5);
const other = Float32Array.from({ length: 2 * rateHz }, () => random() - 0.5);
const mixed = (share: number) => noise.map((sample, i) => sample + share * other[i]!);
const shifted = (by: number, gain = 1) => Float32Array.from({ length: noise.length }, (_, i) => gain * (noise[i - by] ?? 0));

/** Running mean over three samples, twice: less and less treble, nothing at a third of the rate. */
const dull = () => {
  const mean = (from: Float32Array) => from.map((sample, i) => (sample + (from[i - 1] ?? 0) + (from[i + 1] ?? 0)) / 3);
  return [...Array(12)].reduce<Float32Array>((sound) => mean(sound), noise);
};

describe('compareSound', () => {
  it('finds nothing between equal sounds, also when one is delayed, early, or softer', () => {
    const same = { segmentalSnrDb: 35, cutoffHz: 22_050 };
    for (const sound of [noise, shifted(1_105), shifted(-312), shifted(0, 0.2)])
      expect(compareSound(noise, sound, rateHz)).toMatchObject(same);
  });

  it('gives the ratio that was mixed', () => {
    for (const share of [0.3, 0.1, 0.03]) {
      const expected = -20 * Math.log10(share);
      expect(Math.abs(compareSound(noise, mixed(share), rateHz).segmentalSnrDb - expected)).toBeLessThan(0.7);
    }
  });

  it('sees that treble is missing', () => {
    const { segmentalSnrDb, cutoffHz } = compareSound(noise, dull(), rateHz);
    expect(cutoffHz).toBeGreaterThan(2_000);
    expect(cutoffHz).toBeLessThan(10_000);
    expect(segmentalSnrDb).toBeLessThan(20);
  });

  it('gives the least to another sound, and compares silence and very short sounds', () => {
    expect(compareSound(noise, other, rateHz).segmentalSnrDb).toBeLessThan(1);
    expect(compareSound(new Float32Array(5_000), new Float32Array(4_000), rateHz)).toEqual({ segmentalSnrDb: 35, cutoffHz: 0 });
    expect(compareSound(noise.subarray(0, 10), noise.subarray(0, 10), rateHz).segmentalSnrDb).toBe(35);
    expect(compareSound(new Float32Array(0), new Float32Array(0), rateHz).segmentalSnrDb).toBe(35);
  });
});
