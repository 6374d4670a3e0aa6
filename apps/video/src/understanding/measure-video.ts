/** Decodes a whole video once: says what decoding shows of the file, and measures small frames and the sound on the way. */
import type { Readable } from 'node:stream';
import { type FfmpegTools, filter, filterChain, measureFfmpeg, outputPipe, selectEvery } from '#media';
import { encodeFingerprint } from '../look-alikes/fingerprint.ts';
import { decimal } from '../media/frame-rate.ts';
import { type Verification, verificationOf } from '../media/verification.ts';
import { type PictureSize, type PictureTarget, pictureFilters, sizeForWidth } from '../media/video-filters.ts';
import { usedAudio } from '../media/video-findings.ts';
import { defaultVideoLimits, type VideoInfo, type VideoStream } from '../media/video-info.ts';
import { cellPx, frameBytesOf } from './frame-grid.ts';
import { FrameMeter } from './frame-meter.ts';
import { SoundMeter, soundRateHz } from './sound-meter.ts';
import { leastSilentSeconds, type Understanding, understand } from './understand-video.ts';

export interface MeasureOptions {
  readonly tools: Pick<FfmpegTools, 'ffmpegPath'>;
  /** Wall clock; also the limit of CPU time. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called about twice a second with the share that is decoded, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

export interface MeasuredVideo {
  readonly verification: Verification;
  readonly understanding: Understanding;
  /** See `encodeFingerprint`. */
  readonly fingerprint: Uint8Array;
}

/** Longer side of the frames that are measured. */
const measuredSidePx = 320;
/** Faster videos are measured at this rate. */
const mostFramesPerSecond = 61;
/** HDR becomes this; other files keep their matrix and range, because converting costs as much as scaling. Most copies have the matrix of their original. */
const measuredTarget: PictureTarget = { pixelFormat: ':yuv410p', matrix: ':bt601', range: ':tv' };
/** Where a file does not say its rate. */
const usualFrameRate = 25;

/**
 * @param path absolute path of the file that `info` describes
 * @throws ToolFailure `media-undecodable` when no picture can be decoded; `cancelled`, `deadline-exceeded`
 */
export async function measureVideo(path: string, info: VideoInfo, options: MeasureOptions): Promise<MeasuredVideo> {
  const { tools, timeoutMs, signal, onProgress } = options;
  const frameRate = info.video.frameRate ? Math.min(mostFramesPerSecond, decimal(info.video.frameRate)) : usualFrameRate;
  const size = measuredSize(info);
  const meter = new FrameMeter({ ...size, frameRate, range: rangeOf(info.video) });
  const audio = usedAudio(info);
  const channels = Math.min(2, audio?.channels ?? 0);
  const sound = channels === 0 ? null : new SoundMeter(channels, leastSilentSeconds);
  const decoded = await measureFfmpeg(
    {
      ffmpegPath: tools.ffmpegPath,
      path,
      input: { demuxers: [info.demuxer] },
      outputs: [...frameOutput(info, size), ...(audio && sound ? soundOutput(audio.index, channels) : [])],
      wallClockMs: timeoutMs,
      cpuSeconds: Math.ceil(timeoutMs / 1_000),
      ...(signal && { signal }),
    },
    [
      (output) => readBlocks(output, frameBytesOf(size), (frame) => meter.push(frame)),
      (output) => readTimes(output, (seconds) => meter.series.pushTime(seconds)),
      ...(sound ? [(output: Readable) => readSound(output, sound, channels)] : []),
    ],
    (seconds) => onProgress?.(info.durationSeconds ? Math.min(1, seconds / info.durationSeconds) : 0),
  );
  return {
    verification: verificationOf(info, decoded),
    understanding: understand(meter, sound?.finish() ?? null, frameRate),
    fingerprint: encodeFingerprint(meter.fingerprint.finish(meter.series.timesWith(1 / frameRate))),
  };
}

/** Whole cells; a source without a single one is enlarged. */
function measuredSize({ video }: VideoInfo): PictureSize {
  const { displayWidthPx, displayHeightPx } = video;
  const { widthPx, heightPx } = sizeForWidth(video, measuredSidePx * Math.min(1, displayWidthPx / displayHeightPx));
  const whole = (px: number) => Math.max(cellPx, px - (px % cellPx));
  return { widthPx: whole(widthPx), heightPx: whole(heightPx) };
}

/** What ffmpeg takes for full range: what says so, and grey that says nothing. RGB becomes YCbCr of limited range. */
function rangeOf({ isHdr, color, pixelFormat }: VideoStream): 'limited' | 'full' {
  const format = pixelFormat ?? '';
  if (isHdr || /^(?:rgb|bgr|gbr|argb|abgr|0rgb|0bgr|x2rgb|x2bgr|pal8)/.test(format)) return 'limited';
  return color.range === 'full' || format.startsWith('yuvj') || (/^(?:gray|ya)/.test(format) && color.range === null) ? 'full' : 'limited';
}

/** Raw frames have no times: the second muxer of the tee writes those, one line a frame. Deinterlacing would change nothing at this size. */
function frameOutput({ video }: VideoInfo, size: PictureSize): string[] {
  const isFast = video.frameRate !== null && decimal(video.frameRate) > mostFramesPerSecond;
  const chosen = isFast ? [selectEvery(0.98 / mostFramesPerSecond)] : [];
  const scaled = video.isHdr ? pictureFilters({ ...video, isInterlaced: false }, size, measuredTarget, ':area') : plainFilters(video, size);
  const tee = `[f=rawvideo]${escaped(outputPipe(0))}|[f=mkvtimestamp_v2]${escaped(outputPipe(1))}`;
  return [
    '-map',
    `0:${video.index}`,
    '-vf',
    filterChain(...chosen, ...scaled),
    '-fps_mode',
    'passthrough',
    '-c:v',
    'rawvideo',
    '-f',
    'tee',
    tee,
  ];
}

/** Every second line is dropped without a copy as long as at least two remain for each line of the result. Equal ranges: none is converted. */
function plainFilters({ displayHeightPx }: VideoStream, { widthPx, heightPx }: PictureSize): string[] {
  const fields = Math.max(0, Math.floor(Math.log2(displayHeightPx / heightPx)) - 1);
  return [
    ...Array.from({ length: fields }, () => filter('field', { type: ':top' })),
    filter('scale', { w: widthPx, h: heightPx, flags: ':area', in_range: ':tv', out_range: ':tv' }),
    filter('format', { pix_fmts: measuredTarget.pixelFormat }),
  ];
}

const escaped = (pipe: string) => pipe.replace(':', '\\:');

/** Gaps are filled with silence, so that samples stand at their times. More than two channels are mixed to stereo. */
const soundOutput = (index: number, channels: number): string[] => [
  ...['-map', `0:${index}`, '-af', `aresample=${soundRateHz}:async=1:first_pts=0`, '-ac', String(channels), '-ar', String(soundRateHz)],
  ...['-c:a', 'pcm_f32le', '-f', 'f32le', outputPipe(2)],
];

/** Passes whole blocks on; the bytes are valid during the call only. */
async function readBlocks(output: Readable, blockBytes: number, onBlock: (block: Uint8Array) => void): Promise<void> {
  const block = Buffer.alloc(blockBytes);
  let filled = 0;
  for await (const chunk of output as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length; ) {
      const count = Math.min(blockBytes - filled, chunk.length - from);
      chunk.copy(block, filled, from, from + count);
      [filled, from] = [filled + count, from + count];
      if (filled < blockBytes) continue;
      onBlock(block);
      filled = 0;
    }
    release(chunk);
  }
}

/** Gives the memory of a chunk back at once. A video is gigabytes of chunks, and their garbage collection costs more than all measures. */
function release({ buffer, byteLength }: Buffer): void {
  if (buffer.byteLength === byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** Milliseconds, one line a frame, after a line of comment. */
async function readTimes(output: Readable, onTime: (seconds: number) => void): Promise<void> {
  let rest = '';
  for await (const chunk of output.setEncoding('latin1') as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop()!.slice(0, 100);
    for (const line of lines) if (/^-?\d+(\.\d+)?$/.test(line)) onTime(Math.max(0, Number(line) / 1_000));
  }
}

/** Sound beyond the longest video is a fault of the time stamps: it is read and not measured. */
async function readSound(output: Readable, sound: SoundMeter, channels: number): Promise<void> {
  const frames = 4_800;
  const samples = new Float32Array(frames * channels);
  let left = (defaultVideoLimits.maxDurationSeconds * soundRateHz) / frames;
  await readBlocks(output, samples.byteLength, (block) => {
    if (left-- <= 0) return;
    new Uint8Array(samples.buffer).set(block);
    sound.push(samples);
  });
}
