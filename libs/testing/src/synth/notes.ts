import { seededRandom } from './random.ts';

export type Timbre = 'sine' | 'saw' | 'square' | 'organ' | 'plucked' | 'pad' | 'piano' | 'bass';

/** Amplitudes of the first harmonics. */
const harmonics: Record<Exclude<Timbre, 'plucked'>, readonly number[]> = {
  sine: [1],
  saw: Array.from({ length: 14 }, (_, i) => 0.6 / (i + 1)),
  square: [0.7, 0, 0.7 / 3, 0, 0.7 / 5, 0, 0.1, 0, 0.08],
  organ: [0.5, 0.4, 0.3, 0.2, 0, 0.15, 0, 0.1],
  pad: [0.8, 0.35, 0.2, 0.1, 0.05],
  piano: [0.8, 0.4, 0.25, 0.12, 0.08, 0.05],
  bass: [0.9, 0.4, 0.15, 0.08],
};

/** Frequency of a MIDI note (69 is A4, 440 Hz), detuned by some cents. */
export function noteHz(midi: number, detuneCents = 0): number {
  return 440 * 2 ** ((midi - 69 + detuneCents / 100) / 12);
}

/**
 * Renders a mono note with a peak near 1: `pad` fades in over 350 ms, `plucked`, `piano` and `bass` decay, the others sustain.
 *
 * @param durationSeconds includes a short release
 */
export function note(timbre: Timbre, frequencyHz: number, durationSeconds: number, sampleRateHz: number): Float32Array {
  if (timbre === 'plucked') return pluckedString(frequencyHz, durationSeconds, sampleRateHz);
  const length = Math.round(durationSeconds * sampleRateHz);
  const out = new Float32Array(length);
  harmonics[timbre].forEach((strength, index) => {
    const hz = frequencyHz * (index + 1);
    if (strength > 0 && hz < sampleRateHz * 0.45) addPartial(out, strength, (2 * Math.PI * hz) / sampleRateHz);
  });
  const attack = timbre === 'pad' ? 0.35 : 0.006;
  const release = timbre === 'pad' ? 0.3 : 0.04;
  const decay = timbre === 'piano' ? 3 : timbre === 'bass' ? 2 : 0;
  for (let i = 0; i < length; i++) {
    const t = i / sampleRateHz;
    out[i]! *= Math.min(1, t / attack, (durationSeconds - t) / release) * Math.exp(-decay * t);
  }
  return out;
}

/** Adds a sine by the recurrence s[n] = 2 cos(step) s[n-1] - s[n-2], without a sine per sample. */
function addPartial(out: Float32Array, strength: number, step: number): void {
  const turn = 2 * Math.cos(step);
  let before = -strength * Math.sin(step);
  let now = 0;
  for (let i = 0; i < out.length; i++) {
    out[i]! += now;
    const next = turn * now - before;
    before = now;
    now = next;
  }
}

/** Karplus-Strong 1983: a noise burst in a low-pass feedback delay line, tuned by a fractional delay. */
function pluckedString(frequencyHz: number, durationSeconds: number, sampleRateHz: number): Float32Array {
  const random = seededRandom(Math.round(frequencyHz * 100));
  const period = sampleRateHz / frequencyHz - 0.5; // the averaging below delays by half a sample
  const whole = Math.floor(period);
  const share = period - whole;
  const out = new Float32Array(Math.round(durationSeconds * sampleRateHz));
  for (let i = 0; i < out.length; i++) {
    const burst = i <= whole ? 2 * random() - 1 : 0;
    const tap = (back: number) => (i - back >= 0 ? out[i - back]! : 0);
    const early = tap(whole) * (1 - share) + tap(whole + 1) * share;
    const late = tap(whole + 1) * (1 - share) + tap(whole + 2) * share;
    out[i] = burst + 0.498 * (early + late);
  }
  const fade = 0.02 * sampleRateHz;
  return out.map((value, i) => value * Math.min(1, (out.length - i) / fade));
}
