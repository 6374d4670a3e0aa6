import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.ts';
import { type House, metric, openHouse } from './support/house.ts';
import { clicks, eightBitMono, halfASecond, hoursOfSilence, lyingDuration, surround96k, withCover } from './support/sounds.ts';

let house: House;
let ana: Api;

beforeAll(async () => {
  house = await openHouse(['gateway', 'audio']);
  ana = await Api.register(house.url);
}, 120_000);
afterAll(() => house?.close());

const megabyte = 1_024 * 1_024;

describe('odd but valid recordings are analysed', () => {
  it('96 kHz in six channels', async () => {
    const { analysis } = await ana.analyse(surround96k(), { name: 'surround.flac' });
    expect(analysis).toMatchObject({ sampleRateHz: 96_000, channels: 6, durationSeconds: expect.closeTo(3, 1) });
  });

  it('8 bit mono', async () => {
    const { analysis } = await ana.analyse(eightBitMono());
    expect(analysis).toMatchObject({ sampleRateHz: 11_025, channels: 1, loudnessLufs: expect.any(Number) });
  });

  it('half a second, with no tempo to find', async () => {
    const { analysis } = await ana.analyse(halfASecond());
    expect(analysis).toMatchObject({ durationSeconds: expect.closeTo(0.5, 1), bpm: null, confidence: 0, cues: [] });
  });

  it('an emoji in the name', async () => {
    const { fileName, state } = await ana.analyse(clicks(100, 4, 7), { name: '🎧 夜の風.wav' });
    expect({ fileName, state }).toEqual({ fileName: '🎧 夜の風.wav', state: 'ready' });
  });

  it('a picture in the tags', async () => {
    const { analysis, tags, codec } = await ana.analyse(withCover(), { name: 'cover.mp3' });
    expect({ codec, title: tags.title }).toEqual({ codec: 'mp3', title: 'Con portada' });
    expect(analysis.durationSeconds).toBeCloseTo(4, 0);
  });

  it('a header that promises an hour where there are three seconds', async () => {
    const { analysis } = await ana.analyse(lyingDuration(), { name: 'lying.m4a' });
    expect(analysis.durationSeconds).toBeCloseTo(3, 0);
  });

  it('two hours of silence: no tempo, no key, no loudness, in little more memory than a quarter of an hour', async () => {
    const residentBytes = () => metric(house.stack.services.audio?.url ?? '', 'process_resident_memory_bytes');
    await ana.analyse(hoursOfSilence(0.25), { name: 'warm.flac' });
    const beforeBytes = await residentBytes();
    const { analysis } = await ana.analyse(hoursOfSilence(2), { name: 'silence.flac' });
    expect(analysis).toMatchObject({ bpm: null, key: null, mode: null, loudnessLufs: null, truePeakDbtp: null });
    expect(analysis.durationSeconds).toBeCloseTo(7_200, 0);
    expect((await residentBytes()) - beforeBytes).toBeLessThan(200 * megabyte);
  }, 90_000);
});
