/** Matroska and WebM read without a process: in every field what ffprobe says. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import { probeVideo } from './probe-video.ts';

let corpus: VideoCorpus;
let captions: string;
let marks: string;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
  captions = await corpus.write('hola.srt', '1\n00:00:00,000 --> 00:00:01,000\nHola\n');
  const chapter = (start: number, end: number, title: string) => `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${start}\nEND=${end}\ntitle=${title}\n`;
  marks = await corpus.write('marks.txt', `;FFMETADATA1\n${chapter(0, 700, 'Uno')}${chapter(700, 1_500, 'Dos, ¿no?')}`);
});
afterAll(() => corpus?.remove());

/** Programs that are not there: who asks them is refused. */
const noTools = { ffmpegPath: '/nonexistent/ffmpeg', ffprobePath: '/nonexistent/ffprobe' };
const isEqualToFfprobe = async (path: string) => {
  const asked = await probeVideo(path, { tools: mediaTools, alwaysAsk: true });
  expect(await probeVideo(path, { tools: noTools })).toEqual(asked);
  return asked;
};

const picture = (more = '', size = '128x72', rate = '24000/1001') => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=1.5${more}`];
const sound = ['-f', 'lavfi', '-i', 'sine=d=1.5:r=48000'];
const [h264, hevc] = [
  ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'],
  ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none', '-pix_fmt', 'yuv420p10le'],
];
const realtime = ['-deadline', 'realtime', '-cpu-used', '8'];
const [vp8, vp9, av1] = [
  ['-c:v', 'libvpx', ...realtime],
  ['-c:v', 'libvpx-vp9', ...realtime],
  ['-c:v', 'libsvtav1', '-preset', '12'],
];
const hdr = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc', '-color_range', 'tv'];
const mostSubtitles = ['-map', '0', '-map', '1', '-map', '2'];

describe('probeVideo of Matroska without a process', () => {
  it.each<[string, readonly string[]]>([
    ['vp8-vorbis.webm', [...vp8, '-c:a', 'libvorbis', '-ac', '2']],
    ['vp8-hidden-frames.webm', ['-c:v', 'libvpx', '-auto-alt-ref', '1', '-lag-in-frames', '10', '-an']],
    ['vp9-opus.webm', [...vp9, '-c:a', 'libopus', '-ac', '2']],
    ['vp9-hdr.webm', [...vp9, '-pix_fmt', 'yuv420p10le', ...hdr, '-c:a', 'libopus']],
    ['vp9-444.webm', [...vp9, '-pix_fmt', 'yuv444p', '-color_range', 'pc', '-an']],
    ['av1-opus.webm', [...av1, '-c:a', 'libopus']],
    ['av1-hdr.mkv', [...av1, '-pix_fmt', 'yuv420p10le', ...hdr, '-an']],
    ['h264-aac.mkv', [...h264, '-c:a', 'aac', '-metadata:s:a', 'language=fra', '-disposition:a', 'default']],
    ['h264-full-range-flac.mkv', [...h264, '-pix_fmt', 'yuvj420p', '-c:a', 'flac']],
    ['h264-anamorphic.mkv', [...h264, '-vf', 'setsar=16/11', '-c:a', 'libvorbis', '-ac', '2']],
    ['hevc-aac.mkv', [...hevc, ...hdr, '-c:a', 'aac']],
    ['h264-surround.mkv', [...h264, '-c:a', 'aac', '-ac', '6']],
  ])('reads %s as ffprobe does, in every field', async (name, encoders) => {
    await isEqualToFfprobe(await corpus.make(...picture(), ...sound, ...encoders, name));
  });

  it.each([
    ['srt', 'subrip', 'mkv', h264],
    ['ass', 'ass', 'mkv', h264],
    ['webvtt', 'webvtt', 'webm', vp8],
  ] as const)('reads subtitles of %s, chapters, names and flags as ffprobe does', async (encoder, codec, extension, encoded) => {
    const inputs = [...picture(), ...sound, '-i', captions, '-f', 'ffmetadata', '-i', marks, ...mostSubtitles, '-map_chapters', '3'];
    const names = [
      '-metadata:s:s:0',
      'language=spa',
      '-metadata:s:s:0',
      'title=Para sordos',
      '-disposition:s:0',
      'default+hearing_impaired',
    ];
    const codecs = [...encoded, '-c:a', extension === 'webm' ? 'libopus' : 'aac', '-c:s', encoder];
    const asked = await isEqualToFfprobe(await corpus.make(...inputs, ...codecs, ...names, `subtitles-${encoder}.${extension}`));
    expect(asked.subtitles).toMatchObject([{ codec, language: 'spa', isDefault: true }]);
    expect(asked.chapters.map(({ title }) => title)).toEqual(['Uno', 'Dos, ¿no?']);
  });

  it.each([
    [{ maxSidePx: 100 }, 'media-too-large'],
    [{ maxPixels: 9_000 }, 'media-too-large'],
    [{ maxFrameRate: 20 }, 'media-too-large'],
    [{ maxStreams: 1 }, 'media-too-large'],
    [{ maxDurationSeconds: 1 }, 'media-too-long'],
  ])('checks the limits %j before anything is decoded', async (limits, code) => {
    const path = await corpus.make(...picture(), ...sound, ...h264, '-c:a', 'aac', 'limits.mkv');
    await expect(probeVideo(path, { tools: noTools, limits })).rejects.toMatchObject({ code });
  });

  it('asks ffprobe for recordings without a duration, covers, fields, few pictures and PCM', async () => {
    const files = [
      await corpus.video('live.webm'),
      await corpus.covered('matroska.mkv'),
      await corpus.make(...picture(), ...sound, ...h264, '-flags', '+ilme+ildct', '-x264-params', 'tff=1', '-c:a', 'aac', 'fields.mkv'),
      await corpus.make(...picture(), '-frames:v', '1', ...h264, 'one.mkv'),
      await corpus.make(...picture(), ...sound, ...h264, '-c:a', 'pcm_s16le', 'pcm.mkv'),
    ];
    for (const path of files) await expect(probeVideo(path, { tools: noTools })).rejects.toMatchObject({ code: expect.any(String) });
  });
});
