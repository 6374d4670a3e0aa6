import { describe, expect, it } from '@jest/globals';
import { ffmpegTools, safeInputArgs, safeProbeArgs } from './ffmpeg.ts';

const argumentOf = (args: string[], flag: string) => args[args.indexOf(flag) + 1];

describe('safeInputArgs', () => {
  it('opens local files of the formats we accept and nothing else', () => {
    const args = safeInputArgs('/data/track');
    expect(argumentOf(args, '-protocol_whitelist')).toBe('file');
    expect(argumentOf(args, '-format_whitelist')!.split(',')).toEqual(
      expect.arrayContaining(['mov', 'mp3', 'wav', 'ogg', 'flac', 'matroska']),
    );
    expect(argumentOf(args, '-format_whitelist')).not.toMatch(/hls|concat|dash|image2|sdp|svg|lavfi|applehttp/);
    expect(args.slice(-2)).toEqual(['-i', 'file:/data/track']);
  });

  it.each(['/data/-y', '/data/a:b', '/data/%d.png', '/data/http:x'])('reads %s as a plain file name', (path) => {
    expect(safeInputArgs(path).at(-1)).toBe(`file:${path}`);
  });

  it.each(['track.mp3', 'http://host/x', 'pipe:0', '/data/\0'])('refuses %j, which is not an absolute path', (path) => {
    expect(() => safeInputArgs(path)).toThrow(RangeError);
  });

  it('restricts the formats to those of the caller', () => {
    expect(argumentOf(safeInputArgs('/a', { demuxers: ['mov'], decoders: ['aac'] }), '-format_whitelist')).toBe('mov');
  });

  it('bounds threads', () => expect(() => safeInputArgs('/a', { threads: 0 })).toThrow(RangeError));

  it('bounds pictures, also those that are larger than the header said', () => {
    expect(argumentOf(safeInputArgs('/a'), '-max_pixels')).toBe(String(8_192 ** 2));
    expect(argumentOf(safeProbeArgs('/a', { maxPixels: 100 }), '-max_pixels')).toBe('100');
  });

  it('bounds streams', () => {
    expect(argumentOf(safeProbeArgs('/a'), '-max_streams')).toBe('64');
    expect(() => safeProbeArgs('/a', { maxStreams: 1_001 })).toThrow(RangeError);
  });

  it('passes -nostdin to ffmpeg only; ffprobe does not know it', () => {
    expect(safeInputArgs('/a')).toContain('-nostdin');
    expect(safeProbeArgs('/a')).not.toContain('-nostdin');
  });
});

describe('ffmpegTools', () => {
  it('finds ffprobe beside ffmpeg', () => {
    expect(ffmpegTools('/opt/ffmpeg-7/ffmpeg-7')).toEqual({ ffmpegPath: '/opt/ffmpeg-7/ffmpeg-7', ffprobePath: '/opt/ffmpeg-7/ffprobe-7' });
    expect(ffmpegTools()).toEqual({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });
  });
});
