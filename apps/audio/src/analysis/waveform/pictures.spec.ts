import { describe, expect, it } from '@jest/globals';
import { decode } from 'fast-png';
import type { PictureOptions } from './bars.ts';
import { compositeOver, parseColour } from './colour.ts';
import { PeakCollector } from './peaks.ts';
import { waveformJson } from './waveform-json.ts';
import { waveformPng } from './waveform-png.ts';
import { waveformSvg } from './waveform-svg.ts';

const peaksOf = (samples: Float32Array) => new PeakCollector({ sampleRateHz: 8_000, channels: 1 }).push(samples).finish();
const ramp = peaksOf(Float32Array.from({ length: 1_600 }, (_, n) => (n / 1_600) * (n % 2 === 0 ? 1 : -1)));
const small: PictureOptions = { widthPx: 16, heightPx: 20, foreground: '#204060', background: '#ffffff' };

describe('waveformJson', () => {
  it("has audiowaveform's format at the requested width", () => {
    expect(waveformJson(ramp, 4)).toEqual({
      version: 2,
      channels: 1,
      sample_rate: 8_000,
      samples_per_pixel: 400,
      bits: 8,
      length: 4,
      data: [-32, 31, -64, 63, -96, 95, -128, 127],
    });
  });

  it('has a whole number of samples for each pixel, so that no player drifts', () => {
    const long = peaksOf(Float32Array.from({ length: 24 * 44_100 }, (_, at) => (at === 1_000_000 ? 1 : 0)));
    const { samples_per_pixel, length, data } = waveformJson(long, 1_200);
    expect([samples_per_pixel, length, data.length]).toEqual([1_024, 1_034, 2_068]);
    expect(data.indexOf(127)).toBe(2 * Math.floor(1_000_000 / samples_per_pixel) + 1);
    expect(waveformJson(long, 64)).toMatchObject({ samples_per_pixel: 16_896, length: 63 });
  });

  it('has no pixels for an empty recording', () =>
    expect(waveformJson(peaksOf(new Float32Array(0)), 10)).toMatchObject({ length: 0, data: [] }));

  it.each([0, 1.5, 4_097, Number.NaN])('rejects a width of %d', (width) => expect(() => waveformJson(ramp, width)).toThrow(RangeError));
});

describe('waveformSvg', () => {
  it('draws a bar every four pixels, the peak behind the root mean square', () => {
    expect(waveformSvg(ramp, small)).toBe(
      `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="20" viewBox="0 0 16 20" role="img" aria-label="Waveform">
<rect width="100%" height="100%" fill="#ffffff" fill-opacity="1"/>
<path fill="none" stroke-linecap="round" stroke-width="3" stroke="#204060" stroke-opacity="0.45" d="M2 9.25v1.49M6 7v5.99M10 4.75v10.5M14 2.5v15"/>
<path fill="none" stroke-linecap="round" stroke-width="3" stroke="#204060" stroke-opacity="1" d="M2 9.99v0.02M6 8.06v3.87M10 5.84v8.33M14 3.6v12.81"/>
</svg>
`,
    );
  });

  it('rejects colours that could break out of an attribute', () => {
    for (const foreground of ['red', '#12345', '"/><script>', '#12345g', '#1234567', ''])
      expect(() => waveformSvg(ramp, { ...small, foreground })).toThrow(RangeError);
  });

  it('draws silence as dots and empty input as an empty picture', () => {
    expect(waveformSvg(peaksOf(new Float32Array(100)), small)).toContain('M2 9.99v0.02M6 9.99v0.02');
    expect(waveformSvg(peaksOf(new Float32Array(0)), small)).toContain('d=""');
  });

  it.each([
    ['widthPx', 15],
    ['widthPx', 4_001],
    ['heightPx', 15],
    ['heightPx', 1_001],
    ['heightPx', 20.5],
  ] as const)('refuses a %s of %d', (name, px) => expect(() => waveformSvg(ramp, { ...small, [name]: px })).toThrow(RangeError));
});

describe('waveformPng', () => {
  it('draws the same bars: loud at the right, mirrored, darker in the middle', () => {
    const { width, height, data, palette } = decode(waveformPng(ramp, small));
    expect([width, height]).toEqual([16, 20]);
    const rows = Array.from({ length: height }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
    expect(rows.slice(0, 10)).toEqual(rows.slice(10).reverse());
    const inkOf = (bar: number) => rows.flatMap((row) => row.slice(4 * bar, 4 * bar + 4)).reduce((sum, shade) => sum + shade, 0);
    expect([inkOf(0) < inkOf(1), inkOf(1) < inkOf(2), inkOf(2) < inkOf(3)]).toEqual([true, true, true]);
    expect(rows[9]![14]).toBe(255);
    expect(rows[1]![14]).toBeLessThan(130);
    expect(palette?.[0]).toEqual([255, 255, 255]);
    expect(palette?.[255]).toEqual([0x20, 0x40, 0x60]);
  });

  it('supports transparent colours', () => {
    const { palette } = decode(waveformPng(ramp, { ...small, background: '#00000000' }));
    expect(palette?.[0]?.[3]).toBe(0);
    expect(palette?.[255]).toEqual([0x20, 0x40, 0x60, 255]);
    const glass = decode(waveformPng(ramp, { ...small, foreground: '#20406080', background: '#ffffff40' }));
    expect([glass.palette?.[0]?.[3], glass.palette?.[255]?.[3]]).toEqual([0x40, 0xa0]);
  });

  it('stays below the message size limit at the maximum dimensions', () => {
    const noise = peaksOf(Float32Array.from({ length: 100_000 }, (_, n) => Math.sin(n * n)));
    expect(waveformPng(noise, { ...small, widthPx: 4_000, heightPx: 1_000 }).length).toBeLessThan(500_000);
  });
});

describe('colours', () => {
  it('are parsed with and without alpha', () => {
    expect(parseColour('#0a0B0c')).toEqual({ red: 10, green: 11, blue: 12, alpha: 255 });
    expect(parseColour('#0a0b0c80').alpha).toBe(128);
  });

  it('are composited according to their alpha', () => {
    const [white, black] = [parseColour('#ffffff'), parseColour('#000000')];
    expect(compositeOver(black, white, 0)).toEqual(white);
    expect(compositeOver(black, white, 1)).toEqual(black);
    expect(compositeOver(black, white, 0.2)).toEqual({ red: 204, green: 204, blue: 204, alpha: 255 });
    expect(compositeOver(parseColour('#ff000000'), parseColour('#00ff0000'), 1)).toEqual({ red: 0, green: 0, blue: 0, alpha: 0 });
  });
});
