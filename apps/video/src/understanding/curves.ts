/** Curves of a video over time, in a bounded number of points. */
import type { FrameSeries } from './frame-series.ts';
import { lufs, type SoundMeasures } from './sound-meter.ts';

export interface AnalysisCurves {
  /** Distance of the points; the first one stands for the time from 0 to this. */
  readonly stepSeconds: number;
  /** Mean difference of neighbouring frames, as a share of the whole range: in [0, 1]. */
  readonly motion: readonly number[];
  /** Mean luma in [0, 1]. */
  readonly brightness: readonly number[];
  /** In LUFS, at least -70; null where there is no sound. */
  readonly loudness: readonly (number | null)[];
}

export const mostCurvePoints = 600;
/** No finer than this. */
const shortestStepSeconds = 0.2;
const soundStepSeconds = 0.1;
const floorLufs = -70;

export function curvesOf(series: FrameSeries, times: Float64Array, sound: SoundMeasures | null, durationSeconds: number): AnalysisCurves {
  const stepSeconds = Math.max(shortestStepSeconds, Math.ceil((10 * durationSeconds) / mostCurvePoints) / 10);
  const points = Math.max(1, Math.min(mostCurvePoints, Math.ceil(durationSeconds / stepSeconds - 1e-9)));
  const bucket = (seconds: number) => Math.min(points - 1, Math.floor(seconds / stepSeconds + 1e-6));
  const ofFrames = (values: Float32Array) =>
    means(points, values, (frame) => bucket(times[frame]!)).map((mean) => rounded((mean ?? 0) / 255));
  const power = means(points, sound?.power ?? new Float32Array(), (step) => bucket(step * soundStepSeconds), null);
  return {
    stepSeconds,
    motion: ofFrames(series.of('change')),
    brightness: ofFrames(series.of('brightness')),
    loudness: power.map((mean) => (mean === null ? null : Math.round(10 * Math.max(floorLufs, lufs(mean))) / 10)),
  };
}

/** Means by bucket; an empty bucket has the value of the one before, or `missing`. */
function means(points: number, values: Float32Array, bucketOf: (index: number) => number, missing?: null): (number | null)[] {
  const [sums, counts] = [new Float64Array(points), new Float64Array(points)];
  for (let index = 0; index < values.length; index++) {
    const at = bucketOf(index);
    sums[at]! += values[index]!;
    counts[at]! += 1;
  }
  let last: number | null = missing === null ? null : 0;
  return Array.from(sums, (sum, at) => {
    if (counts[at]! > 0) last = sum / counts[at]!;
    else if (missing === null) return null;
    return last;
  });
}

const rounded = (share: number) => Math.round(10_000 * share) / 10_000;
