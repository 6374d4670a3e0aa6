/** Chooses the frame that represents a video, from several frames of one decode. */
import { captureFfmpeg, filter, filterChain, selectEvery } from '#media';
import { undecodable } from '../media/video-failures.ts';
import { lumaTarget, pictureFilters, sizeForShortSide } from '../media/video-filters.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { type PictureOptions, pictureRun } from './picture-run.ts';
import { bestCandidate, type Candidate, type ScoredCandidate, scoreCandidates } from './score-picture.ts';

export interface Poster {
  readonly timeSeconds: number;
  readonly chosen: ScoredCandidate;
  /** Why this frame, for a person: one sentence per reason. */
  readonly reasons: readonly string[];
  readonly candidates: readonly ScoredCandidate[];
}

/** Short side of the pictures that are measured. */
const measuredSidePx = 120;
const mostCandidates = 24;
/** A longer video is decoded at its key frames only. */
const wholeDecodeSeconds = 20;
/** Fewer key frames than this say too little; then the beginning is decoded whole. */
const fewestCandidates = 4;

/**
 * @param path absolute path of the file that `info` describes
 * @throws ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`
 */
export async function choosePoster(path: string, info: VideoInfo, options: PictureOptions): Promise<Poster> {
  const duration = info.durationSeconds ?? 0;
  const keyFrames = duration > wholeDecodeSeconds ? await decodeCandidates(path, info, options, true) : [];
  const candidates = keyFrames.length >= fewestCandidates ? keyFrames : await decodeCandidates(path, info, options, false);
  const scored = scoreCandidates(candidates, measuredSize(info).widthPx);
  const chosen = bestCandidate(scored);
  if (chosen === undefined) throw undecodable('No frame of the video can be decoded.');
  return { timeSeconds: chosen.timeSeconds, chosen, reasons: reasonsFor(chosen, scored), candidates: scored };
}

const measuredSize = (info: VideoInfo) => sizeForShortSide(info.video, measuredSidePx);

async function decodeCandidates(path: string, info: VideoInfo, options: PictureOptions, keyFramesOnly: boolean): Promise<Candidate[]> {
  const size = measuredSize(info);
  const duration = info.durationSeconds ?? wholeDecodeSeconds;
  const spanSeconds = keyFramesOnly ? duration : Math.min(duration, wholeDecodeSeconds);
  const chosen = selectEvery(spanSeconds / mostCandidates);
  const graph = filterChain(chosen, ...pictureFilters(info.video, size, lumaTarget), filter('showinfo', { checksum: 0 }));
  const raw = ['-frames:v', String(mostCandidates), '-fps_mode', 'passthrough', '-c:v', 'rawvideo', '-f', 'rawvideo', 'pipe:1'];
  const inputOptions = [...(keyFramesOnly ? ['-skip_frame', 'nokey'] : ['-t', String(wholeDecodeSeconds)])];
  const run = pictureRun(path, info, options, { inputOptions, outputs: ['-vf', graph, ...raw] });
  const frameBytes = size.widthPx * size.heightPx;
  const { bytes, log } = await captureFfmpeg({ ...run, logLevel: 'info' }, frameBytes * mostCandidates);
  return frameTimes(log).flatMap((timeSeconds, index) => {
    const luma = bytes.subarray(index * frameBytes, (index + 1) * frameBytes);
    return luma.length === frameBytes ? [{ timeSeconds, luma }] : [];
  });
}

/** Lines of the filter `showinfo`: `[Parsed_showinfo_4 @ 0x…] n:   0 pts:      0 pts_time:0 …`. Tags of the file cannot begin a line. */
const frameTimes = (log: readonly string[]): number[] =>
  log.flatMap((line) => {
    const time = /^\[Parsed_showinfo_\d+ @ [^\]]+\] n: *\d+ pts: *\S+ pts_time: *(-?[\d.]+)/.exec(line)?.[1];
    return time === undefined ? [] : [Number(time)];
  });

function reasonsFor(chosen: ScoredCandidate, scored: readonly ScoredCandidate[]): string[] {
  const refused = scored.filter(({ rejection }) => rejection !== null);
  const kinds = [...new Set(refused.map(({ rejection }) => rejection))].join(', ');
  const percent = (value: number) => `${Math.round(100 * value)} %`;
  return [
    `Best of ${scored.length} frames${refused.length > 0 ? `, of which ${refused.length} are refused (${kinds})` : ''}.`,
    `Brightness ${percent(chosen.brightness)}, contrast ${percent(chosen.contrast)}, Laplacian variance ${Math.round(chosen.sharpness)}.`,
    ...(chosen.rejection ? [`All frames are refused; this one has the most contrast (${chosen.rejection}).`] : []),
  ];
}
