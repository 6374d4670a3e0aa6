/** Animated previews of real files. */
import { chmod, mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import { probeVideo } from '../media/probe-video.ts';
import { makePreview, previewWindows } from './preview.ts';

describe('the stretches of a preview', () => {
  const moment = (startSeconds: number) => ({ startSeconds, endSeconds: startSeconds + 6 });
  it.each([
    [3, [], [[0, 3]]],
    [40, [30, 10, 20, 0, 5].map(moment), [2.375, 12.375, 22.375, 32.375].map((start) => [start, 1.25])],
    [40, [moment(30)], [[32.375, 1.25]]],
    [40, [], [4.375, 14.375, 24.375, 34.375].map((start) => [start, 1.25])],
  ])('of %d s with %j are in the order of time', (seconds, moments, windows) => {
    expect(previewWindows(seconds, moments).map(({ startSeconds, seconds }) => [startSeconds, seconds])).toEqual(windows);
  });
});

let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
  await mkdir(corpus.path('preview'));
});
afterAll(() => corpus?.remove());

async function preview(path: string, windows: readonly [number, number][], maxBytes?: number) {
  const info = await probeVideo(path, { tools: mediaTools });
  const request = {
    windows: windows.map(([startSeconds, seconds]) => ({ startSeconds, seconds })),
    folder: corpus.path('preview'),
    ...(maxBytes ? { maxBytes } : {}),
  };
  return look(await makePreview(path, info, request, { tools: mediaTools }));
}

/** @see https://developers.google.com/speed/webp/docs/riff_container */
function look(bytes: Buffer) {
  const canvas = bytes.indexOf('VP8X') + 12;
  const frames = bytes.toString('latin1').split('ANMF').length - 1;
  return {
    sizeBytes: bytes.length,
    form: bytes.toString('latin1', 8, 12),
    widthPx: 1 + bytes.readUIntLE(canvas, 3),
    heightPx: 1 + bytes.readUIntLE(canvas + 3, 3),
    frames,
  };
}

describe('makePreview', () => {
  it('shows every window at 8 frames a second, upright', async () => {
    const made = await preview(await corpus.turned(90), [
      [0.2, 1],
      [1.8, 1],
    ]);
    expect(made).toMatchObject({ form: 'WEBP', widthPx: 180, heightPx: 320, frames: 16 });
  });

  it('becomes as small as it has to', async () => {
    const path = await corpus.video('plain.mp4');
    const first = await preview(path, [[0, 2]]);
    const smaller = await preview(path, [[0, 2]], Math.floor(first.sizeBytes / 5));
    expect(smaller.sizeBytes).toBeLessThanOrEqual(first.sizeBytes / 5);
    expect([first.widthPx, smaller.widthPx < 320, smaller.frames]).toEqual([320, true, first.frames]);
    await expect(preview(path, [[0, 0.5]], 100)).rejects.toMatchObject({ code: 'media-undecodable' });
  });

  it('takes no longer than its limit, however many runs there are', async () => {
    const path = await corpus.video('plain.mp4');
    const info = await probeVideo(path, { tools: mediaTools });
    const ffmpegPath = await corpus.write('slow-ffmpeg', '#!/bin/sh\nsleep 0.4\n');
    await chmod(ffmpegPath, 0o755);
    const request = { windows: Array.from({ length: 4 }, () => ({ startSeconds: 0, seconds: 1 })), folder: corpus.path('preview') };
    const making = makePreview(path, info, request, { tools: { ...mediaTools, ffmpegPath }, timeoutMs: 1_000 });
    await expect(making).rejects.toMatchObject({ code: 'deadline-exceeded' });
  });

  it('leaves out a window behind the end, and needs one picture', async () => {
    const path = await corpus.video('one-frame.mp4');
    expect(
      await preview(path, [
        [0, 1],
        [8, 1],
      ]),
    ).toMatchObject({ form: 'WEBP' });
    await expect(preview(path, [[8, 1]])).rejects.toMatchObject({ code: 'media-undecodable' });
  });
});
