import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeWav } from '#testing';
import { NativeExtractor } from './feature-extractors.ts';
import { FrameAssembler } from './frame-assembler.ts';
import { readWavHeader } from './wav-header.ts';

fc.configureGlobal({ seed: 7 }); // reproducible runs

const silence = (channels: number) => Array.from({ length: channels }, () => new Float32Array(10));

describe('readWavHeader', () => {
  it('returns rate, channels and data offset', () => {
    expect(readWavHeader(encodeWav(silence(2), 44_100, 'f32'))).toEqual({
      sampleRateHz: 44_100,
      channels: 2,
      channelMask: 0,
      dataOffset: 44,
    });
    expect(readWavHeader(encodeWav(silence(6), 96_000, 'f32'))).toMatchObject({ sampleRateHz: 96_000, channels: 6, channelMask: 0x3f });
  });

  it('returns null until the header is complete', () => {
    const bytes = encodeWav(silence(6), 96_000, 'f32');
    const { dataOffset } = readWavHeader(bytes)!;
    for (let length = 0; length < dataOffset; length++) expect(readWavHeader(bytes.subarray(0, length))).toBeNull();
  });

  it('rejects invalid headers', () => {
    expect(() => readWavHeader(Buffer.from('not a wave file at all'))).toThrow(RangeError);
    const endless = Buffer.from('RIFF....WAVELIST');
    expect(() => readWavHeader(Buffer.concat([endless, Buffer.of(255, 255, 255, 255)]))).toThrow(RangeError);
  });
});

describe('FrameAssembler', () => {
  it('returns every sample once and in order for any chunking', () => {
    const samples = Float32Array.from({ length: 3_000 }, (_, n) => n);
    const bytes = new Uint8Array(samples.buffer);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.integer({ min: 0, max: 700 })), (channels, sizes) => {
        const assembler = new FrameAssembler(channels);
        const heard: number[] = [];
        let at = 0;
        for (const size of [...sizes, bytes.length]) {
          const frames = assembler.push(bytes.subarray(at, at + size));
          expect(frames.length % channels).toBe(0);
          heard.push(...frames);
          at += size;
        }
        expect(heard).toEqual([...samples.subarray(0, 3_000 - (3_000 % channels))]);
      }),
      { numRuns: 50 },
    );
  });

  it('accepts chunks of any size', () => expect(new FrameAssembler(1).push(new Uint8Array(1 << 20)).length).toBe(1 << 18));
});

describe('NativeExtractor', () => {
  it('counts received frames, not the size in the header', () => {
    const extractor = new NativeExtractor();
    const bytes = encodeWav([Float32Array.from({ length: 16_000 }, (_, n) => Math.sin(n / 5) / 2)], 8_000, 'f32');
    bytes.writeUInt32LE(0xffffffff, 40);
    for (let at = 0; at < bytes.length; at += 999) extractor.push(bytes.subarray(at, at + 999));
    expect(extractor.finish()).toMatchObject({ sampleRateHz: 8_000, channels: 1, durationSeconds: 2, waveform: { frames: 16_000 } });
  });

  it('returns null for empty input and for a header alone', () => {
    const extractor = new NativeExtractor();
    expect(extractor.finish()).toBeNull();
    extractor.push(encodeWav(silence(1), 8_000, 'f32').subarray(0, 44));
    expect(extractor.finish()).toBeNull();
  });
});
