import { MovingMean } from './interpolation.ts';

/**
 * Onset strength without its slow components, normalised by the local onset power (5 s),
 * so that a quiet intro is weighted like the chorus.
 *
 * @param rises shape [frames], any non-negative unit
 * @param least minimum rise above the local mean; smaller rises are the ripple of sustained tones; same unit
 * @returns shape [frames], non-negative, root mean square about 1 where there are onsets, near 0 elsewhere
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
