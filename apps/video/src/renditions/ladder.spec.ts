import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { averageBitRate, codecOf, fragmentsOf, peakBitRate, targetDurationSeconds } from '#media';
import type { VideoInfo, VideoStream } from '../media/video-info.ts';

import { ladderFor, rungOf } from './ladder.ts';
import { possiblePresets } from './presets.ts';

const thirty = { numerator: 30, denominator: 1 };
const source = (displayWidthPx: number, displayHeightPx: number, bitRate: number | null = 20_000_000, video: Partial<VideoStream> = {}) =>
  ({ bitRate, video: { codec: 'h264', displayWidthPx, displayHeightPx, frameRate: thirty, ...video } }) as VideoInfo;
const sizes = (info: VideoInfo) => ladderFor(info).map(({ widthPx, heightPx }) => `${widthPx}x${heightPx}`);

describe('ladderFor', () => {
  it('goes down from the size of the source', () => {
    expect(sizes(source(1_920, 1_080))).toEqual(['1920x1080', '1280x720', '852x480', '640x360', '426x240', '256x144']);
  });
  it('counts by the short side, so that portrait stays portrait', () => {
    expect(sizes(source(720, 1_280))).toEqual(['720x1280', '480x852', '360x640', '240x426', '144x256']);
  });
  it('never enlarges and makes odd sides even', () => expect(sizes(source(101, 77))).toEqual(['100x76']));
  it('gives a source between two steps a rung of its own', () => expect(sizes(source(1_600, 900))[0]).toBe('1600x900'));
  it('stops at 2160 lines', () => expect(sizes(source(7_680, 4_320))[0]).toBe('3840x2160'));
  it('stays below the bit rate of the source and leaves out rungs that save little', () => {
    const rungs = ladderFor(source(1_920, 1_080, 1_000_000));
    expect(rungs.map(({ shortSidePx }) => shortSidePx)).toEqual([1_080, 240, 144]);
    expect(rungs[0]!.maxBitRate).toBe(1_100_000);
  });
  it('gives a newer codec more bits, because H.264 needs them', () => {
    expect(ladderFor(source(1_920, 1_080, 1_000_000, { codec: 'hevc' }))[0]!.maxBitRate).toBe(1_800_000);
  });
  it('halves rates above 60 frames a second', () => {
    const rate = { numerator: 120_000, denominator: 1_001 };
    expect(rungOf(source(1_920, 1_080, null, { frameRate: rate }), 720).frameRate).toEqual({ numerator: 120_000, denominator: 2_002 });
  });
});

describe('possiblePresets', () => {
  const of = (displayWidthPx: number, displayHeightPx: number, hasAudio = false) =>
    possiblePresets({ displayWidthPx, displayHeightPx, hasAudio, codecs: ['h264'] });
  it('go down from the short side of the source, and the sound where there is some', () => {
    expect(of(1_080, 1_920, true)).toEqual(['web-1080p', 'web-720p', 'web-480p', 'web-360p', 'web-240p', 'audio-only']);
    expect(of(1_280, 720)).toEqual(['web-720p', 'web-480p', 'web-360p', 'web-240p']);
  });
  it('have the next one for a source well between two, and the lowest for a small one', () => {
    expect(of(1_600, 900)[0]).toBe('web-1080p');
    expect(of(800, 800)[0]).toBe('web-720p');
    expect(of(160, 90)).toEqual(['web-240p']);
  });
  it('have AV1 where it can be encoded', () => {
    const source = { displayWidthPx: 1_280, displayHeightPx: 720, hasAudio: true };
    expect(possiblePresets({ ...source, codecs: ['h264', 'av1'] }).slice(3)).toEqual([
      ...['web-240p', 'web-720p-av1', 'web-480p-av1', 'web-360p-av1', 'audio-only'],
    ]);
    expect(possiblePresets({ displayWidthPx: 160, displayHeightPx: 90, hasAudio: false, codecs: ['h264', 'av1'] })).toEqual(['web-240p']);
  });
});

describe('bit rates of a track', () => {
  const track = (...segments: [durationSeconds: number, sizeBytes: number][]) =>
    segments.map(([durationSeconds, sizeBytes]) => ({ durationSeconds, sizeBytes }));
  it('are the mean, and the peak over about one target duration', () => {
    const measured = track([2, 1_000], [2, 4_000], [2, 1_000], [0.1, 900]);
    expect([averageBitRate(measured), peakBitRate(measured), targetDurationSeconds(measured)]).toEqual([9_050, 16_000, 2]);
  });
  it('count a track of one short segment', () => expect(peakBitRate(track([0.04, 500]))).toBe(100_000));
});

describe('fragmentsOf', () => {
  const box = (type: string, bytes = 5) => {
    const made = Buffer.alloc(8 + bytes, type, 'latin1');
    made.writeUInt32BE(made.length, 0);
    made.write(type, 4, 'latin1');
    return made;
  };
  const cut = async (bytes: Buffer, step: number, maxBytes?: number) => {
    const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_, at) => bytes.subarray(at * step, (at + 1) * step));
    const found: [string, number][] = [];
    for await (const { kind, bytes: part } of fragmentsOf(Readable.from(chunks), maxBytes)) found.push([kind, part.length]);
    return found;
  };
  const stream = Buffer.concat(['ftyp', 'moov', 'sidx', 'moof', 'mdat', 'moof', 'mdat', 'mfra'].map((type) => box(type)));

  it.each([1, 3, 7, 1_000])('cuts a stream that comes %d bytes at a time, and leaves out what ends early', async (step) => {
    const expected = [
      ['init', 26],
      ['segment', 39],
      ['segment', 26],
    ];
    expect(await cut(stream, step)).toEqual(expected);
    expect(await cut(stream.subarray(0, 80), step)).toEqual(expected.slice(0, 2));
  });
  it('refuses a box that is too large, or none', async () => {
    await expect(cut(box('mdat', 100), 10, 50)).rejects.toMatchObject({ code: 'internal' });
    await expect(cut(Buffer.alloc(16), 16)).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('codecOf', () => {
  it('refuses bytes without a codec', () => expect(() => codecOf(Buffer.alloc(64))).toThrow(RangeError));
});
