/** What is measured of real files: of every range, size and depth. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import { probeVideo } from '../media/probe-video.ts';
import { type MeasuredVideo, measureVideo } from './measure-video.ts';

let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
});
afterAll(() => corpus?.remove());

async function measure(path: string): Promise<MeasuredVideo> {
  return measureVideo(path, await probeVideo(path, { tools: mediaTools }), { tools: mediaTools, timeoutMs: 60_000 });
}

/** A second of a scene, a second of black, and a second of another scene that stands still. */
const film = (size: string) => {
  const parts = [`testsrc=s=${size}:r=25:d=1`, `color=black:s=${size}:r=25:d=1`, `color=0x808080:s=${size}:r=25:d=1.2`];
  const inputs = parts.flatMap((part) => ['-f', 'lavfi', '-i', part]);
  return [...inputs, '-filter_complex', '[0][1][2]concat=n=3'];
};
const lossless = ['-c:v', 'ffv1', '-pix_fmt'];

describe('a measured video', () => {
  it.each([
    ['limited range', '320x180', ['libx264', '-qp', '8', '-pix_fmt', 'yuv420p']],
    ['full range', '320x180', ['libx264', '-qp', '8', '-pix_fmt', 'yuvj420p']],
    ['full range in 4:4:4', '320x180', ['libx264', '-qp', '8', '-pix_fmt', 'yuvj444p']],
    ['10 bits', '320x180', ['libx264', '-qp', '8', '-pix_fmt', 'yuv420p10le']],
    ['RGB', '320x180', ['libx264rgb', '-qp', '8', '-pix_fmt', 'rgb24']],
    ['grey with alpha', '320x180', ['ffv1', '-pix_fmt', 'ya8']],
    ['so many lines that some are skipped', '640x1440', ['libx264', '-qp', '8', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']],
    ['an odd shape', '322x46', ['libx264', '-qp', '8', '-pix_fmt', 'yuv420p']],
  ])('of %s has the same brightness and the same black', async (what, size, encoder) => {
    const path = await corpus.make(...film(size), '-c:v', ...encoder, `${what.replaceAll(/\W/g, '-')}.mkv`);
    const { understanding } = await measure(path);
    const { brightness } = understanding.curves;
    expect(understanding.black).toEqual([{ startSeconds: 1, endSeconds: 2 }]);
    expect(brightness[7]).toBeCloseTo(0, 2);
    expect(Math.abs(brightness.at(-1)! - 0.5)).toBeLessThan(0.015);
  });

  it.each(['2x2', '6x400', '1000x8'])('may have %s pixels', async (size) => {
    const path = await corpus.make('-f', 'lavfi', '-i', `testsrc=s=${size}:r=25:d=0.4`, ...lossless, 'yuv420p', `of-${size}.mkv`);
    const { verification, fingerprint } = await measure(path);
    expect([verification.warnings, verification.frameCount, fingerprint.length]).toEqual([[], 10, 1 + 2 * 26]);
  });
});
