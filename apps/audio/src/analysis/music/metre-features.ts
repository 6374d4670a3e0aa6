import { type PulseCurves, type Voice, voices } from './pulse-curves.ts';
import { interpolated } from './smoothing.ts';

/** After how many beats each voice is asked whether it repeats: the levels of the metre from the sixteenth to two bars. */
const beatsAsked: Readonly<Record<Voice, readonly number[]>> = {
  total: [1 / 4, 1 / 3, 1 / 2, 2 / 3, 1, 3 / 2, 2, 3, 4, 6, 8],
  low: [1 / 4, 1 / 2, 1, 3 / 2, 2, 3, 4],
  rest: [1 / 4, 1 / 2, 1, 3 / 2, 2, 3, 4],
  cross: [1 / 4, 1 / 2, 1, 3 / 2, 2, 3, 4],
  hats: [1 / 4, 1 / 2, 1, 2],
  body: [1 / 2, 1, 2, 4],
  attack: [1 / 2, 1, 2, 4],
};
/** Which multiples of the beat's frequency are looked up in the spectrum of the onsets, and of which voices. */
const harmonicsAsked = [1 / 2, 1, 2, 3, 4];
const spectrumVoices: readonly Voice[] = ['total', 'low', 'rest'];
const spectrumSeconds = 6;

/**
 * What speaks for a tempo being the one a listener taps: a row of numbers per candidate, the same for every candidate of a piece.
 *
 * Autocorrelation has peaks at multiples of the beat and a spectrum at its divisions; a metrical level is where both agree
 * (Peeters 2007, "Template-based estimation of time-varying tempo"). The distance from 115 BPM carries the preference of
 * listeners (Parncutt 1994; Moelants 2002: around 120), the onsets per beat that of composers.
 */
export function metreFeatures(pulses: PulseCurves, bpm: number): number[] {
  const { curves, frameRateHz, onsetsPerSecond } = pulses;
  const octaves = Math.log2(bpm / 115);
  const crowd = Math.log2(0.1 + (onsetsPerSecond * 60) / bpm);
  const features = [octaves, octaves ** 2, octaves ** 3, crowd, crowd ** 2];
  const lag = (60 * frameRateHz) / bpm;
  voices.forEach((voice, index) => {
    for (const beats of beatsAsked[voice]) features.push(likenessAround(curves[index]!, beats * lag));
  });
  for (const voice of spectrumVoices) {
    const curve = curves[voices.indexOf(voice)]!;
    for (const harmonic of harmonicsAsked)
      features.push(spectrumAt(curve, (harmonic * bpm) / 60 / frameRateHz, spectrumSeconds * frameRateHz));
  }
  return features;
}

/** The best within half a frame, so that a peak between two lags is not missed. */
function likenessAround(curve: Float32Array, lag: number): number {
  return Math.max(interpolated(curve, lag - 0.6), interpolated(curve, lag), interpolated(curve, lag + 0.6));
}

/** Power at a frequency (cycles per frame): the cosine transform of the autocorrelation, faded out towards `length` lags. */
function spectrumAt(curve: Float32Array, frequency: number, length: number): number {
  const end = Math.min(curve.length, Math.floor(length));
  const turn = 2 * Math.cos(2 * Math.PI * frequency);
  const fadeTurn = 2 * Math.cos(Math.PI / length);
  let cosine = 1;
  let cosineBefore = turn / 2; // of lag -1, which is that of lag 1
  let fade = 1;
  let fadeBefore = fadeTurn / 2;
  let sum = 0;
  for (let lag = 0; lag < end; lag++) {
    sum += curve[lag]! * cosine * (0.5 + 0.5 * fade);
    const cosineAfter = turn * cosine - cosineBefore;
    cosineBefore = cosine;
    cosine = cosineAfter;
    const fadeAfter = fadeTurn * fade - fadeBefore;
    fadeBefore = fade;
    fade = fadeAfter;
  }
  return sum / 60;
}
