/** The analysis on a thread of its own. ffmpeg is started from this thread, so no sample ever crosses into another. */
import { type AudioAnalysis, analyzeAudio } from './analyze-audio.ts';
import { threadCpuSeconds } from './cpu-time.ts';

export interface AnalysisInput {
  /** Absolute. */
  readonly path: string;
  readonly profile: 'tempo' | 'full';
  readonly ffmpegPath: string;
  readonly demuxers?: readonly string[];
  readonly timeoutMs?: number;
  readonly maxSeconds?: number;
  /** What the file claims to last; without it there is no progress to tell. */
  readonly expectedSeconds?: number;
  /** One number in shared memory, where whole percents are told: cheaper than a message, and nobody has to listen. */
  readonly progress?: Int32Array;
}

export interface AnalysisOutput extends AudioAnalysis {
  /** This thread's time and ffmpeg's. */
  readonly cpuSeconds: number;
}

export default async ({ path, progress, ...options }: AnalysisInput): Promise<AnalysisOutput> => {
  const startedAt = threadCpuSeconds();
  const tell = progress && ((fraction: number) => void Atomics.store(progress, 0, Math.round(100 * fraction)));
  const analysis = await analyzeAudio(path, { ...options, ...(tell && { onProgress: tell }) });
  return { ...analysis, cpuSeconds: threadCpuSeconds() - startedAt + analysis.decoderCpuSeconds };
};
