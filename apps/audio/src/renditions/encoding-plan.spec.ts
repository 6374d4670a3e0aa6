import { describe, expect, it } from '@jest/globals';
import { audioFormats, compressionLevels } from '#contracts';
import { planEncoding, possibleLevels, type SourceSound } from './encoding-plan.ts';

const cd: SourceSound = { codec: 'pcm_s16le', sampleRateHz: 44_100, channels: 2, bitRate: 1_411_200, bitDepth: 16 };
const studio: SourceSound = { codec: 'pcm_s24le', sampleRateHz: 96_000, channels: 6, bitRate: 13_824_000, bitDepth: 24 };
const small: SourceSound = { codec: 'mp3', sampleRateHz: 22_050, channels: 1, bitRate: 64_000, bitDepth: null };

const kbps = (source: SourceSound, format: 'mp3' | 'opus' | 'm4a') =>
  (['ultra_low', 'low', 'medium', 'high'] as const).map((level) => planEncoding(source, level, format).bitRateKbps);

describe('planEncoding', () => {
  it('has the bit rates of the table for a CD', () => {
    expect(kbps(cd, 'mp3')).toEqual([48, 96, 128, 192]);
    expect(kbps(cd, 'opus')).toEqual([24, 48, 96, 128]);
    expect(kbps(cd, 'm4a')).toEqual([48, 96, 128, 192]);
    expect(['low', 'medium', 'high'].map((level) => planEncoding(cd, level as 'low', 'ogg').vorbisQuality)).toEqual([2, 4, 6]);
    expect(planEncoding(cd, 'ultra_low', 'ogg').bitRateKbps).toBeLessThanOrEqual(48);
  });

  it('keeps rate, depth and channels where nothing may be lost', () => {
    expect(planEncoding(studio, 'lossless', 'ogg')).toMatchObject({
      encoder: 'flac',
      sampleRateHz: 96_000,
      channels: 6,
      sampleFormat: 's32',
    });
    expect(planEncoding(studio, 'lossless', 'm4a')).toMatchObject({ encoder: 'alac', sampleFormat: 's32p' });
    expect(planEncoding(studio, 'lossless', 'wav')).toMatchObject({ encoder: 'pcm_s24le', sampleRateHz: 96_000, channels: 6 });
    expect(planEncoding({ ...cd, codec: 'pcm_f32be', bitDepth: 32 }, 'lossless', 'wav').encoder).toBe('pcm_f32le');
  });

  it.each([[cd], [studio], [small], [{ ...cd, sampleRateHz: 8_000, channels: 1, codec: 'pcm_u8', bitDepth: 8 }]])(
    'is never above its source: %j',
    (source) => {
      for (const format of audioFormats)
        for (const level of possibleLevels(source.codec, format)) {
          const plan = planEncoding(source, level, format);
          expect(plan.channels).toBeLessThanOrEqual(source.channels);
          if (format !== 'opus') expect(plan.sampleRateHz).toBeLessThanOrEqual(source.sampleRateHz);
          if (plan.bitRateKbps !== null) expect(plan.bitRateKbps).toBeLessThanOrEqual((source.bitRate ?? 0) / 1_000);
        }
    },
  );

  it('halves rates of its family rather than bending them', () => {
    expect(planEncoding({ ...cd, sampleRateHz: 88_200 }, 'high', 'mp3').sampleRateHz).toBe(44_100);
    expect(planEncoding(cd, 'ultra_low', 'mp3').sampleRateHz).toBe(22_050);
    expect(planEncoding(studio, 'high', 'm4a').sampleRateHz).toBe(48_000);
  });

  it.each([
    ['mp3', cd],
    ['opus', cd],
    ['ogg', small],
    ['m4a', small],
    ['wav', small],
    ['ogg', { ...cd, codec: 'pcm_f32le' }],
  ] as const)('refuses lossless %s of %j and says what is possible', (format, source) => {
    const refused = { code: 'rendition-not-possible', message: expect.stringContaining('ultra_low, low, medium, high, auto') };
    expect(() => planEncoding(source, 'lossless', format)).toThrow(expect.objectContaining(refused));
    expect(compressionLevels.filter((level) => !possibleLevels(source.codec, format).includes(level))).toEqual(['lossless']);
  });
});
