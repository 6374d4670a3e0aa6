/** Every cell of the table from one tone of two seconds, and what comes with the sound: tags, cover, loudness. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSuccess, runTool } from '#compute';
import { type AudioFormat, audioFormats, type CompressionLevel, compressionLevels } from '#contracts';
import { type MediaCorpus, makeMediaCorpus, mediaTools } from '#testing';
import { inspectMedia } from '../media/inspect-media.ts';
import { type EncodedFile, encodeRendition, measureLoudness, type OpenedSource, openSource } from './encode-rendition.ts';
import { possibleLevels } from './encoding-plan.ts';

const options = { tools: mediaTools, timeoutMs: 60_000 };
const seconds = 2;
const stereo = ['-f', 'lavfi', '-i', `sine=440:r=44100:d=${seconds}`, '-f', 'lavfi', '-i', `anoisesrc=a=0.1:r=44100:d=${seconds}:seed=1`];
const merged = ['-filter_complex', '[0:a][1:a]amerge=inputs=2[a]', '-map', '[a]'];

let corpus: MediaCorpus;
beforeAll(async () => {
  corpus = await makeMediaCorpus();
});
afterAll(() => corpus?.remove());

const open = async (path: string): Promise<OpenedSource> =>
  openSource(path, await inspectMedia(path, { ffprobePath: mediaTools.ffprobePath }), options);

async function encode(source: OpenedSource, level: CompressionLevel, format: AudioFormat, normalize = false): Promise<EncodedFile> {
  const folder = corpus.path(`${level}-${format}-${normalize}`);
  await mkdir(folder, { recursive: true });
  const loudness = normalize ? await measureLoudness(source, options) : undefined;
  return encodeRendition(source, { level, format, loudness, folder }, options);
}

async function ffprobe(path: string, entries: string): Promise<string> {
  const args = ['-v', 'error', '-show_entries', entries, '-of', 'default=nw=1', path];
  return (await runTool({ command: mediaTools.ffprobePath, args, wallClockMs: 20_000 })).stdout.toString();
}

/** Seconds of each file after decoding, with the delay and the padding of the encoder taken away as a player does. One run for all. */
async function decodedSeconds(files: readonly EncodedFile[]): Promise<number[]> {
  const inputs = files.flatMap(({ path }) => ['-i', path]);
  const outputs = files.flatMap((_, at) => ['-map', `${at}:a`, '-ac', '1', '-f', 's16le', corpus.path(`decoded-${at}`)]);
  const args = ['-v', 'error', '-y', ...inputs, ...outputs];
  expectSuccess(await runTool({ command: mediaTools.ffmpegPath, args, wallClockMs: 20_000 }));
  const sizes = await Promise.all(files.map((_, at) => stat(corpus.path(`decoded-${at}`))));
  return sizes.map(({ size }, at) => size / 2 / files[at]!.sampleRateHz);
}

const codecs: Readonly<Record<AudioFormat, string>> = { mp3: 'mp3', ogg: 'vorbis', opus: 'opus', m4a: 'aac', wav: 'pcm_s16le' };
const lossless: Partial<Record<AudioFormat, string>> = { ogg: 'flac', m4a: 'alac', wav: 'pcm_s16le' };

describe('the table of levels and formats', () => {
  const cells = audioFormats.flatMap((format) => possibleLevels('pcm_s16le', format).map((level) => [format, level] as const));
  let tone: OpenedSource;
  let files: EncodedFile[];
  let decoded: number[];
  beforeAll(async () => {
    tone = await open(await corpus.make(...stereo, ...merged, 'tone.wav'));
    files = [];
    for (const [format, level] of cells) files.push(await encode(tone, level, format));
    decoded = await decodedSeconds(files);
  }, 60_000);

  it.each(cells.map(([format, level], at) => [format, level, at] as const))(
    '%s %s has its codec, rate, channels and the length of its source, also without a gap',
    (format, level, at) => {
      const file = files[at]!;
      expect(file.codec).toBe(level === 'lossless' ? lossless[format] : codecs[format]);
      expect(file).toMatchObject({ channels: file.plan.channels, sampleRateHz: file.plan.sampleRateHz });
      // ffprobe counts the padding of MP3 and the pre-skip of Opus; players do not.
      expect(Math.abs(file.durationSeconds - seconds)).toBeLessThan(format === 'mp3' ? 0.08 : format === 'opus' ? 0.007 : 0.001);
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

  it('gives the same bytes again', async () => {
    const digest = async (path: string) =>
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
    const before = await digest(files[cells.findIndex(([format]) => format === 'opus')]!.path);
    expect(await digest((await encode(tone, 'ultra_low', 'opus')).path)).toBe(before);
  });
});

describe('what comes with the sound', () => {
  let tagged: OpenedSource;
  beforeAll(async () => {
    const cover = await corpus.make('-f', 'lavfi', '-i', 'testsrc=size=64x64:d=1', '-frames:v', '1', 'cover.png');
    const tags = ['title=Jóga = ; #', 'artist=Björk', 'TBPM=120', 'REPLAYGAIN_TRACK_GAIN=-3.00 dB', 'iTunSMPB=00000000'];
    const metadata = tags.flatMap((tag) => ['-metadata', tag]);
    const picture = ['-map', '0:a', '-map', '1:v', '-c:v', 'copy', '-disposition:v', 'attached_pic'];
    const from = ['-f', 'lavfi', '-i', 'sine=440:r=44100:d=2', '-i', cover];
    tagged = await open(await corpus.make(...from, ...picture, ...metadata, '-c:a', 'flac', 'tagged.flac'));
  });

  it.each(['mp3', 'ogg', 'opus', 'm4a'] as const)('%s keeps tags and cover, not the notes of the other encoder', async (format) => {
    const { path } = await encode(tagged, 'medium', format);
    const shown = await ffprobe(path, 'stream=codec_name,codec_type:format_tags:stream_tags:stream_disposition=attached_pic');
    expect(shown).toContain('Jóga = ; #');
    expect(shown).toContain('Björk');
    expect(shown).toMatch(/attached_pic=1/);
    expect(shown).not.toContain('iTunSMPB');
    if (format === 'opus') expect(shown).toContain('R128_TRACK_GAIN=-2048');
    else expect(shown).toMatch(format === 'm4a' ? /Björk/ : /REPLAYGAIN_TRACK_GAIN=-3.00 dB/i);
  });

  it('brings the loudness to -14 LUFS and says so in its tags', async () => {
    const quiet = await open(await corpus.make('-f', 'lavfi', '-i', 'sine=1000:r=48000:d=4', '-af', 'volume=-20dB', 'quiet.wav'));
    const file = await encode(quiet, 'medium', 'ogg', true);
    const again = await measureLoudness(await open(file.path), options);
    expect(Math.abs(again!.input_i + 14)).toBeLessThan(0.5);
    expect(await ffprobe(file.path, 'stream_tags')).toContain('REPLAYGAIN_TRACK_GAIN=-4.00 dB');
    expect(file.sampleRateHz).toBe(48_000);
  });

  it('leaves silence as it is', async () => {
    const silent = await open(await corpus.make('-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono:d=2', 'silent.wav'));
    expect(await measureLoudness(silent, options)).toBeUndefined();
    expect((await encode(silent, 'ultra_low', 'ogg', true)).durationSeconds).toBeCloseTo(2, 1);
  });
});
