/** Clips of real files: which frames they have, and where their sound is. */
import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSuccess, runTool } from '#compute';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import { probeVideo } from '../media/probe-video.ts';
import { outputRate } from '../renditions/ladder.ts';
import { clipFrames, clipName } from './clip-frames.ts';
import { encodeClip } from './encode-clip.ts';

describe('clipFrames', () => {
  const rate = { numerator: 30_000, denominator: 1_001 };
  it.each([
    [
      { startSeconds: 0, endSeconds: 1 },
      { startFrame: 0, endFrame: 30 },
    ],
    [
      { startSeconds: 1.001, endSeconds: 2.002 },
      { startFrame: 30, endFrame: 60 },
    ],
    [
      { startSeconds: 1, endSeconds: 1.001 },
      { startFrame: 30, endFrame: 31 },
    ],
    [
      { startSeconds: 9.99, endSeconds: 10.4 },
      { startFrame: 299, endFrame: 300 },
    ],
    [{ startSeconds: 10.01, endSeconds: 10.4 }, null],
    [{ startSeconds: 9, endSeconds: 11 }, null],
  ])('of %j are %j', (span, frames) => expect(clipFrames(span, rate, 10.01)).toEqual(frames));

  it('name the encode with the rate', () => expect(clipName({ startFrame: 1, endFrame: 2 }, rate)).toBe('v1 1-2 at 30000/1001'));
});

let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
  await mkdir(corpus.path('clips'));
});
afterAll(() => corpus?.remove());

async function clip(path: string, startSeconds: number, endSeconds: number) {
  const info = await probeVideo(path, { tools: mediaTools });
  const rate = outputRate(info.video);
  const frames = clipFrames({ startSeconds, endSeconds }, rate, info.durationSeconds!)!;
  const options = { tools: mediaTools, threads: 1, timeoutMs: 60_000, signal: new AbortController().signal, onProgress: () => undefined };
  await encodeClip(path, info, { ...frames, rate, folder: corpus.path('clips'), name: 'clip.mp4' }, options);
  return corpus.path('clips/clip.mp4');
}

async function decode(path: string, ...args: string[]): Promise<Buffer> {
  const all = ['-v', 'error', '-i', path, ...args, 'pipe:1'];
  return expectSuccess(await runTool({ command: mediaTools.ffmpegPath, args: all, wallClockMs: 60_000 })).stdout;
}

/** The number that each frame shows as its grey level: three levels a frame above black, of the 219 of video. */
const numbersIn = async (path: string) =>
  [...(await decode(path, '-vf', 'scale=1:1:flags=area,format=gray', '-fps_mode', 'passthrough', '-f', 'rawvideo'))].map((level) =>
    Math.round((level * 219) / 255 / 3),
  );
const numbered = (rate: string) => ['-f', 'lavfi', '-i', `nullsrc=s=32x32:r=${rate}:d=2.4,geq=lum='16+3*N':cb=128:cr=128`];
const from = (first: number, count: number) => Array.from({ length: count }, (_, at) => first + at);

describe('encodeClip', () => {
  it('has exactly the frames between the times, with B-frames and far from a key frame', async () => {
    const encoder = ['-c:v', 'libx264', '-preset', 'veryfast', '-qp', '8', '-bf', '2', '-g', '250', '-pix_fmt', 'yuv420p'];
    const path = await corpus.make(...numbered('25'), ...encoder, 'numbered.mp4');
    expect(await numbersIn(await clip(path, 1.2, 1.6))).toEqual(from(30, 10));
    expect(await numbersIn(await clip(path, 0, 0.2))).toEqual(from(0, 5));
    expect(await numbersIn(await clip(path, 2, 2.4))).toEqual(from(50, 10));
  });

  it('has exactly the frames of a rate that is no whole number, in a container that rounds times', async () => {
    const path = await corpus.make(...numbered('30000/1001'), '-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '8', 'numbered.mkv');
    expect(await numbersIn(await clip(path, 1.001, 1.335))).toEqual(from(30, 10));
  });

  it('has the sound that belongs to its frames', async () => {
    const beep = "aevalsrc='if(gte(t,1.6),0.5*sin(2*PI*1000*t),0)':s=48000:d=2.4";
    const path = await corpus.make(
      ...numbered('25'),
      '-f',
      'lavfi',
      '-i',
      beep,
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-c:a',
      'pcm_s16le',
      'beep.mkv',
    );
    const samples = await decode(await clip(path, 1.2, 2.2), '-ac', '1', '-ar', '48000', '-f', 's16le');
    const sound = new Int16Array(samples.buffer, samples.byteOffset, samples.length / 2);
    expect(sound.findIndex((value) => Math.abs(value) > 4_000) / 48_000).toBeCloseTo(0.4, 2);
    expect(Math.abs(sound.length / 48_000 - 1)).toBeLessThan(0.03);
  });

  it('stands upright and has no sound where the video has none', async () => {
    const info = await probeVideo(await clip(await corpus.turned(90), 1, 1.2), { tools: mediaTools });
    expect(info).toMatchObject({ container: 'mp4', video: { codec: 'h264', widthPx: 180, heightPx: 320, rotationDegrees: 0 } });
    const silent = await probeVideo(await clip(await corpus.video('without-sound.mp4'), 0.4, 0.8), { tools: mediaTools });
    expect([silent.audio, silent.warnings]).toEqual([[], []]);
  });
});
