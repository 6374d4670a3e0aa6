/** Audiograms of real sound files. */
import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSuccess, runTool } from '#compute';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import { probeVideo } from '../media/probe-video.ts';
import { drawAudiogram } from './draw-audiogram.ts';

let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
  await mkdir(corpus.path('drawn'));
});
afterAll(() => corpus?.remove());

const beep = ['-f', 'lavfi', '-i', 'sine=440:r=44100:d=0.8'];

async function draw(path: string, coverPath: string | null) {
  const shares: number[] = [];
  const options = {
    tools: mediaTools,
    threads: 1,
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    onProgress: (share: number) => void shares.push(share),
  };
  await drawAudiogram(path, { coverPath, durationSeconds: 0.8, folder: corpus.path('drawn'), name: 'audiogram.mp4' }, options);
  const made = corpus.path('drawn/audiogram.mp4');
  const args = [
    '-v',
    'error',
    '-ss',
    '0.4',
    '-i',
    made,
    '-frames:v',
    '1',
    '-vf',
    'scale=27:27:flags=area,format=rgb24',
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  const pixels = expectSuccess(await runTool({ command: mediaTools.ffmpegPath, args, wallClockMs: 30_000 })).stdout;
  /** Red, green and blue at a place of 27 × 27. */
  const at = (x: number, y: number) => [...pixels.subarray(3 * (27 * y + x), 3 * (27 * y + x) + 3)];
  return { info: await probeVideo(made, { tools: mediaTools }), at };
}

describe('drawAudiogram', () => {
  it('shows cover and waveform as long as the sound', async () => {
    const cover = await corpus.make('-f', 'lavfi', '-i', 'color=red:s=300x200', '-frames:v', '1', 'cover.jpg');
    const { info, at } = await draw(await corpus.make(...beep, 'beep.flac'), cover);
    expect(info).toMatchObject({
      container: 'mp4',
      video: { codec: 'h264', widthPx: 1_080, heightPx: 1_080, frameRate: { numerator: 25, denominator: 1 } },
    });
    expect([info.audio.length, Math.abs(info.durationSeconds! - 0.8) < 0.1]).toEqual([1, true]);
    const [red, green] = at(13, 10);
    expect([red! > 180, green! < 60]).toEqual([true, true]);
    expect(at(13, 22)[1]).toBeGreaterThan(80); // the waveform
    expect(Math.max(...at(1, 1))).toBeLessThan(50);
  });

  it('has the waveform in the middle where there is no cover that can be decoded', async () => {
    const sound = await corpus.make(...beep, '-c:a', 'libmp3lame', 'beep.mp3');
    const { at } = await draw(sound, await corpus.write('cover.png', Buffer.from('\x89PNG\r\n\x1a\nbroken', 'latin1')));
    expect(at(13, 13)[1]).toBeGreaterThan(80);
  });

  it('refuses what is no sound', async () => {
    await expect(draw(await corpus.write('text.wav', 'no sound'), null)).rejects.toMatchObject({ code: 'media-not-audio' });
  });
});
