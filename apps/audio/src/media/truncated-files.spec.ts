/** Files that end before their container says so: what is left is found and decoded. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demuxerOf } from '#media';
import { type MediaCorpus, makeSoundFiles, mediaTools, type SoundName } from '#testing';
import { analyzeAudio } from '../analysis/pipeline/analyze-audio.ts';
import { inspectMedia } from './inspect-media.ts';

let sounds: MediaCorpus;
beforeAll(async () => {
  sounds = await makeSoundFiles();
});
afterAll(() => sounds.remove());

const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);
const withoutLastPage = (bytes: Buffer) => bytes.subarray(0, bytes.lastIndexOf('OggS'));

describe('a truncated file', () => {
  const cut: readonly (readonly [SoundName, (bytes: Buffer) => Buffer, RegExp])[] = [
    ['plain.wav', half, /bytes are missing/],
    ['constant.mp3', half, /bytes are missing/],
    ['variable.mp3', half, /bytes are missing/],
    ['plain.flac', half, /last frame is cut/],
    ['vorbis.ogg', withoutLastPage, /end of stream/],
    ['opus.opus', half, /missing/],
    ['aac-faststart.m4a', half, /missing/],
    ['live.webm', half, /./],
    ['windows.wma', half, /./],
    ['lossless.wv', half, /./],
    ['true.tta', half, /./],
  ];
  it.each(cut)('is taken with what it lacks, and decoded as far as it goes (%s)', async (name, shorten, missing) => {
    const path = await sounds.write(`cut-${name}`, shorten(await sounds.bytes(name)));
    const media = await inspectMedia(path, mediaTools);
    expect(media.missing).toMatch(missing);
    const options = { profile: 'tempo', ffmpegPath: mediaTools.ffmpegPath, demuxers: [demuxerOf[media.container]] } as const;
    const { durationSeconds } = await analyzeAudio(path, options);
    expect(durationSeconds).toBeGreaterThan(0.5);
    expect(durationSeconds).toBeLessThan(3.2);
  });

  it.each(['plain.wav', 'constant.mp3', 'plain.flac', 'vorbis.ogg', 'aac.m4a'] as const)('%s lacks nothing as a whole', async (name) => {
    expect((await inspectMedia(sounds.path(name), mediaTools)).missing).toBeUndefined();
  });

  it('is refused for it where nothing can be read from the rest', async () => {
    const path = await sounds.write('index-lost.m4a', half(await sounds.bytes('aac.m4a'))); // its index is at the end
    await expect(inspectMedia(path, mediaTools)).rejects.toMatchObject({
      code: 'media-truncated',
      message: expect.stringContaining('missing'),
    });
  });
});
