import { describe, expect, it } from '@jest/globals';
import type { VideoInfo, VideoStream } from '../media/video-info.ts';
import { codecOf } from './codec-string.ts';
import { averageBitRate, type HlsTrack, parseMediaPlaylist, peakBitRate, targetDurationSeconds } from './hls-track.ts';
import { ladderFor, rungOf } from './ladder.ts';

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

describe('bit rates of a track', () => {
  const track = (...segments: [durationSeconds: number, sizeBytes: number][]): HlsTrack => ({
    ...{ init: 'init.mp4', codec: 'avc1.64001f' },
    segments: segments.map(([durationSeconds, sizeBytes], index) => ({ name: `${index}.m4s`, durationSeconds, sizeBytes })),
  });
  it('are the mean, and the peak over about one target duration', () => {
    const measured = track([2, 1_000], [2, 4_000], [2, 1_000], [0.1, 900]);
    expect([averageBitRate(measured), peakBitRate(measured), targetDurationSeconds(measured)]).toEqual([9_050, 16_000, 2]);
  });
  it('count a track of one short segment', () => expect(peakBitRate(track([0.04, 500]))).toBe(100_000));
});

describe('parseMediaPlaylist', () => {
  it('reads names and true durations', () => {
    expect(parseMediaPlaylist('#EXTM3U\n#EXTINF:2.002000,\na.m4s\n#EXTINF:1.0,\nb.m4s\n#EXT-X-ENDLIST\n')).toEqual([
      { name: 'a.m4s', durationSeconds: 2.002 },
      { name: 'b.m4s', durationSeconds: 1 },
    ]);
  });
  it('refuses a segment without a duration', () => expect(() => parseMediaPlaylist('a.m4s\n')).toThrow(RangeError));
});

describe('codecOf', () => {
  it('refuses bytes without a codec', () => expect(() => codecOf(Buffer.alloc(64))).toThrow(RangeError));
});
