import { movingMean } from './smoothing.ts';

/**
 * Onset strength with the slow parts taken out: what rises above its surroundings, in units of how strong onsets are around there.
 * A quiet intro then counts as much as the chorus.
 *
 * @param rises shape [frames], any non-negative unit
 * @param least rises no further than this above their surroundings are the ripple of a held tone, not onsets; same unit
 * @returns shape [frames], non-negative, root mean square about 1 where there are onsets; small or 0 where there are hardly any
 */
export function onsetEnvelope(rises: Float32Array, frameRateHz: number, least: number): Float32Array {
  const mean = movingMean(rises, Math.round(0.4 * frameRateHz));
  const above = new Float32Array(rises.length);
  const squares = new Float32Array(rises.length);
  for (let i = 0; i < rises.length; i++) {
    above[i] = Math.max(0, rises[i]! - mean[i]! - least);
    squares[i] = above[i]! * above[i]!;
  }
  const power = movingMean(squares, Math.round(5 * frameRateHz));
  let loudest = 0;
  for (const value of power) if (value > loudest) loudest = value;
  const floor = Math.max(least * least, loudest * 0.05);
  for (let i = 0; i < above.length; i++) above[i]! /= Math.sqrt(power[i]! + floor);
  return above;
}
