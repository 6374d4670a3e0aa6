/** Arguments that let ffmpeg and ffprobe open one untrusted file in one of the allowed formats, and nothing else. */
import { basename, dirname, isAbsolute, join } from 'node:path';
import { audioDecoders, audioDemuxers, bystanderDecoders, videoDecoders, videoDemuxers } from './allow-lists.ts';

export interface SafeInput {
  /** Allowed formats; default: every audio and video demuxer of the allow-list. A single one is used without probing. */
  readonly demuxers?: readonly string[];
  /** Allowed decoders; default: every audio and video decoder of the allow-list. */
  readonly decoders?: readonly string[];
  /** Decoder threads in [1, 16]; default 1, for a job that reserves one core. */
  readonly threads?: number;
  /** Limit of bytes read to recognise the streams; default 20 MB, enough for embedded cover art. */
  readonly probeBytes?: number;
  /** Limit of playing time read to recognise the streams; default 10 s. */
  readonly analyzeSeconds?: number;
  /** A file with more streams is not opened; default 64. */
  readonly maxStreams?: number;
  /** The largest picture that is decoded, whatever the header said before; default 8,192 × 8,192. */
  readonly maxPixels?: number;
  /** The largest single block of memory; default 256 MB. */
  readonly maxAllocBytes?: number;
}

export interface FfmpegTools {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
}

/**
 * Arguments of ffmpeg up to and including one input. Output options follow. Options of the input go before them, e.g. `['-ss', '3', ...safeInputArgs(p)]`.
 *
 * @param path absolute; any characters (`-`, `:`, `%d`) are taken as a plain file name
 * @throws RangeError when the path is relative or holds NUL, or a number is out of its range
 */
export const safeInputArgs = (path: string, input: SafeInput = {}): string[] => ['-nostdin', ...inputArgs(path, input)];

/** The same for ffprobe; options of the output follow. Throws the same. */
export const safeProbeArgs = (path: string, input: SafeInput = {}): string[] => inputArgs(path, input);

/**
 * Paths of both programs: ffprobe is expected beside ffmpeg under the matching name (`ffmpeg-7` → `ffprobe-7`). Without a path, both are searched on the PATH.
 */
export function ffmpegTools(ffmpegPath = 'ffmpeg'): FfmpegTools {
  const ffprobe = basename(ffmpegPath).replace('ffmpeg', 'ffprobe');
  return { ffmpegPath, ffprobePath: ffmpegPath.includes('/') ? join(dirname(ffmpegPath), ffprobe) : ffprobe };
}

function inputArgs(path: string, input: SafeInput): string[] {
  if (!isAbsolute(path) || path.includes('\0')) throw new RangeError('an input is an absolute path');
  const demuxers = input.demuxers ?? everyDemuxer;
  return [
    '-hide_banner',
    ...['-max_alloc', whole(input.maxAllocBytes ?? 256 << 20, 1 << 20, 2 ** 31 - 1)],
    ...['-max_pixels', whole(input.maxPixels ?? 8_192 * 8_192, 1, 2 ** 31 - 1)],
    ...['-threads', whole(input.threads ?? 1, 1, 16)],
    ...['-probesize', whole(input.probeBytes ?? 20_000_000, 32, 2 ** 31 - 1)],
    ...['-analyzeduration', whole(Math.round((input.analyzeSeconds ?? 10) * 1e6), 0, 2 ** 31 - 1)],
    ...['-max_streams', whole(input.maxStreams ?? 64, 1, 1_000)],
    ...['-protocol_whitelist', 'file'],
    ...['-format_whitelist', demuxers.join(',')],
    ...['-codec_whitelist', (input.decoders ?? everyDecoder).join(',')],
    ...(demuxers.length === 1 ? ['-f', demuxers[0]!] : []),
    ...['-i', `file:${path}`],
  ];
}

const everyDemuxer = [...new Set<string>([...audioDemuxers, ...videoDemuxers])];
const everyDecoder = [...new Set<string>([...audioDecoders, ...videoDecoders, ...bystanderDecoders])];

function whole(value: number, min: number, max: number): string {
  if (!Number.isInteger(value) || value < min || value > max) throw new RangeError(`not a whole number in [${min}, ${max}]: ${value}`);
  return String(value);
}
