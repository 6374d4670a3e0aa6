/** Every cell of the table from one tone of two seconds. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSuccess, runTool } from '#compute';
import { type AudioFormat, audioFormats, type CompressionLevel, compressionLevels } from '#contracts';
import { mediaTools } from '#testing';
import type { EncodedFile, OpenedSource } from './encode-rendition.ts';
import { encodedDuration } from './encoded-duration.ts';
import { possibleLevels } from './encoding-plan.ts';
import { compareSound } from './quality/compare-sound.ts';
import { comparedRateHz, decodeMono } from './quality/decode-mono.ts';
import { encodeOptions, ffprobe, RenditionFixture } from './testing/rendition-fixture.ts';

const seconds = 2;
const stereo = ['-f', 'lavfi', '-i', `sine=440:r=44100:d=${seconds}`, '-f', 'lavfi', '-i', `anoisesrc=a=0.1:r=44100:d=${seconds}:seed=1`];
const merged = ['-filter_complex', '[0:a][1:a]amerge=inputs=2[a]', '-map', '[a]'];

let fixture: RenditionFixture;
beforeAll(async () => {
  fixture = await RenditionFixture.open();
});
afterAll(() => fixture?.corpus.remove());

/** Seconds of each file after decoding, with the delay and the padding of the encoder taken away as a player does. One run for all. */
async function decodedSeconds(files: readonly EncodedFile[]): Promise<number[]> {
  const inputs = files.flatMap(({ path }) => ['-i', path]);
  const outputs = files.flatMap((_, at) => ['-map', `${at}:a`, '-ac', '1', '-f', 's16le', fixture.corpus.path(`decoded-${at}`)]);
  const args = ['-v', 'error', '-y', ...inputs, ...outputs];
  expectSuccess(await runTool({ command: mediaTools.ffmpegPath, args, wallClockMs: 20_000 }));
  const sizes = await Promise.all(files.map((_, at) => stat(fixture.corpus.path(`decoded-${at}`))));
  return sizes.map(({ size }, at) => size / 2 / files[at]!.sampleRateHz);
}

const codecs: Readonly<Record<AudioFormat, string>> = { mp3: 'mp3', ogg: 'vorbis', opus: 'opus', m4a: 'aac', wav: 'pcm_s16le' };
const lossless: Partial<Record<AudioFormat, string>> = { ogg: 'flac', m4a: 'alac', wav: 'pcm_s16le' };

const digest = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('a rendition of', () => {
  it.each([
    ['wma', 'wmav2'],
    ['ac3', 'ac3'],
    ['eac3', 'eac3'],
    ['wv', 'wavpack'],
    ['tta', 'tta'],
    ['spx', 'libspeex'],
  ])('a .%s file can be made', async (name, encoder) => {
    const rateHz = encoder === 'libspeex' ? '16000' : '44100';
    const source = await fixture.source(...stereo, ...merged, '-c:a', encoder, '-ar', rateHz, `source.${name}`);
    expect(await fixture.encode(source, 'low', 'mp3')).toMatchObject({ codec: 'mp3', durationSeconds: expect.closeTo(seconds, 0) });
  });
});

describe('the table of levels and formats', () => {
  const cells = audioFormats.flatMap((format) => possibleLevels('pcm_s16le', format).map((level) => [format, level] as const));
  let tone: OpenedSource;
  let files: EncodedFile[];
  let decoded: number[];
  beforeAll(async () => {
    tone = await fixture.source(...stereo, ...merged, 'tone.wav');
    files = [];
    for (const [format, level] of cells) files.push(await fixture.encode(tone, level, format));
    decoded = await decodedSeconds(files);
  }, 60_000);

  it.each(cells.map(([format, level], at) => [format, level, at] as const))(
    '%s %s has its codec, rate, channels and the length of its source, also without a gap',
    async (format, level, at) => {
      const file = files[at]!;
      expect(file.codec).toBe(level === 'lossless' ? lossless[format] : codecs[format]);
      expect(await encodedDuration(file.path, file.plan)).toBe(file.durationSeconds);
      expect(Math.abs(file.durationSeconds - seconds)).toBeLessThan(0.001);
      const probed = await ffprobe(file.path, 'stream=index,codec_name,sample_rate,channels,duration');
      const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(probed)?.[1];
      expect([value('index'), value('codec_name')]).toEqual([String(file.soundIndex), file.codec]);
      expect([value('sample_rate'), value('channels')].map(Number)).toEqual([file.sampleRateHz, file.channels]);
      // ffprobe counts the padding of MP3 and the pre-skip of Opus; players do not.
      expect(Math.abs(Number(value('duration')) - seconds)).toBeLessThan(format === 'mp3' ? 0.08 : format === 'opus' ? 0.007 : 0.001);
      // This ffmpeg plays the last frame of AAC to its end, although the edit list of the file says where the sound ends.
      const frames = file.codec === 'aac' ? 1_024 / file.sampleRateHz : 0;
      expect(decoded[at]! - seconds).toBeGreaterThan(-0.002);
      expect(decoded[at]! - seconds).toBeLessThan(0.002 + frames);
      if (file.plan.bitRateKbps !== null) expect(file.bitRateKbps).toBeLessThan(1.25 * file.plan.bitRateKbps + 25);
    },
  );

  it('has no other cells', () => {
    const missing = audioFormats.flatMap((format) => compressionLevels.filter((level) => !possibleLevels('flac', format).includes(level)));
    expect(missing).toEqual(['lossless', 'lossless']);
  });

  it('has a quality that rises with the level', async () => {
    const ofLevel = (level: CompressionLevel) => files[cells.findIndex((cell) => cell[0] === 'opus' && cell[1] === level)]!;
    const original = await decodeMono(tone.path, 0, 'wav', encodeOptions);
    const snr: number[] = [];
    for (const level of ['ultra_low', 'low', 'medium', 'high'] as const)
      snr.push(compareSound(original, await decodeMono(ofLevel(level).path, 0, 'ogg', encodeOptions), comparedRateHz).segmentalSnrDb);
    expect(snr).toEqual(snr.toSorted((a, b) => a - b));
    expect(snr.at(-1)!).toBeGreaterThan(snr[0]! + 3);
  });

  it.each(audioFormats)('gives %s the same bytes in company of other levels', async (format) => {
    const levels = possibleLevels('pcm_s16le', format);
    const together = await fixture.encodeLevels(tone, levels, format);
    for (const [at, level] of levels.entries()) {
      const alone = files[cells.findIndex((cell) => cell[0] === format && cell[1] === level)]!;
      expect(await digest(together[at]!.path)).toBe(await digest(alone.path));
      expect(together[at]).toEqual({ ...alone, path: together[at]!.path });
    }
  });

  it('gives the same bytes again', async () => {
    const before = await digest(files[cells.findIndex(([format]) => format === 'opus')]!.path);
    expect(await digest((await fixture.encode(tone, 'ultra_low', 'opus')).path)).toBe(before);
  });
});
