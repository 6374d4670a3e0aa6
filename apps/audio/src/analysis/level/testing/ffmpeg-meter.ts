/** Reference values from ffmpeg's ebur128 filter, and the samples they were measured on. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Levels } from '../loudness-meter.ts';
import type { Recording } from './recordings.ts';

const ffmpegPath = process.env.FFMPEG_PATH ?? 'ffmpeg';

/** Renders the recording into `directory`. @returns its path */
export function record(recording: Recording, directory: string): string {
  const path = join(directory, `${recording.name}.${recording.extension ?? 'wav'}`);
  ffmpeg(['-y', '-filter_complex', recording.graph, ...(recording.encode ?? []), path]);
  return path;
}

/** The summary of `ebur128=peak=true`; its values for silence (-70 LUFS, -inf dBFS) become null. */
export function ebur128(path: string): Levels {
  const { stderr } = ffmpeg(['-i', path, '-map', '0:a:0', '-af', 'ebur128=peak=true:framelog=verbose', '-f', 'null', '-'], 'info');
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'));
  const read = (label: string) => Number(new RegExp(`${label}:\\s+(-?inf|-?[\\d.]+)`).exec(summary)?.[1] ?? Number.NaN);
  const loudness = read('I');
  const peak = read('Peak');
  return {
    loudnessLufs: loudness > -70 ? loudness : null,
    loudnessRangeLu: loudness > -70 ? read('LRA') : null,
    truePeakDbtp: Number.isFinite(peak) ? peak : null,
  };
}

export interface DecodedSound {
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly channelMask: number;
}

/** Decodes at the native rate and layout, which the WAV header contains. */
export function decode(path: string): DecodedSound {
  const { stdout } = ffmpeg(['-i', path, '-map', '0:a:0', '-c:a', 'pcm_f32le', '-fflags', '+bitexact', '-f', 'wav', 'pipe:1']);
  const data = stdout.indexOf('data') + 8;
  const samples = new Float32Array(new Uint8Array(stdout.subarray(data)).buffer);
  const channelMask = stdout.readUInt32LE(16) >= 40 ? stdout.readUInt32LE(40) : 0;
  return { samples, sampleRateHz: stdout.readUInt32LE(24), channels: stdout.readUInt16LE(22), channelMask };
}

function ffmpeg(args: readonly string[], logLevel = 'error'): { stdout: Buffer; stderr: string } {
  const run = spawnSync(ffmpegPath, ['-nostdin', '-hide_banner', '-nostats', '-loglevel', logLevel, ...args], { maxBuffer: 1 << 29 });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${run.stderr.toString()}`);
  return { stdout: run.stdout, stderr: run.stderr.toString() };
}
