/** The analysis on a thread of its own. ffmpeg is started from this thread, so no sample ever crosses into another. */
import { type AudioAnalysis, analyzeAudio } from './analyze-audio.ts';
import { threadCpuSeconds } from './cpu-time.ts';

export interface AnalysisInput {
  /** Absolute. */
  readonly path: string;
  readonly profile: 'tempo' | 'full';
  readonly ffmpegPath: string;
  readonly timeoutMs?: number;
  readonly maxSeconds?: number;
}

export interface AnalysisOutput extends AudioAnalysis {
  /** This thread's time and ffmpeg's. */
  readonly cpuSeconds: number;
}

export default async ({ path, ...options }: AnalysisInput): Promise<AnalysisOutput> => {
  const startedAt = threadCpuSeconds();
  const analysis = await analyzeAudio(path, options);
  return { ...analysis, cpuSeconds: threadCpuSeconds() - startedAt + analysis.decoderCpuSeconds };
};
