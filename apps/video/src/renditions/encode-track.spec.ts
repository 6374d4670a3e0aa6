import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSuccess, runTool } from '#compute';
import { averageBitRate, durationOf, type EncodedSegment, peakBitRate, type SegmentSink } from '#media';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import { videoEncoders } from '../encoders/video-encoders.ts';
import { decimal } from '../media/frame-rate.ts';
import { probeVideo } from '../media/probe-video.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { framesPerSegment } from './encode-arguments.ts';
import { encodePictures, encodeSound, segmentSecondsFor, soundOf } from './encode-track.ts';
import { type Rung, rungOf } from './ladder.ts';

let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
});
afterAll(() => corpus.remove());

interface Track {
  init: Buffer;
  codec: string;
  segments: EncodedSegment[];
}

/** Keeps what is encoded; `onSegment` may end the encode with an error. */
function collector(onSegment: (segment: EncodedSegment) => void = () => undefined): { readonly track: Track; readonly sink: SegmentSink } {
  const track: Track = { init: Buffer.alloc(0), codec: '', segments: [] };
  const sink: SegmentSink = {
    init: async (init, codec) => void Object.assign(track, { init, codec }),
    segment: async (segment) => {
      onSegment(segment);
      track.segments.push(segment);
    },
  };
  return { track, sink };
}

const options = { tools: mediaTools, timeoutMs: 60_000 };
interface PictureOptions {
  readonly shortSidePx?: number;
  readonly segmentSeconds?: number;
  readonly fromSegment?: number;
}

async function picture(path: string, { shortSidePx = 120, segmentSeconds = 2, fromSegment = 0 }: PictureOptions = {}) {
  const info = await probeVideo(path, { tools: mediaTools });
  const rung = rungOf(info, shortSidePx);
  const { track, sink } = collector();
  const request = { segmentFrames: framesPerSegment(rung, segmentSeconds), fromSegment };
  await encodePictures(path, info, [{ rung, sink }], request, options);
  return { ...track, rung, info };
}

async function sound(path: string, segmentSeconds = 2) {
  const info = await probeVideo(path, { tools: mediaTools });
  const { track, sink } = collector();
  await encodeSound(path, info, { audio: soundOf(info)!, segmentSeconds }, sink, options);
  return track;
}

let count = 0;
interface Frame {
  readonly pts_time: string;
  readonly duration_time?: string;
  readonly key_frame: number;
}

/** Decodes an initialisation segment followed by these segments. */
async function decode({ init, segments }: Pick<Track, 'init' | 'segments'>) {
  const path = await corpus.write(`joined-${count++}.mp4`, Buffer.concat([init, ...segments.map(({ bytes }) => bytes)]));
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

const measured = ({ segments }: Track) => segments.map(({ bytes, durationSeconds }) => ({ durationSeconds, sizeBytes: bytes.length }));

describe('encodePictures', () => {
  it('writes segments of true length, each of which decodes alone and begins with a key frame', async () => {
    const track = await picture(await corpus.video('plain.mp4'), { segmentSeconds: 1 });
    expect(track.segments.map(({ index, durationSeconds }) => [index, Number(durationSeconds.toFixed(6))])).toEqual([
      [0, 1.001],
      [1, 1.001],
      [2, 1.001],
    ]);
    expect(track.codec).toMatch(/^avc1\.6400[0-9a-f]{2}$/);
    for (const [index, segment] of track.segments.entries()) {
      const { frames, times, problems } = await decode({ ...track, segments: [segment] });
      expect([frames[0]!.key_frame, frames.length, problems]).toEqual([1, 30, []]);
      expect(times[0]).toBeCloseTo(index * 1.001, 3);
    }
    const whole = await decode(track);
    const heard = await decode(await sound(await corpus.video('plain.mp4'), 1));
    expect([whole.frames.length, whole.problems, heard.problems]).toEqual([90, [], []]);
    expect(Math.abs(durationOf(measured(track)) - 3.003)).toBeLessThan(1 / 30);
    expect(Math.abs(endOf(whole.times, 0.0334) - endOf(heard.times, 0.0213))).toBeLessThan(0.05);
    expect(whole.stream).toMatchObject({ codec_name: 'h264', profile: 'High', pix_fmt: 'yuv420p', width: 212, height: 120 });
    expect(whole.stream).toMatchObject({ color_space: 'bt709', color_transfer: 'bt709', color_primaries: 'bt709', color_range: 'tv' });
    expect(heard.stream).toMatchObject({ codec_name: 'aac', channels: 2, sample_rate: '48000' });
    expect(peakBitRate(measured(track))).toBeGreaterThanOrEqual(averageBitRate(measured(track)));
  });

  it.each(['variable.mp4', 'matroska.mkv', 'late-picture.mkv'] as const)(
    'goes on with %s at any segment: the same initialisation segment, no frame too many and none too few',
    async (name) => {
      const path = await corpus.video(name);
      const first = await picture(path, { segmentSeconds: 0.5 });
      const resumed = await picture(path, { segmentSeconds: 0.5, fromSegment: 3 });
      expect(resumed.init.equals(first.init)).toBe(true);
      expect(resumed.segments.map(({ index }) => index)).toEqual(first.segments.slice(3).map(({ index }) => index));
      const whole = await decode(first);
      const joined = await decode({ init: first.init, segments: [...first.segments.slice(0, 3), ...resumed.segments] });
      expect(joined.problems).toEqual([]);
      expect(joined.times).toEqual(whole.times);
      expect(await likeness(first, 3, resumed)).toBeGreaterThan(25);
    },
  );

  it('encodes several rungs in one run, with key frames at the same times', async () => {
    const path = await corpus.video('plain.mp4');
    const info = await probeVideo(path, { tools: mediaTools });
    const tracks = [180, 120, 60].map((side) => ({ rung: rungOf(info, side), ...collector() }));
    await encodePictures(path, info, tracks, { segmentFrames: 30, fromSegment: 0 }, options);
    const decoded = await Promise.all(tracks.map(({ track }) => decode(track)));
    expect(decoded.map(({ stream, frames }) => [stream.height, frames.length])).toEqual([
      [180, 90],
      [120, 90],
      [60, 90],
    ]);
    expect(new Set(decoded.map(({ times }) => times.join())).size).toBe(1);
    expect(tracks.map(({ track }) => track.segments.length)).toEqual([3, 3, 3]);
  });

  it('writes AV1 on the same grid, and goes on at any segment', async () => {
    const path = await corpus.video('without-sound.mp4');
    const info = await probeVideo(path, { tools: mediaTools });
    const av1 = { ...options, encoder: videoEncoders.find(({ codec }) => codec === 'av1')! };
    const from = async (fromSegment: number) => {
      const { track, sink } = collector();
      await encodePictures(path, info, [{ rung: rungOf(info, 90, 'av1'), sink }], { segmentFrames: 15, fromSegment }, av1);
      return track;
    };
    const [whole, resumed] = [await from(0), await from(1)];
    expect(whole.codec).toMatch(/^av01\.0\.\d\dM\.08$/);
    expect(resumed.init.equals(whole.init)).toBe(true);
    const joined = await decode({ init: whole.init, segments: [whole.segments[0]!, ...resumed.segments] });
    expect(joined.stream).toMatchObject({ codec_name: 'av1', pix_fmt: 'yuv420p', height: 90 });
    expect([joined.problems, joined.times]).toEqual([[], (await decode(whole)).times]);
    for (const segment of whole.segments) {
      const { frames, problems } = await decode({ ...whole, segments: [segment] });
      expect([frames[0]!.key_frame, problems]).toEqual([1, []]);
    }
  });

  it('ends the run of all rungs when one of them cannot be kept', async () => {
    const path = await corpus.video('plain.mp4');
    const info = await probeVideo(path, { tools: mediaTools });
    const failing = collector(() => {
      throw new Error('the store is full');
    });
    const rungs = [
      { rung: rungOf(info, 120), sink: collector().sink },
      { rung: rungOf(info, 60), sink: failing.sink },
    ];
    await expect(encodePictures(path, info, rungs, { segmentFrames: 10, fromSegment: 0 }, options)).rejects.toThrow('the store is full');
  });

  it('has nothing left to do after the last segment', async () => {
    const path = await corpus.video('without-sound.mp4');
    expect((await picture(path, { segmentSeconds: 1, fromSegment: 2 })).segments).toEqual([]);
  });

  it('turns the pixels of a portrait video and writes no rotation', async () => {
    const track = await picture(await corpus.turned(90));
    const { stream } = await decode(track);
    expect([track.rung.widthPx, track.rung.heightPx]).toEqual([120, 212]);
    expect(stream).toMatchObject({ width: 120, height: 212 });
    expect(JSON.stringify(stream)).not.toMatch(/rotation|displaymatrix/i);
  });

  it.each(['variable.mp4', 'late-picture.mkv'] as const)('keeps sound and picture of %s in sync to the end', async (name) => {
    const path = await corpus.video(name);
    const track = await picture(path);
    const seen = await decode(track);
    const heard = await decode(await sound(path));
    expect(seen.times[0]).toBe(0);
    expect(Math.abs(endOf(seen.times, 1 / decimal(track.rung.frameRate)) - endOf(heard.times, 0.0213))).toBeLessThan(0.05);
    const steps = seen.times.slice(1).map((time, index) => time - seen.times[index]!);
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
    const { stream, problems } = await decode(await picture(await corpus.video(name), { shortSidePx }));
    expect(stream).toMatchObject({ width, height, pix_fmt: 'yuv420p' });
    expect(problems).toEqual([]);
  });

  it('stops when the caller cancels, and with the error of whoever keeps the segments', async () => {
    const path = await corpus.video('plain.mp4');
    const info = await probeVideo(path, { tools: mediaTools });
    const rung = rungOf(info, 120);
    const request = { segmentFrames: 30, fromSegment: 0 };
    const encode = (sink: SegmentSink, more: object = {}) => encodePictures(path, info, [{ rung, sink }], request, { ...options, ...more });
    await expect(encode(collector().sink, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    const control = new AbortController();
    const cancelling = collector(() => control.abort());
    await expect(encode(cancelling.sink, { signal: control.signal })).rejects.toMatchObject({ code: 'cancelled' });
    const failing = collector(({ index }) => {
      if (index === 1) throw new Error('the store is full');
    });
    await expect(encode(failing.sink)).rejects.toThrow('the store is full');
    expect(failing.track.segments.length).toBe(1);
    await expect(encode(collector().sink, { maxSegments: 2 })).rejects.toMatchObject({ code: 'media-too-long' });
  });

  it('says of bytes that are no video that they cannot be decoded', async () => {
    const info = await probeVideo(await corpus.video('plain.mp4'), { tools: mediaTools });
    const path = await corpus.write('noise.mp4', Buffer.alloc(100_000, 7));
    const rungs = [{ rung: rungOf(info, 120), sink: collector().sink }];
    await expect(encodePictures(path, info, rungs, { segmentFrames: 30, fromSegment: 0 }, options)).rejects.toMatchObject({
      code: 'media-undecodable',
    });
  });
});

describe('encodeSound', () => {
  it('is the same to the byte when it is made again, so that a repeated encode continues the one before', async () => {
    const path = await corpus.video('plain.mp4');
    const [first, second] = [await sound(path, 1), await sound(path, 1)];
    expect(first.segments.length).toBeGreaterThan(2);
    expect(digests(second)).toEqual(digests(first));
    expect(first.codec).toBe('mp4a.40.2');
  });

  it('mixes 5.1 sound to stereo without losing loudness', async () => {
    const source = await corpus.video('surround.mp4');
    const { init, segments } = await sound(source);
    const stereo = await corpus.write('stereo.mp4', Buffer.concat([init, ...segments.map(({ bytes }) => bytes)]));
    expect(Math.abs((await loudness(stereo)) - (await loudness(source)))).toBeLessThan(2.5);
  });
});

describe('segmentSecondsFor', () => {
  it.each([
    [2, 4],
    [6 * 3_600, 4],
    [12 * 3_600, 8],
    [null, 8],
    [16 * 3_600, 10],
  ])('a video of %s s has segments of %d s, at most 6,000', (durationSeconds, seconds) => {
    expect(segmentSecondsFor(durationSeconds)).toBe(seconds);
    expect((durationSeconds ?? 12 * 3_600) / seconds).toBeLessThan(6_000);
  });
});

const digests = ({ segments }: Track) => segments.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));

/** Mean PSNR in dB between the pictures of both encodes from segment `from` on. */
async function likeness(first: Track & { readonly rung: Rung; readonly info: VideoInfo }, from: number, resumed: Track): Promise<number> {
  const join = (segments: readonly EncodedSegment[]) =>
    corpus.write(`compared-${count++}.mp4`, Buffer.concat([first.init, ...segments.map(({ bytes }) => bytes)]));
  const inputs = ['-i', await join(first.segments.slice(from)), '-i', await join(resumed.segments)];
  const args = ['-nostdin', '-hide_banner', ...inputs, '-lavfi', '[0:v][1:v]psnr', '-f', 'null', '-'];
  const { stderrTail } = expectSuccess(await runTool({ command: mediaTools.ffmpegPath, args, wallClockMs: 30_000 }));
  const [, psnr] = /average:(inf|[\d.]+)/.exec(stderrTail.join('\n')) ?? [];
  return psnr === 'inf' ? Number.POSITIVE_INFINITY : Number(psnr);
}

/** Integrated loudness in LUFS (EBU R 128), measured by ffmpeg. */
async function loudness(path: string): Promise<number> {
  const args = ['-nostdin', '-hide_banner', '-i', path, '-vn', '-af', 'ebur128=framelog=verbose', '-f', 'null', '-'];
  const { stderrTail } = expectSuccess(await runTool({ command: mediaTools.ffmpegPath, args, wallClockMs: 30_000 }));
  return Number(/I:\s+(-?[\d.]+) LUFS/.exec(stderrTail.join('\n'))?.[1]);
}
