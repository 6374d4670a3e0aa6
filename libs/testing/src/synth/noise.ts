import type { Random } from './random.ts';

/** White noise, uniform in [-1, 1). */
export function whiteNoise(durationSeconds: number, sampleRateHz: number, random: Random): Float32Array {
  return Float32Array.from({ length: Math.round(durationSeconds * sampleRateHz) }, () => 2 * random() - 1);
}

/** Pink noise, about -3 dB per octave (Paul Kellet's economy filter, -0.5 dB … +0.5 dB over the audible range). */
export function pinkNoise(durationSeconds: number, sampleRateHz: number, random: Random): Float32Array {
  let slow = 0;
  let middle = 0;
  let fast = 0;
  return whiteNoise(durationSeconds, sampleRateHz, random).map((white) => {
    slow = 0.99765 * slow + white * 0.099046;
    middle = 0.963 * middle + white * 0.2965164;
    fast = 0.57 * fast + white * 1.0526913;
    return (slow + middle + fast + white * 0.1848) / 8;
  });
}

/** Noise with the envelope of speech: syllables of 80 to 400 ms with varying amplitude and brightness, and pauses between phrases. */
export function speechLikeNoise(durationSeconds: number, sampleRateHz: number, random: Random): Float32Array {
  const out = new Float32Array(Math.round(durationSeconds * sampleRateHz));
  for (let start = 0; start < out.length; ) {
    const length = Math.round((0.08 + 0.32 * random() ** 2) * sampleRateHz);
    addSyllable(out, start, length, 0.2 + 0.8 * random(), random);
    const pauseSeconds = random() < 0.12 ? 0.3 + 0.7 * random() : 0.06 * random();
    start += length + Math.round(pauseSeconds * sampleRateHz);
  }
  return out;
}

function addSyllable(out: Float32Array, start: number, length: number, strength: number, random: Random): void {
  const brightness = 0.05 + 0.5 * random();
  let smooth = 0;
  for (let i = 0; i < length && start + i < out.length; i++) {
    smooth += brightness * (2 * random() - 1 - smooth);
    out[start + i] = strength * smooth * Math.sin((Math.PI * i) / length);
  }
}
