import { type Random, seededRandom } from './random.ts';

export type DrumName = 'kick' | 'snare' | 'hat' | 'openHat' | 'tom' | 'clap' | 'rim' | 'shaker' | 'click';
/** One mono sample per drum, peak near 1. */
export type DrumKit = Readonly<Record<DrumName, Float32Array>>;

/**
 * Synthesises a drum kit; pitch, decay and brightness of each drum depend on the seed.
 *
 * @param seed the same seed gives identical samples
 */
export function drumKit(seed: number, sampleRateHz: number): DrumKit {
  const random = seededRandom(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const hit = (seconds: number, shape: (t: number) => number) =>
    Float32Array.from(
      { length: Math.round(seconds * sampleRateHz) },
      (_, i) => shape(i / sampleRateHz) * Math.min(1, (seconds - i / sampleRateHz) * 200),
    );
  const bright = () => highPassed(random);

  const kickHz = between(42, 65);
  const kickDecay = between(6, 16);
  const snareHz = between(160, 240);
  const snareNoise = bright();
  const snareDecay = between(12, 28);
  const tomHz = between(90, 160);
  const hatNoise = bright();
  const hatDecay = between(40, 110);
  const openNoise = bright();
  const clapNoise = bright();
  const shakerNoise = bright();
  const rimHz = between(500, 1900);
  const clickHz = between(800, 2500);
  return {
    kick: hit(0.45, (t) => Math.sin(2 * Math.PI * (kickHz * t + (kickHz / 9) * (1 - Math.exp(-t * 40)))) * Math.exp(-t * kickDecay)),
    snare: hit(
      0.3,
      (t) => 0.5 * Math.sin(2 * Math.PI * snareHz * t) * Math.exp(-t * 25) + 0.6 * snareNoise(0.5) * Math.exp(-t * snareDecay),
    ),
    hat: hit(0.12, (t) => 0.5 * hatNoise(0.95) * Math.exp(-t * hatDecay)),
    openHat: hit(0.4, (t) => 0.5 * openNoise(0.95) * Math.exp(-t * 9)),
    tom: hit(0.4, (t) => Math.sin(2 * Math.PI * (tomHz * t + 4 * (1 - Math.exp(-t * 18)))) * Math.exp(-t * 10)),
    clap: hit(0.25, (t) => 0.7 * clapNoise(0.6) * Math.exp(-Math.max(0, t - 0.024) * 24) * (t > 0.024 ? 1 : Math.exp(-(t % 0.008) * 300))),
    rim: hit(0.08, (t) => 0.7 * Math.sin(2 * Math.PI * rimHz * t) * Math.exp(-t * 70)),
    shaker: hit(0.12, (t) => 0.3 * shakerNoise(0.9) * Math.sin(Math.PI * Math.min(1, t / 0.11))),
    click: hit(0.05, (t) => Math.sin(2 * Math.PI * clickHz * t) * Math.exp(-t * 120)),
  };
}

/** High-passed white noise: `share` of the previous sample is subtracted. */
function highPassed(random: Random): (share: number) => number {
  let before = 0;
  return (share) => {
    const now = 2 * random() - 1;
    const out = now - share * before;
    before = now;
    return out;
  };
}
