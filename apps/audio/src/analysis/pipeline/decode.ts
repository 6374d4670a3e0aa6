/** One ffmpeg process that decodes a file to PCM on pipes, without ever holding more than a pipe's worth of it. */
import type { Readable } from 'node:stream';
import { type RunningTool, spawnTool, type ToolExit, ToolFailure } from '#compute';
import { safeInputArgs } from '#media';
import { childCpuSeconds } from './cpu-time.ts';

export interface DecodeOptions {
  readonly ffmpegPath: string;
  readonly signal?: AbortSignal;
  /** From start to kill. */
  readonly timeoutMs: number;
  /** The demuxers that may open the file; default: all that we accept. */
  readonly demuxers?: readonly string[];
  /** CPU time that ffmpeg may use beyond its share of what it has decoded; default 20 s. */
  readonly decoderCpuSeconds?: number;
}

/** Where the decoded sound goes; each gets its bytes in order, and ffmpeg waits while one is busy. */
export interface DecodeSinks {
  /** A WAV stream of 32-bit floats at the native rate and layout; its sizes are unknown. */
  readonly native?: (bytes: Buffer) => void;
  /** Raw 32-bit floats, one channel, at `monoRateHz`. */
  readonly mono: (bytes: Buffer) => void;
  readonly monoRateHz: number;
}

export interface DecodeCost {
  /** User and system time of ffmpeg. */
  readonly cpuSeconds: number;
}

/**
 * Decodes the first audio stream of a file once, for all sinks.
 *
 * @param path absolute
 * @throws ToolFailure `media-undecodable` when ffmpeg gives up, `cancelled`, `deadline-exceeded`; whatever a sink throws
 */
export async function decodeSound(path: string, sinks: DecodeSinks, options: DecodeOptions): Promise<DecodeCost> {
  const tool = await spawnTool({
    command: options.ffmpegPath,
    args: decodeArgs(path, sinks, options),
    wallClockMs: options.timeoutMs,
    ...(options.signal && { signal: options.signal }),
    extraPipes: sinks.native ? ['read'] : [],
  });
  const allowance = new CpuAllowance(tool, options.decoderCpuSeconds ?? baseCpuSeconds);
  const mono = (bytes: Buffer) => {
    allowance.decoded(bytes.length / Float32Array.BYTES_PER_ELEMENT / sinks.monoRateHz);
    sinks.mono(bytes);
  };
  try {
    await listen(tool, { ...sinks, mono });
  } finally {
    allowance.stop();
  }
  const cpuSeconds = childCpuSeconds(tool.pid); // its pipes are closed and it is ending, but nobody has reaped it yet
  const exit = await tool.exit;
  if (allowance.exceeded) throw tooExpensive(exit);
  if (exit.exitCode !== 0) throw undecodable(exit);
  return { cpuSeconds: cpuSeconds ?? benchmarkSeconds(exit.stderrTail) };
}

const baseCpuSeconds = 20;
/** CPU seconds for each second of decoded audio; the most expensive accepted codec needs 0.005. */
const cpuSecondsPerSecond = 0.25;
const checkEveryMs = 250;

/** Ends a decoder whose CPU time is out of proportion to what it decodes. Where /proc is missing only the wall clock limits it. */
class CpuAllowance {
  exceeded = false;
  readonly #timer: NodeJS.Timeout;
  #allowedSeconds: number;

  constructor(tool: RunningTool, baseSeconds: number) {
    this.#allowedSeconds = baseSeconds;
    this.#timer = setInterval(() => {
      if ((childCpuSeconds(tool.pid) ?? 0) <= this.#allowedSeconds) return;
      this.exceeded = true;
      tool.kill();
    }, checkEveryMs);
  }

  decoded(seconds: number): void {
    this.#allowedSeconds += seconds * cpuSecondsPerSecond;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

const tooExpensive = ({ exitCode, signal: killedBy, stderrTail }: ToolExit): ToolFailure =>
  new ToolFailure('media-undecodable', 'Decoding takes far more CPU time than the audio in the file is worth; the file is malformed.', {
    end: 'exit',
    exitCode,
    killedBy,
    stderrTail,
  });

/** Cover art is a video stream, so it is never mapped. The WAV header tells rate, channels and layout before the first sample. */
function decodeArgs(path: string, { native, monoRateHz }: DecodeSinks, { demuxers }: DecodeOptions): string[] {
  const sound = ['-map', '0:a:0', '-map_metadata', '-1', '-c:a', 'pcm_f32le'];
  const nativeOutput = [...sound, '-fflags', '+bitexact', '-f', 'wav', 'pipe:1'];
  const monoOutput = [...sound, '-ac', '1', '-ar', String(monoRateHz), '-f', 'f32le', native ? 'pipe:3' : 'pipe:1'];
  const manners = ['-nostats', '-loglevel', 'level+info', '-benchmark', '-filter_threads', '1'];
  return [...manners, ...safeInputArgs(path, { ...(demuxers && { demuxers }) }), ...(native ? nativeOutput : []), ...monoOutput];
}

async function listen(tool: RunningTool, { native, mono }: DecodeSinks): Promise<void> {
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
  const complaints = stderrTail.filter((line) => /\[(warning|error|fatal|panic)\]/.test(line));
  return new ToolFailure('media-undecodable', 'The sound in this file cannot be decoded.', {
    end: 'exit',
    exitCode,
    killedBy,
    stderrTail: complaints,
  });
}

/** Where /proc is missing: `bench: utime=0.113s stime=0.024s rtime=0.142s`, which leaves out the start of ffmpeg. The last one is ffmpeg's own, whatever a tag in the file may look like. */
function benchmarkSeconds(lines: readonly string[]): number {
  const line = lines.findLast((text) => text.includes('bench: utime='));
  const [, user, system] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(line ?? '') ?? [];
  return Number(user ?? 0) + Number(system ?? 0);
}
