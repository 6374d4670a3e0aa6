import { movingMean } from './smoothing.ts';

/**
 * Onset strength with the slow parts taken out: what rises above its surroundings, in units of how strong onsets are around there.
 * A quiet intro then counts as much as the chorus.
 *
 * @param rises shape [frames], any non-negative unit
 * @returns shape [frames], non-negative, root mean square about 1 wherever there are onsets; all 0 for silence
 */
export function onsetEnvelope(rises: Float32Array, frameRateHz: number): Float32Array {
  const mean = movingMean(rises, Math.round(0.4 * frameRateHz));
  const above = rises.map((rise, i) => Math.max(0, rise - mean[i]!));
  const power = movingMean(
    above.map((value) => value * value),
    Math.round(5 * frameRateHz),
  );
  const floor = 0.05 * power.reduce((most, value) => Math.max(most, value), 0);
  if (floor === 0) return above;
  return above.map((value, i) => value / Math.sqrt(power[i]! + floor));
}
