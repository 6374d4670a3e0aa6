import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSuccess, runTool } from '#compute';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import { probeVideo } from '../media/probe-video.ts';
import { choosePoster } from './choose-poster.ts';
import { makeStoryboard } from './storyboard.ts';
import { makeThumbnail, type ThumbnailRequest } from './thumbnail.ts';

let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
});
afterAll(() => corpus.remove());

const options = { tools: mediaTools };
async function thumbnail(path: string, request: Partial<ThumbnailRequest> = {}) {
  const info = await probeVideo(path, options);
  const made = await makeThumbnail(
    path,
    info,
    { timeSeconds: 0, widthPx: 100, format: 'jpeg', ...request },
    { ...options, folder: corpus.folder },
  );
  return { ...made, path: await corpus.write(`picture.${made.contentType.slice(6)}`, made.bytes) };
}

async function sizeOf(path: string): Promise<string> {
  const args = ['-v', 'error', '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0', path];
  return expectSuccess(await runTool({ command: mediaTools.ffprobePath, args, wallClockMs: 30_000 }))
    .stdout.toString()
    .trim();
}

/** Grey pixels of a picture, scaled to one column of `heightPx`. */
async function column(path: string, heightPx: number): Promise<number[]> {
  const args = ['-v', 'error', '-i', path, '-vf', `scale=1:${heightPx}:flags=area,format=gray`, '-f', 'rawvideo', 'pipe:1'];
  return [...expectSuccess(await runTool({ command: mediaTools.ffmpegPath, args, wallClockMs: 30_000 })).stdout];
}

describe('makeThumbnail', () => {
  it.each([
    ['jpeg', 'mjpeg,100,56'],
    ['webp', 'webp,100,56'],
    ['avif', 'av1,100,56'],
  ] as const)('makes a %s of the wanted width', async (format, expected) => {
    expect(await sizeOf((await thumbnail(await corpus.video('plain.mp4'), { format, timeSeconds: 1.5 })).path)).toBe(expected);
  });

  it('turns the picture, and does not enlarge it', async () => {
    expect(await sizeOf((await thumbnail(await corpus.turned(90), { widthPx: 4_000 })).path)).toBe('mjpeg,180,320');
  });

  it('honours pixels that are not square', async () => {
    expect(await sizeOf((await thumbnail(await corpus.video('anamorphic.mp4'), { widthPx: 4_000 })).path)).toBe('mjpeg,262,144');
  });

  it.each(['plain.mp4', 'one-frame.mp4', 'long-sound.mp4', 'live.webm'] as const)(
    'gives the last picture of %s beyond its end',
    async (name) => {
      expect((await thumbnail(await corpus.video(name), { timeSeconds: 1_000 })).bytes.length).toBeGreaterThan(500);
    },
  );

  it('maps HDR to the brightness of SDR: a grey ramp rises over the whole range', async () => {
    // PQ code values of 0.1 to 203 cd/m²; 203 cd/m² is the reference white of ITU-R BT.2408.
    const ramp = "geq=lum='64+876*(0.06+0.52*Y/90)':cb=512:cr=512";
    const colors = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc', '-color_range', 'tv'];
    const encoder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '4', ...colors];
    const source = ['-f', 'lavfi', '-i', 'color=s=160x90:r=5:d=0.4', '-vf', `format=yuv420p10le,${ramp}`, ...encoder];
    const made = await thumbnail(await corpus.make(...source, 'ramp.mp4'), { widthPx: 160 });
    const levels = await column(made.path, 9);
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
    expect(levels[0]).toBeLessThan(25);
    expect(levels.at(-1)).toBeGreaterThan(170);
  });

  it('refuses numbers out of range', async () => {
    const path = await corpus.video('plain.mp4');
    await expect(thumbnail(path, { timeSeconds: -1 })).rejects.toThrow(RangeError);
    await expect(thumbnail(path, { widthPx: 0 })).rejects.toThrow(RangeError);
  });
});

describe('choosePoster', () => {
  it('takes a frame behind the black and the fade at the beginning, and says why', async () => {
    const path = await corpus.video('fade-from-black.mp4');
    const poster = await choosePoster(path, await probeVideo(path, options), options);
    expect(poster.timeSeconds).toBeGreaterThanOrEqual(1.7);
    expect(poster.candidates.length).toBeGreaterThanOrEqual(15);
    expect(new Set(poster.candidates.map(({ rejection }) => rejection))).toEqual(new Set(['black', 'fade', null]));
    expect(poster.reasons[0]).toMatch(/Best of \d+ frames, of which \d+ are refused \(black, fade\)/);
  });

  it('prefers a sharp frame to a blurred one', async () => {
    const blurred = ['-vf', "gblur=sigma=6:enable='lt(t,1.2)'", '-c:v', 'libx264', '-preset', 'ultrafast', '-an'];
    const path = await corpus.make('-i', await corpus.video('plain.mp4'), ...blurred, 'blurred.mp4');
    expect((await choosePoster(path, await probeVideo(path, options), options)).timeSeconds).toBeGreaterThanOrEqual(1.2);
  });

  it('takes the only frame of a video of one frame', async () => {
    const path = await corpus.video('one-frame.mp4');
    expect((await choosePoster(path, await probeVideo(path, options), options)).timeSeconds).toBe(0);
  });
});

describe('makeStoryboard', () => {
  it('covers the whole length with as many pictures as the WebVTT file names', async () => {
    const path = await corpus.video('long-sound.mp4');
    const folder = corpus.path('sheets');
    await mkdir(folder);
    const request = { folder, tileWidthPx: 64, minIntervalSeconds: 0.5, columns: 2, rows: 2 };
    const board = await makeStoryboard(path, await probeVideo(path, options), request, options);
    expect(board.tileCount).toBe(6);
    expect(board.sheets.map(({ name }) => name)).toEqual(['sheet-000.jpg', 'sheet-001.jpg']);
    expect(await sizeOf(`${folder}/sheet-001.jpg`)).toBe('mjpeg,128,72');
    // The picture ends at 2 s and the sound at 3 s: the last tiles show the last picture, not black.
    expect((await column(`${folder}/sheet-001.jpg`, 2))[0]).toBeGreaterThan(40);
    expect(board.vtt.split('\n').slice(-3)).toEqual(['00:00:02.500 --> 00:00:03.000', 'sheet-001.jpg#xywh=64,0,64,36', '']);
  });
});
