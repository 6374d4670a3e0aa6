import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeVideoCorpus, mediaTools, type VideoCorpus, type VideoName } from '#testing';
import { probeVideo } from './probe-video.ts';
import type { VideoInfo, VideoLimits } from './video-info.ts';

let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
});
afterAll(() => corpus.remove());

const inspect = (path: string, limits: Partial<VideoLimits> = {}, declaredName?: string) =>
  probeVideo(path, { tools: mediaTools, limits, ...(declaredName !== undefined && { declaredName }) });
const codeOf = (path: string, limits?: Partial<VideoLimits>) =>
  inspect(path, limits).then(
    () => 'accepted',
    (failure: { code?: string }) => failure.code,
  );
const warningsOf = ({ warnings }: VideoInfo) => warnings.map(({ code }) => code);
const rate = (numerator: number, denominator = 1) => ({ numerator, denominator });

describe('probeVideo', () => {
  const containers: readonly (readonly [VideoName, VideoInfo['container']])[] = [
    ['plain.mp4', 'mp4'],
    ['quicktime.mov', 'mp4'],
    ['fragmented.mp4', 'mp4'],
    ['live.webm', 'matroska'],
    ['matroska.mkv', 'matroska'],
    ['old.avi', 'avi'],
    ['flash.flv', 'flv'],
    ['broadcast.ts', 'mpegts'],
    ['theora.ogv', 'ogg'],
  ];
  it.each(containers)('reads %s', async (name, container) => {
    const info = await inspect(await corpus.video(name));
    expect(info).toMatchObject({ container, video: { isVariableFrameRate: false } });
    expect(Math.abs(info.durationSeconds! - (name === 'plain.mp4' || container === 'mp4' || name === 'matroska.mkv' ? 3 : 2))).toBeLessThan(
      0.1,
    );
  });

  it('describes the streams', async () => {
    const info = await inspect(await corpus.video('plain.mp4'));
    expect(info.video).toMatchObject({
      ...{ codec: 'h264', pixelFormat: 'yuv420p', bitDepth: 8, isHdr: false, isInterlaced: false, rotationDegrees: 0 },
      ...{ widthPx: 320, heightPx: 180, displayWidthPx: 320, displayHeightPx: 180, frameRate: rate(30_000, 1_001) },
    });
    expect(info.audio).toMatchObject([{ codec: 'aac', channels: 1, layout: 'mono', sampleRateHz: 48_000, isReadable: true }]);
    expect(info).toMatchObject({ warnings: [], subtitles: [], chapters: [], hasAttachedPicture: false });
  });

  it.each([
    [90, 180, 320],
    [180, 320, 180],
    [270, 180, 320],
  ] as const)('gives the display size of a video turned by %d degrees', async (degrees, displayWidthPx, displayHeightPx) => {
    const { video } = await inspect(await corpus.turned(degrees));
    expect(video).toMatchObject({ rotationDegrees: degrees, widthPx: 320, heightPx: 180, displayWidthPx, displayHeightPx });
  });

  const streams: readonly (readonly [VideoName, Partial<VideoInfo['video']>])[] = [
    ['variable.mp4', { isVariableFrameRate: true, frameRate: rate(60) }],
    ['wide.mp4', { isVariableFrameRate: false, frameRate: rate(24_000, 1_001) }],
    ['odd.mkv', { widthPx: 321, heightPx: 181, pixelFormat: 'yuv444p' }],
    ['anamorphic.mp4', { widthPx: 180, sampleAspectRatio: rate(16, 11), displayWidthPx: 262, displayHeightPx: 144 }],
    ['ten-bit.mkv', { bitDepth: 10, isHdr: false }],
    ['hdr.mp4', { bitDepth: 10, isHdr: true, color: { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc', range: 'limited' } }],
    ['interlaced.mp4', { isInterlaced: true }],
    ['one-frame.mp4', { widthPx: 160, isVariableFrameRate: false }],
  ];
  it.each(streams)('describes the picture of %s', async (name, expected) => {
    expect((await inspect(await corpus.video(name))).video).toMatchObject(expected);
  });

  it('describes 5.1 sound', async () => {
    expect((await inspect(await corpus.video('surround.mp4'))).audio).toMatchObject([{ channels: 6, layout: '5.1' }]);
  });

  it('ignores a cover picture, also when it is the first stream', async () => {
    const info = await inspect(await corpus.covered('matroska.mkv'));
    expect(info).toMatchObject({ hasAttachedPicture: true, videoStreamCount: 1, video: { codec: 'h264', index: 1 } });
  });

  it('reads chapters and subtitles', async () => {
    const captions = await corpus.write('captions.srt', '1\n00:00:00,000 --> 00:00:01,000\nHola\n');
    const marks =
      ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=Uno\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=3000\ntitle=Dos\n';
    const inputs = [
      '-i',
      await corpus.video('plain.mp4'),
      '-i',
      captions,
      '-f',
      'ffmetadata',
      '-i',
      await corpus.write('marks.txt', marks),
    ];
    const maps = ['-map', '0', '-map', '1', '-map_chapters', '2', '-c', 'copy', '-c:s', 'srt', '-metadata:s:s:0', 'language=spa'];
    const info = await inspect(await corpus.make(...inputs, ...maps, 'chapters.mkv'));
    expect(info.chapters).toMatchObject([
      { startSeconds: 0, endSeconds: 1.5, title: 'Uno' },
      { startSeconds: 1.5, endSeconds: 3, title: 'Dos' },
    ]);
    expect(info.subtitles).toMatchObject([{ codec: 'subrip', language: 'spa' }]);
  });

  it('describes sound that it cannot decode, and warns of it', async () => {
    const dts = ['-c:v', 'copy', '-c:a', 'dca', '-strict', '-2', '-ac', '2'];
    const info = await inspect(await corpus.make('-i', await corpus.video('plain.mp4'), ...dts, 'dts.mkv'));
    expect([info.audio[0]?.isReadable, warningsOf(info)]).toEqual([false, ['audio-unreadable']]);
  });

  it('measures the duration of a recording that declares none', async () => {
    const info = await inspect(await corpus.video('live.webm'));
    expect(warningsOf(info)).toEqual(['duration-missing']);
    expect(info.durationSeconds).toBeCloseTo(2, 1);
  });

  it('warns of a table of contents at the end', async () => {
    expect(warningsOf(await inspect(await corpus.video('index-at-end.mp4')))).toEqual(['index-at-end']);
  });

  it.each(['plain.mp4', 'matroska.mkv', 'old.avi'] as const)('accepts a truncated %s that can be played, with a warning', async (name) => {
    expect(warningsOf(await inspect(await corpus.truncated(name, 0.7)))).toEqual(['truncated']);
  });

  it('refuses a truncated file without its table of contents', async () => {
    expect(await codeOf(await corpus.truncated('index-at-end.mp4', 0.9))).toBe('media-truncated');
  });

  it.each([
    ['empty.mp4', '', 'media-empty'],
    ['text.mp4', 'Dear diary, this is no video at all.', 'media-not-video'],
    ['list.mp4', '#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1/a.ts\n', 'media-unsafe'],
    ['concat.mkv', "ffconcat version 1.0\nfile '/etc/passwd'\n", 'media-unsafe'],
    ['picture.mp4', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'media-not-video'],
    ['noise.webm', Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.alloc(4_096, 7)]), 'media-truncated'],
  ] as const)('refuses %s', async (name, content, code) => {
    expect(await codeOf(await corpus.write(name, content))).toBe(code);
  });

  it('refuses sound, with and without a cover picture', async () => {
    expect(await codeOf(await corpus.video('sound-only.mp4'))).toBe('media-without-picture');
    expect(await codeOf(await corpus.covered('sound-only.mp4'))).toBe('media-without-picture');
    expect(await codeOf(await corpus.make('-f', 'lavfi', '-i', 'sine=d=1', 'tone.wav'))).toBe('media-without-picture');
  });

  it.each([
    [{ maxSidePx: 200 }, 'media-too-large'],
    [{ maxPixels: 10_000 }, 'media-too-large'],
    [{ maxFrameRate: 25 }, 'media-too-large'],
    [{ maxStreams: 1 }, 'media-too-large'],
    [{ maxDurationSeconds: 2 }, 'media-too-long'],
  ])('refuses a video beyond %j', async (limits, code) => {
    expect(await codeOf(await corpus.video('plain.mp4'), limits)).toBe(code);
  });

  it('reads a name with emoji, a dash in front, colons and per cent signs as a name', async () => {
    const path = await corpus.make('-i', await corpus.video('plain.mp4'), '-c', 'copy', '-f', 'mp4', 'x -i 🎬 http:%03d.mp4');
    expect(await codeOf(path)).toBe('accepted');
  });

  it('ends when the caller cancels', async () => {
    const path = await corpus.video('plain.mp4');
    await expect(probeVideo(path, { tools: mediaTools, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

/** Programs that are not there: who asks them is refused. */
const noTools = { ffmpegPath: '/nonexistent/ffmpeg', ffprobePath: '/nonexistent/ffprobe' };

describe('probeVideo without a process', () => {
  const special = {
    'timecode.mov': (plain: string) => ['-i', plain, '-c', 'copy', '-timecode', '01:00:00:00'],
    'late-picture.mp4': (plain: string) => ['-i', plain, '-itsoffset', '0.5', '-i', plain, '-c', 'copy', '-map', '1:v', '-map', '0:a'],
    'hevc.mp4': (plain: string) => ['-i', plain, '-t', '0.2', ...hevc, '-pix_fmt', 'yuv420p', '-c:a', 'copy'],
    'hlg.mov': (plain: string) => ['-i', plain, '-t', '0.2', '-an', ...hevc, '-pix_fmt', 'yuv420p10le', ...hlg],
    'full-range.mp4': (plain: string) => ['-i', plain, '-t', '0.2', '-c:v', 'libx264', '-profile:v', 'main', '-color_range', 'pc'],
  } as const;
  const hevc = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none', '-tag:v', 'hvc1'];
  const hlg = ['-color_primaries', 'bt2020', '-color_trc', 'arib-std-b67', '-colorspace', 'bt2020nc'];

  const isEqualToFfprobe = async (path: string) =>
    expect(await probeVideo(path, { tools: noTools })).toEqual(await probeVideo(path, { tools: mediaTools, alwaysAsk: true }));

  it.each([
    ...(['plain.mp4', 'quicktime.mov', 'wide.mp4', 'variable.mp4', 'anamorphic.mp4', 'surround.mp4'] as const),
    ...(['hdr.mp4', 'one-frame.mp4'] as const),
  ])('reads %s as ffprobe does, in every field', async (name) => {
    await isEqualToFfprobe(await corpus.video(name));
  });

  it.each([90, 270] as const)('reads a movie that is turned by %d degrees as ffprobe does', async (degrees) => {
    await isEqualToFfprobe(await corpus.turned(degrees));
  });

  it.each(Object.keys(special) as (keyof typeof special)[])('reads %s as ffprobe does, in every field', async (name) => {
    await isEqualToFfprobe(await corpus.make(...special[name](await corpus.video('plain.mp4')), name));
  });

  it('reads subtitles and several sounds as ffprobe does', async () => {
    const captions = await corpus.write('hola.srt', '1\n00:00:00,000 --> 00:00:01,000\nHola\n');
    const maps = ['-map', '0', '-map', '0:a', '-map', '1', '-c', 'copy', '-c:s', 'mov_text', '-metadata:s:s:0', 'language=spa'];
    await isEqualToFfprobe(await corpus.make('-i', await corpus.video('plain.mp4'), '-i', captions, ...maps, 'subtitles.mp4'));
  });

  it('asks ffprobe for fragments, fields, edits that cut, covers and chapters', async () => {
    const plain = await corpus.video('plain.mp4');
    const marks = await corpus.write('one.txt', ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=Uno\n');
    const files = [
      await corpus.video('fragmented.mp4'),
      await corpus.video('interlaced.mp4'),
      await corpus.make('-ss', '0.5', '-i', plain, '-c', 'copy', 'cut.mp4'),
      await corpus.covered('plain.mp4'),
      await corpus.make('-i', plain, '-f', 'ffmetadata', '-i', marks, '-map_chapters', '1', '-c', 'copy', 'chapters.mp4'),
    ];
    for (const path of files) await expect(probeVideo(path, { tools: noTools })).rejects.toMatchObject({ code: 'internal' });
  });
});
