/** Runs the analysis on a worker thread. The worker starts ffmpeg, so no samples are copied between threads. */
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
  /** Duration according to the file's header; without it no progress is reported. */
  readonly expectedSeconds?: number;
  /** Shared memory that receives the progress in whole percent; cheaper than messages. */
  readonly progress?: Int32Array;
}

export interface AnalysisOutput extends AudioAnalysis {
  /** CPU time of this thread and of ffmpeg. */
  readonly cpuSeconds: number;
}

export default async ({ path, progress, ...options }: AnalysisInput): Promise<AnalysisOutput> => {
  const startedAt = threadCpuSeconds();
  const reportProgress = progress && ((fraction: number) => void Atomics.store(progress, 0, Math.round(100 * fraction)));
  const analysis = await analyzeAudio(path, { ...options, ...(reportProgress && { onProgress: reportProgress }) });
  return { ...analysis, cpuSeconds: threadCpuSeconds() - startedAt + analysis.decoderCpuSeconds };
};
