/** The first minute of a file as samples, for a comparison. */
import { captureFfmpeg, type FfmpegTools } from '#media';

export const comparedRateHz = 44_100;
export const comparedSeconds = 60;

export interface DecodeMonoOptions {
  readonly tools: FfmpegTools;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * @param streamIndex of the sound among the streams of the file
 * @returns one channel at `comparedRateHz`, at most `comparedSeconds`
 * @throws ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`, `internal`
 */
export async function decodeMono(path: string, streamIndex: number, demuxer: string, options: DecodeMonoOptions): Promise<Float32Array> {
  const { tools, timeoutMs, signal } = options;
  const outputs = [
    '-map',
    `0:${streamIndex}`,
    '-t',
    String(comparedSeconds),
    '-ac',
    '1',
    '-ar',
    String(comparedRateHz),
    '-f',
    'f32le',
    'pipe:1',
  ];
  const run = { ffmpegPath: tools.ffmpegPath, path, input: { demuxers: [demuxer] }, outputs, wallClockMs: timeoutMs, cpuSeconds: 60 };
  const limitBytes = 4 * comparedRateHz * (comparedSeconds + 1);
  const { bytes } = await captureFfmpeg({ ...run, medium: 'sound', ...(signal && { signal }) }, limitBytes);
  const samples = new Float32Array(bytes.length >> 2);
  for (let i = 0; i < samples.length; i++) samples[i] = finite(bytes.readFloatLE(4 * i));
  return samples;
}

/** Files of floats may hold anything. */
const finite = (sample: number) => (Number.isFinite(sample) ? Math.max(-1e3, Math.min(1e3, sample)) : 0);
