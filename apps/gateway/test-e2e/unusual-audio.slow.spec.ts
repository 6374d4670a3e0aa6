import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.ts';
import { clicks, eightBitMono, halfASecond, hoursOfSilence, surround96k, withCover, withWrongDuration } from './support/audio-files.ts';
import { metric, openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close());

const megabyte = 1_024 * 1_024;

describe('analysis of unusual but valid recordings', () => {
  it('96 kHz with six channels', async () => {
    const { analysis } = await ana.analyse(surround96k(), { name: 'surround.flac' });
    expect(analysis).toMatchObject({ sampleRateHz: 96_000, channels: 6, durationSeconds: expect.closeTo(3, 1) });
  });

  it('8-bit mono', async () => {
    const { analysis } = await ana.analyse(eightBitMono());
    expect(analysis).toMatchObject({ sampleRateHz: 11_025, channels: 1, loudnessLufs: expect.any(Number) });
  });

  it('half a second, without a tempo', async () => {
    const { analysis } = await ana.analyse(halfASecond());
    expect(analysis).toMatchObject({ durationSeconds: expect.closeTo(0.5, 1), bpm: null, confidence: 0, cues: [] });
  });

  it('an emoji in the file name', async () => {
    const { fileName, state } = await ana.analyse(clicks(100, 4, 7), { name: '🎧 夜の風.wav' });
    expect({ fileName, state }).toEqual({ fileName: '🎧 夜の風.wav', state: 'ready' });
  });

  it('a cover picture in the tags', async () => {
    const { analysis, fileTags, codec } = await ana.analyse(withCover(), { name: 'cover.mp3' });
    expect({ codec, title: fileTags.title }).toEqual({ codec: 'mp3', title: 'Con portada' });
    expect(analysis.durationSeconds).toBeCloseTo(4, 0);
  });

  it('three seconds with a header that declares an hour', async () => {
    const { analysis } = await ana.analyse(withWrongDuration(), { name: 'wrong-duration.m4a' });
    expect(analysis.durationSeconds).toBeCloseTo(3, 0);
  });

  it('two hours of silence: no tempo, key or loudness, and little more memory than for a quarter of an hour', async () => {
    const residentBytes = () => metric(stack.processes.services.audio?.url ?? '', 'process_resident_memory_bytes');
    await ana.analyse(hoursOfSilence(0.25), { name: 'warm.flac' });
    const beforeBytes = await residentBytes();
    const { analysis } = await ana.analyse(hoursOfSilence(2), { name: 'silence.flac' });
    expect(analysis).toMatchObject({ bpm: null, key: null, mode: null, loudnessLufs: null, truePeakDbtp: null });
    expect(analysis.durationSeconds).toBeCloseTo(7_200, 0);
    expect((await residentBytes()) - beforeBytes).toBeLessThan(200 * megabyte);
  }, 300_000);
});
