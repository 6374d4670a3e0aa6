/** What each preset makes of a source, and the command that does it. */
import { presetId, type VideoPreset, type VideoPresetInfo } from '#contracts';
import { type FfmpegRun, type FfmpegTools, ffmpegArguments } from '#media';
import { audiogramRun, audiogramSidePx } from '../audiograms/draw-audiogram.ts';
import { clipFrames } from '../clips/clip-frames.ts';
import { layoutOf } from '../clips/clip-layout.ts';
import { clipRun } from '../clips/encode-clip.ts';
import type { VideoEncoder } from '../encoders/video-encoders.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { framesPerSegment, pictureArguments, soundArguments } from '../renditions/encode-arguments.ts';
import { segmentSecondsFor, soundOf } from '../renditions/encode-track.ts';
import { outputRate, rungOf } from '../renditions/ladder.ts';
import { presets } from '../renditions/presets.ts';

/** How the service runs ffmpeg. */
export interface CommandOptions {
  readonly tools: FfmpegTools;
  /** In [1, 16]. */
  readonly threads: number;
  readonly timeoutMs: number;
}

const path = '/INPUT';
const fullHd = { widthPx: 1_920, heightPx: 1_080, displayWidthPx: 1_920, displayHeightPx: 1_080 };

/** What commands are shown for where no video is named: a minute of H.264 and AAC in MP4. */
export const exampleSource: VideoInfo = {
  ...{ container: 'mp4', demuxer: 'mov', sizeBytes: 60_000_000, durationSeconds: 60, bitRate: 8_000_000 },
  video: {
    ...{ index: 0, codec: 'h264', profile: 'High', pixelFormat: 'yuv420p', ...fullHd, sampleAspectRatio: { numerator: 1, denominator: 1 } },
    ...{ rotationDegrees: 0, frameRate: { numerator: 25, denominator: 1 }, isVariableFrameRate: false, bitDepth: 8 },
    color: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'limited' },
    ...{ isHdr: false, isInterlaced: false, durationSeconds: 60, startSeconds: 0 },
  },
  videoStreamCount: 1,
  audio: [
    {
      ...{ index: 1, codec: 'aac', channels: 2, layout: 'stereo', sampleRateHz: 48_000 },
      ...{ language: null, isDefault: true, isReadable: true },
    },
  ],
  ...{ subtitles: [], dataStreamCount: 0, hasAttachedPicture: false, streams: [], chapters: [], warnings: [] },
};

/** @throws RangeError for the sound of a source without sound */
export function renditionPreset(name: VideoPreset, info: VideoInfo, encoder: VideoEncoder, options: CommandOptions): VideoPresetInfo {
  const { version, shortSidePx, codec } = presets[name];
  const base = { preset: presetId(name, version), makes: 'rendition', container: 'cmaf', audioCodec: 'aac' } as const;
  const segmentSeconds = segmentSecondsFor(info.durationSeconds);
  const input = { demuxers: [info.demuxer], threads: options.threads };
  if (codec === null || shortSidePx === null) {
    const audio = soundOf(info);
    if (!audio) throw new RangeError('the source has no sound');
    const args = soundArguments(audio, segmentSeconds);
    return { ...base, videoCodec: null, widthPx: null, heightPx: null, command: commandOf(options, { path, input, ...args }) };
  }
  const rung = rungOf(info, shortSidePx, codec);
  const request = {
    rungs: [rung],
    segmentFrames: framesPerSegment(rung, segmentSeconds),
    fromSegment: 0,
    threads: options.threads,
    encoder,
  };
  const command = commandOf(options, { path, input, ...pictureArguments(info, request) });
  return { ...base, videoCodec: codec, widthPx: rung.widthPx, heightPx: rung.heightPx, command };
}

const mp4 = { container: 'mp4', videoCodec: 'h264', audioCodec: 'aac' } as const;

/** Of the whole source. */
export function verticalPreset(info: VideoInfo, options: CommandOptions): VideoPresetInfo {
  const rate = outputRate(info.video);
  const seconds = info.durationSeconds ?? 60;
  const frames = clipFrames({ startSeconds: 0, endSeconds: seconds }, rate, seconds) ?? { startFrame: 0, endFrame: 1 };
  const layout = layoutOf({ preset: 'social-vertical' })!;
  const run = clipRun(path, info, { ...frames, rate, layout, folder: '/', name: 'clip.mp4' }, options);
  const { widthPx, heightPx } = layout;
  return { preset: presetId('social-vertical', 1), makes: 'clip', ...mp4, widthPx, heightPx, command: commandOf(options, run) };
}

/** Of a track with a cover. */
export function audiogramPreset(options: CommandOptions): VideoPresetInfo {
  const command = commandOf(options, audiogramRun(path, 'flac', { hasCover: true, folder: '/', name: 'audiogram.mp4' }, options));
  const size = { widthPx: audiogramSidePx, heightPx: audiogramSidePx };
  return { preset: presetId('social-audiogram', 1), makes: 'audiogram', ...mp4, ...size, command };
}

const commandOf = ({ tools }: CommandOptions, run: Pick<FfmpegRun, 'path' | 'input' | 'inputOptions' | 'outputs'>): string =>
  [tools.ffmpegPath, ...ffmpegArguments(run)].map(quoted).join(' ');

/** For a POSIX shell. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
