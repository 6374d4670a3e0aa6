import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ChannelRole, channelRoles } from './channels.ts';
import { type Levels, LoudnessMeter } from './loudness-meter.ts';

fc.configureGlobal({ seed: 7 }); // reproducible runs

const { sin, PI } = Math;

interface Tone {
  readonly seconds: number;
  readonly dbfs: number;
}

/** A sequence of 1 kHz sines, equal in all channels. */
function tones(parts: readonly Tone[], sampleRateHz = 48_000, channels = 2, frequencyHz = 1_000): Float32Array {
  const frames = parts.map(({ seconds }) => Math.round(seconds * sampleRateHz));
  const samples = new Float32Array(channels * frames.reduce((sum, count) => sum + count, 0));
  let at = 0;
  parts.forEach(({ dbfs }, part) => {
    const amplitude = 10 ** (dbfs / 20);
    for (let n = 0; n < frames[part]!; n++, at += channels)
      samples.fill(amplitude * sin((2 * PI * frequencyHz * n) / sampleRateHz), at, at + channels);
  });
  return samples;
}

const measure = (samples: Float32Array, sampleRateHz = 48_000, channelLayout: ChannelRole[] = ['front', 'front']): Levels =>
  new LoudnessMeter({ sampleRateHz, channelLayout }).push(samples).finish();

describe('integrated loudness', () => {
  it.each([8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000])(
    'reads -3.01 LUFS for a full-scale sine of 997 Hz in one front channel at %d Hz (BS.1770-4 Annex 1)',
    (sampleRateHz) => {
      const sine = tones([{ seconds: 1, dbfs: 0 }], sampleRateHz, 1, 997);
      expect(measure(sine, sampleRateHz, ['front']).loudnessLufs).toBeCloseTo(-3.01, 1);
    },
  );

  // EBU Tech 3341 v3, table 1: minimum requirements test signals 1 to 5
  it.each([
    ['1: steady', [[20, -23]], -23],
    ['2: steady and soft', [[20, -33]], -33],
    ['3: quiet ends are gated out', [[10, -36], [60, -23], [10, -36]], -23], // biome-ignore format: one signal a line
    ['4: near silence is gated out', [[10, -72], [10, -36], [60, -23], [10, -36], [10, -72]], -23], // biome-ignore format: one signal a line
    ['5: blocks above the relative gate count', [[20, -26], [20.1, -20], [20, -26]], -23], // biome-ignore format: one signal a line
  ] as const)('meets EBU Tech 3341, signal %s', (_, parts, expected) => {
    const signal = tones(parts.map(([seconds, dbfs]) => ({ seconds, dbfs })));
    expect(Math.abs(measure(signal).loudnessLufs! - expected)).toBeLessThan(0.1);
  });

  it('weights a surround channel by 1.5 dB and ignores low-frequency effects', () => {
    const mono = tones([{ seconds: 1, dbfs: -20 }], 48_000, 1);
    const front = measure(mono, 48_000, ['front']).loudnessLufs!;
    expect(measure(mono, 48_000, ['surround']).loudnessLufs! - front).toBeCloseTo(1.49, 2);
    expect(measure(mono, 48_000, ['lfe']).loudnessLufs).toBeNull();
  });

  it('is null for silence, empty input and less than one block of 400 ms', () => {
    expect(measure(new Float32Array(96_000))).toEqual({ loudnessLufs: null, loudnessRangeLu: null, truePeakDbtp: null });
    expect(measure(new Float32Array(0))).toEqual({ loudnessLufs: null, loudnessRangeLu: null, truePeakDbtp: null });
    const blink = measure(tones([{ seconds: 0.399, dbfs: -6 }]));
    expect(blink.loudnessLufs).toBeNull();
    expect(blink.truePeakDbtp).toBeCloseTo(-6, 1);
  });

  it('treats NaN as silence', () => {
    const broken = tones([{ seconds: 2, dbfs: -20 }]);
    broken.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 5_000);
    expect(measure(broken).loudnessLufs).toBeCloseTo(-20, 0);
  });

  it('does not depend on the chunk size', () => {
    const sound = tones([{ seconds: 1, dbfs: -20 }, { seconds: 1, dbfs: -10 }], 8_000); // biome-ignore format: one signal a line
    const whole = measure(sound, 8_000);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 20 }), (cuts) => {
        const meter = new LoudnessMeter({ sampleRateHz: 8_000, channelLayout: channelRoles(2) });
        const edges = [0, ...cuts.map((cut) => 2 * Math.min(cut, sound.length / 2)).sort((a, b) => a - b), sound.length];
        edges.slice(1).forEach((to, k) => void meter.push(sound.subarray(edges[k], to)));
        const levels = meter.finish(); // rounding depends on the chunk size
        expect(levels.loudnessLufs).toBeCloseTo(whole.loudnessLufs!, 9);
        expect(levels.truePeakDbtp).toBeCloseTo(whole.truePeakDbtp!, 9);
        expect(levels.loudnessRangeLu).toBe(whole.loudnessRangeLu);
      }),
      { numRuns: 20 },
    );
  });

  it('rejects a format without channels or with an invalid sample rate', () => {
    expect(() => new LoudnessMeter({ sampleRateHz: 48_000, channelLayout: [] })).toThrow(RangeError);
    expect(() => new LoudnessMeter({ sampleRateHz: 0, channelLayout: ['front'] })).toThrow(RangeError);
  });
});

describe('invalid samples', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, 3e38, -3e38, 64, -1e6])('count as silence (%d)', (value) => {
    const tone = Float32Array.from({ length: 48_000 }, (_, n) => 0.5 * Math.sin(n / 10));
    const [broken, silenced] = [Float32Array.from(tone).fill(value, 5_000, 5_100), Float32Array.from(tone).fill(0, 5_000, 5_100)];
    const measured = [broken, silenced].map((samples) =>
      new LoudnessMeter({ sampleRateHz: 48_000, channelLayout: ['front'] }).push(samples).finish(),
    );
    expect(measured[0]).toEqual(measured[1]);
    expect(measured[0]!.loudnessLufs).toBeLessThan(0);
  });
});

describe('loudness range', () => {
  // EBU Tech 3342 v3, table 1: minimum requirements test signals 1 to 4
  it.each([
    ['1', [[20, -20], [20, -30]], 10], // biome-ignore format: one signal a line
    ['2', [[20, -20], [20, -15]], 5], // biome-ignore format: one signal a line
    ['3', [[20, -40], [20, -20]], 20], // biome-ignore format: one signal a line
    ['4', [[20, -50], [20, -35], [20, -20], [20, -35], [20, -50]], 15], // biome-ignore format: one signal a line
  ] as const)('meets EBU Tech 3342, signal %s', (_, parts, expected) => {
    const signal = tones(parts.map(([seconds, dbfs]) => ({ seconds, dbfs })));
    expect(Math.abs(measure(signal).loudnessRangeLu! - expected)).toBeLessThan(1);
  });

  it('is 0 for a steady signal and null under three seconds', () => {
    expect(measure(tones([{ seconds: 6, dbfs: -20 }])).loudnessRangeLu).toBeCloseTo(0, 1);
    expect(measure(tones([{ seconds: 2.9, dbfs: -20 }])).loudnessRangeLu).toBeNull();
  });
});

describe('channelRoles', () => {
  it.each([
    ['mono', 1, 0x4, 'F'],
    ['stereo', 2, 0x3, 'FF'],
    ['5.1', 6, 0x3f, 'FFFLSS'],
    ['5.1 with side speakers', 6, 0x60f, 'FFFLSS'],
    ['7.1', 8, 0x63f, 'FFFLSSSS'],
    ['quadraphony', 4, 0x33, 'FFSS'],
    ['2.1', 3, 0xb, 'FFL'],
    ['5.1 that does not say so', 6, 0, 'FFFLSS'],
    ['more channels than names', 3, 0x3, 'FFF'],
    ['channels that nobody has a name for', 12, 0, 'FFFFFFFFFFFF'],
  ])('knows %s', (_, channels, mask, expected) => {
    const letters = { front: 'F', surround: 'S', lfe: 'L' };
    const roles = channelRoles(channels, mask).map((role) => letters[role]);
    expect(roles.join('')).toBe(expected);
  });
});
