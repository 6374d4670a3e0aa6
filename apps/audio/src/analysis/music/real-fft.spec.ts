import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '#testing';
import { RealFft } from './real-fft.ts';

/** The discrete Fourier transform by definition. */
function slowTransform(signal: Float32Array, bin: number): [number, number] {
  let re = 0;
  let im = 0;
  signal.forEach((value, i) => {
    re += value * Math.cos((2 * Math.PI * bin * i) / signal.length);
    im -= value * Math.sin((2 * Math.PI * bin * i) / signal.length);
  });
  return [re, im];
}

describe('RealFft', () => {
  it.each([16, 32, 64, 128, 1024, 2048])('equals the definition on every bin of %d samples', (size) => {
    const random = seededRandom(size);
    const signal = Float32Array.from({ length: size }, () => random() - 0.5);
    const fft = new RealFft(size);
    fft.transform(signal, 0, new Float32Array(size).fill(1));
    for (let bin = 0; bin <= size / 2; bin += size / 16) {
      const [re, im] = slowTransform(signal, bin);
      expect(fft.re[bin]).toBeCloseTo(re, 8);
      expect(fft.im[bin]).toBeCloseTo(im, 8);
    }
  });

  it('starts at the given offset and applies the window', () => {
    const fft = new RealFft(16);
    fft.transform(new Float32Array(32).fill(1, 8, 24), 8, new Float32Array(16).fill(0.5));
    expect(fft.re[0]).toBe(8);
  });

  it.each([0, 8, 12, 1000])('rejects a length of %d', (size) => {
    expect(() => new RealFft(size)).toThrow(RangeError);
  });
});
