import { interpolated } from './interpolation.ts';
import { type PulseCurves, type Voice, voices } from './pulse-curves.ts';

/** Lags in beats at which each voice's autocorrelation is sampled: metrical levels from the sixteenth to two bars. */
const lagsInBeats: Readonly<Record<Voice, readonly number[]>> = {
  total: [1 / 4, 1 / 3, 1 / 2, 2 / 3, 1, 3 / 2, 2, 3, 4, 6, 8],
  low: [1 / 4, 1 / 2, 1, 3 / 2, 2, 3, 4],
  rest: [1 / 4, 1 / 2, 1, 3 / 2, 2, 3, 4],
  cross: [1 / 4, 1 / 2, 1, 3 / 2, 2, 3, 4],
  hats: [1 / 4, 1 / 2, 1, 2],
  body: [1 / 2, 1, 2, 4],
  attack: [1 / 2, 1, 2, 4],
};
/** Multiples of the beat frequency at which the onset spectrum is sampled, and the voices it is sampled for. */
const spectrumHarmonics = [1 / 2, 1, 2, 3, 4];
const spectrumVoices: readonly Voice[] = ['total', 'low', 'rest'];
const spectrumSeconds = 6;

/**
 * Features of a tempo candidate for estimating the tempo that listeners tap.
 *
 * Autocorrelation has peaks at multiples of the beat period and a spectrum at multiples of its frequency; a metrical level has both
 * (Peeters 2007, "Template-based estimation of time-varying tempo"). The distance from 115 BPM models the preference of
 * listeners (Parncutt 1994; Moelants 2002: around 120), the onsets per beat typical note densities.
 */
export function metreFeatures(pulses: PulseCurves, bpm: number): number[] {
  const { curves, frameRateHz, onsetsPerSecond } = pulses;
  const octaves = Math.log2(bpm / 115);
  const onsetsPerBeatLog2 = Math.log2(0.1 + (onsetsPerSecond * 60) / bpm);
  const features = [octaves, octaves ** 2, octaves ** 3, onsetsPerBeatLog2, onsetsPerBeatLog2 ** 2];
  const lag = (60 * frameRateHz) / bpm;
  voices.forEach((voice, index) => {
    for (const beats of lagsInBeats[voice]) features.push(correlationAround(curves[index]!, beats * lag));
  });
  for (const voice of spectrumVoices) {
    const curve = curves[voices.indexOf(voice)]!;
    for (const harmonic of spectrumHarmonics)
      features.push(spectrumAt(curve, (harmonic * bpm) / 60 / frameRateHz, spectrumSeconds * frameRateHz));
  }
  return features;
}

/** Maximum within ±0.6 frames, so that a peak between two lags is not missed. */
function correlationAround(curve: Float32Array, lag: number): number {
  return Math.max(interpolated(curve, lag - 0.6), interpolated(curve, lag), interpolated(curve, lag + 0.6));
}

/** Power at a frequency (cycles per frame): the cosine transform of the autocorrelation, faded out towards `length` lags. */
function spectrumAt(curve: Float32Array, frequency: number, length: number): number {
  const end = Math.min(curve.length, Math.floor(length));
  const cosineStep = 2 * Math.cos(2 * Math.PI * frequency);
  const fadeStep = 2 * Math.cos(Math.PI / length);
  let cosine = 1;
  let previousCosine = cosineStep / 2; // value at lag -1, equal to that at lag 1
  let fade = 1;
  let previousFade = fadeStep / 2;
  let sum = 0;
  for (let lag = 0; lag < end; lag++) {
    sum += curve[lag]! * cosine * (0.5 + 0.5 * fade);
    const nextCosine = cosineStep * cosine - previousCosine;
    previousCosine = cosine;
    cosine = nextCosine;
    const nextFade = fadeStep * fade - previousFade;
    previousFade = fade;
    fade = nextFade;
  }
  return sum / 60;
}
