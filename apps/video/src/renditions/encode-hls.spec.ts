import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSuccess, runTool } from '#compute';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import { decimal } from '../media/frame-rate.ts';
import { probeVideo } from '../media/probe-video.ts';
import { type EncodeHlsRequest, encodeHlsRendition, type HlsRendition, progressIn } from './encode-hls.ts';
import { durationOf, type HlsTrack } from './hls-track.ts';
import { masterPlaylist, mediaPlaylist } from './playlists.ts';

let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
});
afterAll(() => corpus.remove());

let count = 0;
async function encode(path: string, request: Partial<EncodeHlsRequest> = {}, onProgress?: (percent: number) => void) {
  const folder = corpus.path(`50%d-${count++}`);
  await mkdir(folder);
  const info = await probeVideo(path, { tools: mediaTools });
  const options = { tools: mediaTools, timeoutMs: 60_000, ...(onProgress && { onProgress }) };
  return encodeHlsRendition(path, info, { folder, shortSidePx: 120, ...request }, options);
}

interface Frame {
  readonly pts_time: string;
  readonly duration_time?: string;
  readonly key_frame: number;
}

/** Decodes an initialisation segment followed by these segments. */
async function decode({ folder }: HlsRendition, track: HlsTrack, names = track.segments.map(({ name }) => name)) {
  const parts = await Promise.all([track.init, ...names].map((name) => readFile(join(folder, name))));
  const path = await corpus.write(`joined-${count++}.mp4`, Buffer.concat(parts));
  const entries =
    'stream=codec_name,profile,pix_fmt,width,height,channels,sample_rate,color_space,color_transfer,color_primaries,color_range:stream_side_data';
  const shown = ['-show_entries', `${entries}:frame=key_frame,pts_time,duration_time,pkt_duration_time`, '-of', 'json', path];
  const { stdout, stderrTail } = expectSuccess(
    await runTool({ command: mediaTools.ffprobePath, args: ['-v', 'warning', ...shown], wallClockMs: 30_000 }),
  );
  const { frames, streams } = JSON.parse(stdout.toString()) as { frames: Frame[]; streams: Record<string, unknown>[] };
  return { frames, stream: streams[0]!, problems: stderrTail, times: frames.map(({ pts_time }) => Number(pts_time)) };
}

const endOf = (times: readonly number[], frameSeconds: number) => times.at(-1)! + frameSeconds;

describe('encodeHlsRendition', () => {
  it('writes segments of true length, each of which decodes alone and begins with a key frame', async () => {
    const rendition = await encode(await corpus.video('plain.mp4'), { segmentSeconds: 1 });
    const { video, audio } = rendition;
    expect(video.segments.map(({ durationSeconds }) => durationSeconds)).toEqual([1.001, 1.001, 1.001]);
    for (const [index, { name }] of video.segments.entries()) {
      const { frames, times, problems } = await decode(rendition, video, [name]);
      expect([frames[0]!.key_frame, frames.length, problems]).toEqual([1, 30, []]);
      expect(times[0]).toBeCloseTo(index * 1.001, 3);
    }
    const whole = await decode(rendition, video);
    const sound = await decode(rendition, audio!);
    expect([whole.frames.length, whole.problems, sound.problems]).toEqual([90, [], []]);
    expect(Math.abs(durationOf(video) - 3.003)).toBeLessThan(1 / 30);
    expect(Math.abs(endOf(whole.times, 0.0334) - endOf(sound.times, 0.0213))).toBeLessThan(0.05);
    expect(whole.stream).toMatchObject({ codec_name: 'h264', profile: 'High', pix_fmt: 'yuv420p', width: 212, height: 120 });
    expect(whole.stream).toMatchObject({ color_space: 'bt709', color_transfer: 'bt709', color_primaries: 'bt709', color_range: 'tv' });
    expect(sound.stream).toMatchObject({ codec_name: 'aac', channels: 2, sample_rate: '48000' });
    expect(rendition.files.map(({ name }) => name)).toEqual(
      [audio!, video].flatMap((track) => [...track.segments.map(({ name }) => name), track.init]),
    );
  });

  it('turns the pixels of a portrait video and writes no rotation', async () => {
    const rendition = await encode(await corpus.turned(90), { withAudio: false });
    const { stream } = await decode(rendition, rendition.video);
    expect([rendition.widthPx, rendition.heightPx, rendition.audio]).toEqual([120, 212, null]);
    expect(stream).toMatchObject({ width: 120, height: 212 });
    expect(JSON.stringify(stream)).not.toMatch(/rotation|displaymatrix/i);
  });

  it.each(['variable.mp4', 'late-picture.mkv'] as const)('keeps sound and picture of %s in sync to the end', async (name) => {
    const rendition = await encode(await corpus.video(name));
    const picture = await decode(rendition, rendition.video);
    const sound = await decode(rendition, rendition.audio!);
    expect(picture.times[0]).toBe(0);
    expect(Math.abs(endOf(picture.times, 1 / decimal(rendition.frameRate)) - endOf(sound.times, 0.0213))).toBeLessThan(0.05);
    const steps = picture.times.slice(1).map((time, index) => time - picture.times[index]!);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(0.001);
  });

  it.each([
    ['odd.mkv', 181, [320, 180]],
    ['anamorphic.mp4', 144, [262, 144]],
    ['without-sound.mp4', 720, [160, 90]],
    ['ten-bit.mkv', 90, [160, 90]],
    ['hdr.mp4', 90, [160, 90]],
    ['interlaced.mp4', 96, [160, 96]],
    ['one-frame.mp4', 90, [160, 90]],
  ] as const)('makes %s even, square, 8 bits and no larger than it is', async (name, shortSidePx, [width, height]) => {
    const rendition = await encode(await corpus.video(name), { shortSidePx });
    const { stream, problems } = await decode(rendition, rendition.video);
    expect(stream).toMatchObject({ width, height, pix_fmt: 'yuv420p' });
    expect(problems).toEqual([]);
  });

  it('mixes 5.1 sound to stereo without losing loudness', async () => {
    const source = await corpus.video('surround.mp4');
    const rendition = await encode(source);
    const parts = await Promise.all(
      [rendition.audio!.init, ...rendition.audio!.segments.map(({ name }) => name)].map((name) => readFile(join(rendition.folder, name))),
    );
    const stereo = await corpus.write('stereo.mp4', Buffer.concat(parts));
    expect(Math.abs((await loudness(stereo)) - (await loudness(source)))).toBeLessThan(2.5);
  });

  it('reports rising progress up to 100', async () => {
    const percents: number[] = [];
    await encode(await corpus.video('without-sound.mp4'), {}, (percent) => percents.push(percent));
    expect(percents.at(-1)).toBe(100);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  });

  it('stops when the caller cancels', async () => {
    const path = await corpus.video('plain.mp4');
    const info = await probeVideo(path, { tools: mediaTools });
    const folder = corpus.path('cancelled');
    await mkdir(folder);
    const options = { tools: mediaTools, timeoutMs: 60_000, signal: AbortSignal.abort() };
    await expect(encodeHlsRendition(path, info, { folder, shortSidePx: 120 }, options)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('gives playlists that ffmpeg plays whole', async () => {
    const rendition = await encode(await corpus.video('plain.mp4'));
    const { folder, video, audio } = rendition;
    const write = (name: string, text: string) => corpus.write(join(folder.slice(corpus.folder.length + 1), name), text);
    await write('v.m3u8', mediaPlaylist(video));
    await write('a.m3u8', mediaPlaylist(audio!));
    const sound = { track: audio!, address: 'a.m3u8', channels: 2 };
    const master = masterPlaylist({ variants: [{ rendition, address: 'v.m3u8' }], audio: sound });
    expect(master).toMatch(
      /BANDWIDTH=\d{5,7},AVERAGE-BANDWIDTH=\d{5,7},CODECS="avc1\.6400[0-9a-f]{2},mp4a\.40\.2",RESOLUTION=212x120,FRAME-RATE=29\.970/,
    );
    await write('master.m3u8', master);
    const args = [
      '-v',
      'error',
      '-allowed_extensions',
      'ALL',
      '-show_entries',
      'format=duration:stream=codec_name',
      '-of',
      'json',
      'master.m3u8',
    ];
    const { stdout } = expectSuccess(await runTool({ command: mediaTools.ffprobePath, args, cwd: folder, wallClockMs: 30_000 }));
    const played = JSON.parse(stdout.toString()) as { streams: { codec_name: string }[]; format: { duration: string } };
    expect(played.streams.map(({ codec_name }) => codec_name).sort()).toEqual(['aac', 'h264']);
    expect(Number(played.format.duration)).toBeCloseTo(3, 1);
  });
});

/** Integrated loudness in LUFS (EBU R 128), measured by ffmpeg. */
async function loudness(path: string): Promise<number> {
  const args = ['-nostdin', '-hide_banner', '-i', path, '-vn', '-af', 'ebur128=framelog=verbose', '-f', 'null', '-'];
  const { stderrTail } = expectSuccess(await runTool({ command: mediaTools.ffmpegPath, args, wallClockMs: 30_000 }));
  return Number(/I:\s+(-?[\d.]+) LUFS/.exec(stderrTail.join('\n'))?.[1]);
}

describe('progressIn', () => {
  it('never falls and never says 100 before the end', () => {
    const percents: number[] = [];
    const report = progressIn(4, (percent) => percents.push(percent));
    for (const seconds of [0, 1, 0.5, 2, 2, 9]) report(seconds);
    expect(percents).toEqual([25, 50, 99]);
  });
});
