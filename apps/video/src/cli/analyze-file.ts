/** What `video:analyze` prints for one file. */
import { constants, existsSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ToolFailure } from '#compute';
import { Failure, type VideoWarningCode } from '#contracts';
import { type FfmpegTools, ProgramCheck } from '#media';
import { decimal } from '../media/frame-rate.ts';
import { probeVideo } from '../media/probe-video.ts';
import { usedAudio, warningsOf } from '../media/video-findings.ts';
import type { VideoInfo } from '../media/video-info.ts';
import type { Span } from '../understanding/find-spans.ts';
import { type MeasuredVideo, measureVideo } from '../understanding/measure-video.ts';

export interface AnalyzeFileOptions {
  readonly tools: FfmpegTools;
  readonly signal: AbortSignal;
  /** Folder from which npm was called: npm runs scripts in the root of the project. */
  readonly calledFrom?: string;
}

/** Unknown values are null. */
export interface AnalysisLine {
  /** As typed. */
  readonly file: string;
  readonly accepted: boolean;
  readonly problem: { readonly code: string; readonly detail: string } | null;
  readonly warnings: readonly VideoWarningCode[];
  readonly format: string | null;
  readonly durationSeconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly displayWidth: number | null;
  readonly displayHeight: number | null;
  readonly rotationDegrees: number | null;
  readonly frameRate: number | null;
  readonly variableFrameRate: boolean | null;
  readonly bitDepth: number | null;
  readonly hdr: boolean | null;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  readonly hasVideo: boolean | null;
  readonly hasAudio: boolean | null;
  readonly scenes: readonly { readonly timeSeconds: number; readonly type: 'cut' | 'fade' }[];
  readonly black: readonly Span[];
  readonly frozen: readonly Span[];
  readonly silent: readonly Span[];
  readonly loudnessLufs: number | null;
  readonly fingerprint: string | null;
}

const timeoutMs = 60 * 60_000;

/**
 * A refused file is a line too.
 * @throws Failure `service-unavailable` when ffmpeg or ffprobe cannot run; `cancelled`
 */
export async function analyzeFile(file: string, options: AnalyzeFileOptions): Promise<AnalysisLine> {
  let info: VideoInfo | undefined;
  try {
    const path = await locate(file, options);
    const { tools, signal } = options;
    info = await probeVideo(path, { tools, declaredName: path, signal });
    const measured = await measureVideo(path, info, { tools, timeoutMs, signal });
    return { ...nothingKnown(file), ...known(info), ...found(file, info, measured), accepted: true };
  } catch (error) {
    if (options.signal.aborted) throw error;
    await requirePrograms(error, options);
    const { code, message } = Failure.from(error);
    return { ...nothingKnown(file), ...(info ? known(info) : {}), problem: { code, detail: message } };
  }
}

/** Checked only where it may be the reason for `error`, because it costs 0.1 s of CPU time. */
async function requirePrograms(error: unknown, { tools }: AnalyzeFileOptions): Promise<void> {
  const causes = [error, error instanceof Error ? error.cause : undefined];
  if (causes.some((cause) => cause instanceof ToolFailure)) await new ProgramCheck(tools).require();
}

async function locate(file: string, { calledFrom }: Pick<AnalyzeFileOptions, 'calledFrom'>): Promise<string> {
  const here = resolve(file);
  const path = calledFrom === undefined || existsSync(here) ? here : resolve(calledFrom, file);
  const unreadable = (cause: unknown) => new Failure('not-found', 'There is no such file, or it may not be read.', { cause });
  const entry = await stat(path).catch((error: unknown) => Promise.reject(unreadable(error)));
  if (!entry.isFile()) throw new Failure('request-invalid', 'This is not a regular file. Name the files to analyse.');
  await access(path, constants.R_OK).catch((error: unknown) => Promise.reject(unreadable(error)));
  return path;
}

const known = (info: VideoInfo) => ({
  format: info.container,
  durationSeconds: info.durationSeconds,
  width: info.video.widthPx,
  height: info.video.heightPx,
  displayWidth: info.video.displayWidthPx,
  displayHeight: info.video.displayHeightPx,
  rotationDegrees: info.video.rotationDegrees,
  frameRate: info.video.frameRate && Math.round(1_000 * decimal(info.video.frameRate)) / 1_000,
  variableFrameRate: info.video.isVariableFrameRate,
  bitDepth: info.video.bitDepth,
  hdr: info.video.isHdr,
  videoCodec: info.video.codec,
  audioCodec: usedAudio(info)?.codec ?? info.audio[0]?.codec ?? null,
  hasVideo: true,
  hasAudio: info.audio.length > 0,
});

const found = (file: string, info: VideoInfo, { verification, understanding, fingerprint }: MeasuredVideo) => ({
  durationSeconds: verification.durationSeconds && Math.round(1_000 * verification.durationSeconds) / 1_000,
  warnings: warningsOf(info, file, verification.warnings),
  scenes: understanding.transitions,
  black: understanding.black,
  frozen: understanding.frozen,
  silent: understanding.silent,
  loudnessLufs: understanding.loudnessLufs,
  fingerprint: Buffer.from(fingerprint).toString('base64'),
});

const nothingKnown = (file: string): AnalysisLine => ({
  ...{ file, accepted: false, problem: null, warnings: [], format: null, durationSeconds: null, width: null, height: null },
  ...{
    displayWidth: null,
    displayHeight: null,
    rotationDegrees: null,
    frameRate: null,
    variableFrameRate: null,
    bitDepth: null,
    hdr: null,
  },
  ...{ videoCodec: null, audioCodec: null, hasVideo: null, hasAudio: null },
  ...{ scenes: [], black: [], frozen: [], silent: [], loudnessLufs: null, fingerprint: null },
});
