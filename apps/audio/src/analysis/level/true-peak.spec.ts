import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '#testing';
import { Interpolator, LEAD, TAIL } from './interpolation.ts';
import { TruePeakMeter } from './true-peak.ts';

function peakOf(samples: Float64Array, sampleRateHz: number): number {
  const meter = new TruePeakMeter(sampleRateHz, 1);
  meter.push(0, samples, samples.length);
  return meter.finish();
}

/** Fades in: a sine that starts at full amplitude has a discontinuity, which is an additional peak. */
const sine = (frames: number, cyclesPerFrame: number, phase: number, amplitude = 1) =>
  Float64Array.from({ length: frames }, (_, n) => Math.min(1, n / 200) * amplitude * Math.sin(2 * Math.PI * cyclesPerFrame * n + phase));

const decibels = (linear: number) => 20 * Math.log10(linear);

describe('true peak', () => {
  // EBU Tech 3341 v3, table 1, signals 15 to 18: -6 dBTP at every phase of the sampling, +0.2/-0.4 dB
  it.each([
    ['a quarter of the rate, on the samples', 1 / 4, 0],
    ['a quarter of the rate, between the samples', 1 / 4, Math.PI / 4],
    ['a sixth of the rate, 60 degrees', 1 / 6, Math.PI / 3],
    ['an eighth of the rate, 67.5 degrees', 1 / 8, (67.5 * Math.PI) / 180],
  ])('reads -6 dBTP for a sine at %s', (_, cyclesPerFrame, phase) => {
    const level = decibels(peakOf(sine(4_800, cyclesPerFrame, phase, 0.5), 48_000));
    expect(level).toBeGreaterThan(-6.4);
    expect(level).toBeLessThan(-5.8);
  });

  it('detects peaks above full scale between samples below it', () => {
    const hot = sine(4_800, 1 / 4, Math.PI / 4, 1.2);
    expect(Math.max(...hot)).toBeLessThan(0.85);
    expect(decibels(peakOf(hot, 48_000))).toBeCloseTo(decibels(1.2), 1);
  });

  it.each([44_100, 48_000, 96_000, 8_000])('equals an exhaustive search at %d Hz', (sampleRateHz) => {
    const random = seededRandom(sampleRateHz);
    const samples = Float64Array.from({ length: 40_000 }, (_, n) => (random() - 0.5) * (0.2 + 0.8 * Math.sin(n / 3_000) ** 2));
    const everywhere = new Interpolator(Math.ceil(192_000 / sampleRateHz)).search(samples, LEAD, samples.length - TAIL, Infinity, 0);
    expect(peakOf(samples, sampleRateHz)).toBeGreaterThanOrEqual(everywhere);
    expect(peakOf(samples, sampleRateHz)).toBeLessThan(everywhere * 1.01);
  });

  it('has no ringing at the edges of a constant signal', () => {
    expect(peakOf(new Float64Array(100).fill(0.5), 48_000)).toBeCloseTo(0.5, 6);
  });

  it('equals the sample peak from 192 kHz on and for a single sample', () => {
    expect(peakOf(sine(4_800, 1 / 4, Math.PI / 4), 192_000)).toBeCloseTo(Math.SQRT1_2, 6);
    expect(peakOf(Float64Array.of(-0.25), 48_000)).toBeCloseTo(0.25, 6);
    expect(peakOf(new Float64Array(0), 48_000)).toBe(0);
  });

  it('is the peak of the loudest channel', () => {
    const meter = new TruePeakMeter(48_000, 2);
    meter.push(0, sine(1_000, 0.01, 0, 0.3), 1_000);
    meter.push(1, sine(1_000, 0.01, 0, 0.7), 1_000);
    expect(meter.finish()).toBeCloseTo(0.7, 2);
  });
});
