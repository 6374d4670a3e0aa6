import { describe, expect, it } from '@jest/globals';
import { decode } from 'fast-png';
import { palette } from './palette.ts';
import { SpectrogramExtractor } from './spectrogram.ts';

const rateHz = 16_000;
const size = { widthPx: 64, heightPx: 80 };
const tone = (hz: number, seconds: number) =>
  Float32Array.from({ length: seconds * rateHz }, (_, at) => 0.5 * Math.sin((2 * Math.PI * hz * at) / rateHz));

function draw(samples: Float32Array, chunk: number, expected = samples.length) {
  const spectrogram = new SpectrogramExtractor(size, expected);
  for (let from = 0; from < samples.length; from += chunk) spectrogram.push(samples.subarray(from, from + chunk));
  return decode(spectrogram.finish());
}

/** The row that is brightest in a column, from the top. */
const brightest = (data: ArrayLike<number>, column: number) => {
  const rows = Array.from({ length: size.heightPx }, (_, row) => data[row * size.widthPx + column]!);
  return rows.indexOf(Math.max(...rows));
};

describe('a spectrogram', () => {
  it('shows each tone at its time and frequency, however the samples arrive', () => {
    const samples = Float32Array.of(...tone(1_000, 1), ...tone(6_000, 1));
    const { data, width, height } = draw(samples, 997);
    expect([width, height]).toEqual([64, 80]);
    expect([brightest(data, 10), brightest(data, 50)]).toEqual([69, 19]); // 8 kHz in 80 rows: 1 kHz in row 10 from below, 6 kHz in row 60
    expect(draw(samples, 32_000).data).toEqual(data);
  });

  it('is dark where the recording is shorter than its header says, and for silence', () => {
    const { data } = draw(tone(1_000, 1), 4_096, 2 * rateHz);
    expect(data[69 * 64 + 10]).toBeGreaterThan(200);
    expect(Math.max(...Array.from({ length: 80 }, (_, row) => data[row * 64 + 60]!))).toBe(0);
  });

  it('draws neither NaN nor infinity', () => {
    const { data } = draw(new Float32Array(rateHz).fill(Number.NaN), 4_096);
    expect(Math.max(...Array.from(data))).toBe(0);
  });

  it('has colours that become lighter all the way', () => {
    const lightness = palette.map(([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue);
    expect(lightness).toEqual([...lightness].sort((a, b) => a - b));
    expect(palette).toHaveLength(256);
  });
});
