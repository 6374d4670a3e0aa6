/** Decodes a file to PCM with one ffmpeg process; memory use is bounded by the pipe buffers. */
import type { Readable } from 'node:stream';
import { type RunningTool, spawnTool, type ToolExit, ToolFailure } from '#compute/tools';
import { safeInputArgs } from '#media';
import { childCpuSeconds } from './cpu-time.ts';

export interface DecodeOptions {
  readonly ffmpegPath: string;
  readonly signal?: AbortSignal;
  /** Wall-clock limit of ffmpeg. */
  readonly timeoutMs: number;
  /** Demuxers allowed to open the file; default: all accepted ones. */
  readonly demuxers?: readonly string[];
  /** Base CPU time of ffmpeg, on top of the time granted per decoded second; default 20 s. */
  readonly decoderCpuSeconds?: number;
}

/** Consumers of the decoded audio. Each receives its bytes in order; ffmpeg blocks while a consumer is busy. */
export interface DecodeSinks {
  /** A WAV stream of 32-bit floats at the native rate and layout; the sizes in its header are invalid. */
  readonly native?: (bytes: Buffer) => void;
  /** Raw 32-bit floats, one channel, at `monoRateHz`. */
  readonly mono: (bytes: Buffer) => void;
  readonly monoRateHz: number;
  /** `difference`: the left channel minus the right one, of a file with two; default: the mean of all channels. */
  readonly monoMix?: 'difference';
}

export interface DecodeCost {
  /** User and system time of ffmpeg. */
  readonly cpuSeconds: number;
}

/**
 * Decodes the first audio stream of a file once for all sinks.
 *
 * @param path absolute
 * @throws ToolFailure `media-undecodable` when ffmpeg fails, `cancelled`, `deadline-exceeded`; errors thrown by a sink
 */
export async function decodeSound(path: string, sinks: DecodeSinks, options: DecodeOptions): Promise<DecodeCost> {
  const tool = await spawnTool({
    command: options.ffmpegPath,
    args: decodeArgs(path, sinks, options),
    wallClockMs: options.timeoutMs,
    ...(options.signal && { signal: options.signal }),
    extraPipes: sinks.native ? ['read'] : [],
  });
  const cpuLimit = new CpuTimeLimit(tool, options.decoderCpuSeconds ?? baseCpuSeconds);
  const mono = (bytes: Buffer) => {
    cpuLimit.decoded(bytes.length / Float32Array.BYTES_PER_ELEMENT / sinks.monoRateHz);
    sinks.mono(bytes);
  };
  try {
    await readPipes(tool, { ...sinks, mono });
  } finally {
    cpuLimit.stop();
  }
  const cpuSeconds = childCpuSeconds(tool.pid); // its pipes are closed; the process is not reaped yet
  const exit = await tool.exit;
  if (cpuLimit.exceeded) throw tooExpensive(exit);
  if (exit.exitCode !== 0) throw undecodable(exit);
  return { cpuSeconds: cpuSeconds ?? benchmarkSeconds(exit.stderrTail) };
}

const baseCpuSeconds = 20;
/** CPU seconds for each second of decoded audio; the most expensive accepted codec needs 0.005. */
const cpuSecondsPerSecond = 0.25;
const checkIntervalMs = 250;

/** Kills a decoder whose CPU time is out of proportion to the audio it decodes. Where /proc is missing only the wall-clock limit applies. */
class CpuTimeLimit {
  exceeded = false;
  readonly #timer: NodeJS.Timeout;
  #allowedSeconds: number;

  constructor(tool: RunningTool, baseSeconds: number) {
    this.#allowedSeconds = baseSeconds;
    this.#timer = setInterval(() => {
      if ((childCpuSeconds(tool.pid) ?? 0) <= this.#allowedSeconds) return;
      this.exceeded = true;
      tool.kill();
    }, checkIntervalMs);
  }

  decoded(seconds: number): void {
    this.#allowedSeconds += seconds * cpuSecondsPerSecond;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

const tooExpensive = ({ exitCode, signal: killedBy, stderrTail }: ToolExit): ToolFailure =>
  new ToolFailure('media-undecodable', 'Decoding exceeded the CPU time limit for the duration of the audio; the file is malformed.', {
    end: 'exit',
    exitCode,
    killedBy,
    stderrTail,
  });

/** Maps the first audio stream only, which excludes cover art (a video stream). The WAV header contains rate, channels and layout. */
function decodeArgs(path: string, { native, monoRateHz, monoMix }: DecodeSinks, { demuxers }: DecodeOptions): string[] {
  const codecArgs = ['-map', '0:a:0', '-map_metadata', '-1', '-c:a', 'pcm_f32le'];
  const nativeOutput = [...codecArgs, '-fflags', '+bitexact', '-f', 'wav', 'pipe:1'];
  const mix = monoMix === 'difference' ? ['-af', 'pan=mono|c0=0.5*c0-0.5*c1'] : ['-ac', '1'];
  const monoOutput = [...codecArgs, ...mix, '-ar', String(monoRateHz), '-f', 'f32le', native ? 'pipe:3' : 'pipe:1'];
  const globalArgs = ['-nostats', '-loglevel', 'level+info', '-benchmark', '-filter_threads', '1'];
  return [...globalArgs, ...safeInputArgs(path, { ...(demuxers && { demuxers }) }), ...(native ? nativeOutput : []), ...monoOutput];
}

async function readPipes(tool: RunningTool, { native, mono }: DecodeSinks): Promise<void> {
  const pumps = native ? [pump(tool.stdout, native), pump(tool.pipes[0] as Readable, mono)] : [pump(tool.stdout, mono)];
  try {
    await Promise.all(pumps);
  } catch (error) {
    tool.kill();
    await Promise.allSettled([...pumps, tool.exit]);
    throw error;
  }
}

async function pump(pipe: Readable, sink: (bytes: Buffer) => void): Promise<void> {
  for await (const bytes of pipe as AsyncIterable<Buffer>) sink(bytes);
}

function undecodable({ exitCode, signal: killedBy, stderrTail }: ToolExit): ToolFailure {
  const diagnostics = stderrTail.filter((line) => /\[(warning|error|fatal|panic)\]/.test(line));
  return new ToolFailure('media-undecodable', 'The audio in this file cannot be decoded.', {
    end: 'exit',
    exitCode,
    killedBy,
    stderrTail: diagnostics,
  });
}

/** Where /proc is missing: `bench: utime=0.113s stime=0.024s rtime=0.142s`, which excludes the start of ffmpeg. The last matching line is ffmpeg's own; earlier ones may come from tags in the file. */
function benchmarkSeconds(lines: readonly string[]): number {
  const line = lines.findLast((text) => text.includes('bench: utime='));
  const [, user, system] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(line ?? '') ?? [];
  return Number(user ?? 0) + Number(system ?? 0);
}
