/** Analyses one file and returns its line of JSON: the same checks as for an upload, the same analysis, no server. */
import { randomUUID } from 'node:crypto';
import { ToolFailure } from '#compute';
import { type Problem, type TrackWarning, toProblem } from '#contracts';
import { demuxerOf, ffmpegTools, ProgramCheck, truncated } from '#media';
import type { AnalysisProfile, MusicAnalysis } from '../analysis/music/music-analyzer.ts';
import { type AudioAnalysis, analyzeAudio } from '../analysis/pipeline/analyze-audio.ts';
import { processCpuSeconds, reapedCpuSeconds } from '../analysis/pipeline/cpu-time.ts';
import { inspectMedia } from '../media/inspect-media.ts';
import { warningsOf } from '../media/media-info.ts';
import { locateFile } from './locate-file.ts';

export interface AnalyzeFileOptions {
  readonly profile: AnalysisProfile;
  /** A truncated file is a problem, not a warning. */
  readonly strict: boolean;
  readonly ffmpegPath: string;
  readonly signal?: AbortSignal;
  /** The folder where npm was called; npm runs its scripts in the root of the project. */
  readonly calledFrom?: string;
}

/** Unknown values are null. Numbers are rounded as the contract of the API rounds them: bpm, confidences and levels to 0.01, times to 1 ms. */
export interface AnalysisLine
  extends Pick<MusicAnalysis, 'bpm' | 'confidence' | 'candidates' | 'beats' | 'key' | 'mode' | 'cues'>,
    Pick<AudioAnalysis, 'loudnessLufs' | 'loudnessRangeLu' | 'truePeakDbtp'> {
  /** As typed. */
  readonly file: string;
  readonly warnings: readonly TrackWarning[];
  /** User and system time of this process and its child processes, from opening the file to this line; without the start of this program. */
  readonly cpuSeconds: number;
}

export interface ProblemLine {
  readonly file: string;
  readonly error: Problem;
}

/**
 * Never throws: a problem is returned as a line, with the code `service-unavailable` when ffmpeg or ffprobe cannot run. Analyse one file at a time, because
 * the cost is read from the CPU clock of the whole process.
 */
export async function analyzeFile(file: string, options: AnalyzeFileOptions, meter: CostMeter): Promise<AnalysisLine | ProblemLine> {
  try {
    const analysis = await analyze(await locateFile(file, options.calledFrom), options);
    return lineOf(file, analysis, meter.lap(analysis.decoderCpuSeconds));
  } catch (error) {
    const cause = await programFailure(error, options);
    meter.lap(0);
    return { file, error: toProblem(cause ?? error, { requestId: randomUUID(), traceId: randomUUID().replaceAll('-', '') }) };
  }
}

/** Why ffmpeg or ffprobe cannot run, where that may be the reason for `error`. Checked only then, because it costs 0.1 s of CPU time. */
async function programFailure(error: unknown, { ffmpegPath }: AnalyzeFileOptions): Promise<unknown> {
  if (!(error instanceof ToolFailure)) return undefined;
  return new ProgramCheck(ffmpegTools(ffmpegPath)).require().catch((failure: unknown) => failure);
}

interface AnalyzedFile extends AudioAnalysis {
  readonly warnings: readonly TrackWarning[];
}

async function analyze(path: string, { profile, strict, ffmpegPath, signal }: AnalyzeFileOptions): Promise<AnalyzedFile> {
  const { ffprobePath } = ffmpegTools(ffmpegPath);
  const cancel = signal && { signal };
  const media = await inspectMedia(path, { ffprobePath, declaredName: path, ...cancel });
  if (strict && media.missing !== undefined) throw truncated(media.missing);
  const analysis = await analyzeAudio(path, { profile, ffmpegPath, demuxers: [demuxerOf[media.container]], ...cancel });
  return { ...analysis, warnings: warningsOf(media) };
}

function lineOf(file: string, analysis: AnalyzedFile, cpuSeconds: number): AnalysisLine {
  const { bpm, candidates, key, mode, loudnessLufs, loudnessRangeLu, truePeakDbtp } = analysis;
  return {
    file,
    bpm: rounded(bpm, 2),
    confidence: rounded(analysis.confidence, 2),
    candidates: candidates.map((one) => ({ bpm: rounded(one.bpm, 2), confidence: rounded(one.confidence, 2) })),
    beats: analysis.beats.map((seconds) => rounded(seconds, 3)),
    key,
    mode,
    loudnessLufs: rounded(loudnessLufs, 2),
    loudnessRangeLu: rounded(loudnessRangeLu, 2),
    truePeakDbtp: rounded(truePeakDbtp, 2),
    cues: analysis.cues.map((cue) => ({
      timeSeconds: rounded(cue.timeSeconds, 3),
      type: cue.type,
      confidence: rounded(cue.confidence, 2),
    })),
    warnings: analysis.warnings,
    cpuSeconds: rounded(cpuSeconds, 3),
  };
}

function rounded<N extends number | null>(value: N, digits: number): N {
  return (value === null ? null : Number(value.toFixed(digits))) as N;
}

/** Measures the CPU time since the last lap, of this process and of the child processes that have ended. */
export class CostMeter {
  private process = processCpuSeconds();
  private children = reapedCpuSeconds();

  /** @param decoderCpuSeconds CPU time of the decoder, for systems that do not report that of child processes */
  lap(decoderCpuSeconds: number): number {
    const [process, children] = [processCpuSeconds(), reapedCpuSeconds()];
    const spent = process - this.process + (children === null ? decoderCpuSeconds : children - (this.children ?? 0));
    this.process = process;
    this.children = children;
    return spent;
  }
}
