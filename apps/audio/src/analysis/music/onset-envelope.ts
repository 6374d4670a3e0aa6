import { MovingMean } from './smoothing.ts';

/**
 * Onset strength with the slow parts taken out: what rises above its surroundings, in units of how strong onsets are around there.
 * A quiet intro then counts as much as the chorus.
 *
 * @param rises shape [frames], any non-negative unit
 * @param least rises no further than this above their surroundings are the ripple of a held tone, not onsets; same unit
 * @returns shape [frames], non-negative, root mean square about 1 where there are onsets; small or 0 where there are hardly any
 */
export function onsetEnvelope(rises: Float32Array, frameRateHz: number, least: number): Float32Array {
  const onsets = new Float32Array(rises.length);
  const surroundings = new MovingMean(rises, Math.round(0.4 * frameRateHz));
  for (let i = 0; i < onsets.length; i++) onsets[i] = Math.max(0, rises[i]! - surroundings.next() - least);
  const floor = Math.max(least * least, loudest(onsets, frameRateHz) * 0.05);
  const power = powerOf(onsets, frameRateHz);
  const levelled = new Float32Array(rises.length);
  for (let i = 0; i < onsets.length; i++) levelled[i] = onsets[i]! / Math.sqrt(power.next() + floor);
  return levelled;
}

function loudest(onsets: Float32Array, frameRateHz: number): number {
  const power = powerOf(onsets, frameRateHz);
  let most = 0;
  for (let i = 0; i < onsets.length; i++) most = Math.max(most, power.next());
  return most;
}

function powerOf(onsets: Float32Array, frameRateHz: number): MovingMean {
  return new MovingMean(onsets, Math.round(5 * frameRateHz), (value) => value * value);
}
