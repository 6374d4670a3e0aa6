/**
 * How near a rendition is to its original: the segmental signal-to-noise ratio over the 24 critical bands, and the frequency up to which it keeps
 * the sound. Pure. It compares waves, not what is heard: it orders renditions of one original, and says less about two codecs.
 *
 * @see Zwicker 1961, "Subdivision of the audible frequency range into critical bands"
 * @see Hansen & Pellom 1998, "An effective quality evaluation protocol for speech enhancement algorithms": segmental SNR, clamped to [-10, 35] dB
 */
import { RealFft } from '../../analysis/music/real-fft.ts';

/** Upper edges of the critical bands, in Hz. */
const bandEdgesHz = [
  ...[100, 200, 300, 400, 510, 630, 770, 920, 1_080, 1_270, 1_480, 1_720, 2_000, 2_320, 2_700, 3_150, 3_700, 4_400, 5_300, 6_400, 7_700],
  ...[9_500, 12_000, 15_500],
];
export const leastSnrDb = -10;
export const mostSnrDb = 35;

const frameLength = 2_048;
const hop = 1_024;
/** A band this far below the strongest one of the whole sound is not heard, and is left out: 60 dB. */
const audibleShare = 1e-6;
/** The rendition keeps a frequency where it has at least a hundredth of its power (-20 dB). */
const keptShare = 0.01;
/** Encoders delay by at most this; both sides. */
const longestDelaySeconds = 0.1;

export interface SoundQuality {
  /** In [-10, 35] dB; 35 for equal sounds, and for silence. */
  readonly segmentalSnrDb: number;
  /** In [0, rate / 2]. */
  readonly cutoffHz: number;
}

/**
 * @param original mono, any length
 * @param rendition the same sound, perhaps delayed by 0.1 s at most, at another gain
 * @param rateHz of both
 */
export function compareSound(original: Float32Array, rendition: Float32Array, rateHz: number): SoundQuality {
  const delay = findDelay(original, rendition, Math.round(longestDelaySeconds * rateHz));
  const from = Math.max(0, -delay);
  const reference = original.subarray(from);
  const other = rendition.subarray(from + delay);
  const length = Math.min(reference.length, other.length);
  return compareAligned(padded(reference.subarray(0, length)), padded(other.subarray(0, length)), rateHz);
}

/** At least one frame. */
function padded(samples: Float32Array): Float32Array {
  if (samples.length >= frameLength) return samples;
  const long = new Float32Array(frameLength);
  long.set(samples);
  return long;
}

function compareAligned(reference: Float32Array, other: Float32Array, rateHz: number): SoundQuality {
  const gain = bestGain(reference, other);
  const frames = Math.floor((reference.length - frameLength) / hop) + 1;
  const bands = bandsOf(rateHz);
  const [signal, noise] = [new Float64Array(frames * bands.length), new Float64Array(frames * bands.length)];
  const [sumReference, sumOther] = [new Float64Array(frameLength / 2 + 1), new Float64Array(frameLength / 2 + 1)];
  const [fft, otherFft, window] = [new RealFft(frameLength), new RealFft(frameLength), hann(frameLength)];
  for (let frame = 0; frame < frames; frame++) {
    fft.transform(reference, frame * hop, window);
    otherFft.transform(other, frame * hop, window);
    for (const [band, { first, last }] of bands.entries()) {
      const at = frame * bands.length + band;
      for (let bin = first; bin <= last; bin++) {
        const [re, im] = [fft.re[bin]!, fft.im[bin]!];
        const [otherRe, otherIm] = [gain * otherFft.re[bin]!, gain * otherFft.im[bin]!];
        const power = re * re + im * im;
        signal[at]! += power;
        noise[at]! += (re - otherRe) ** 2 + (im - otherIm) ** 2;
        sumReference[bin]! += power;
        sumOther[bin]! += otherRe * otherRe + otherIm * otherIm;
      }
    }
  }
  return { segmentalSnrDb: meanSnrDb(signal, noise), cutoffHz: cutoff(sumReference, sumOther, rateHz) };
}

function meanSnrDb(signal: Float64Array, noise: Float64Array): number {
  const audible = audibleShare * signal.reduce((most, power) => Math.max(most, power), 0);
  let [sum, count] = [0, 0];
  for (const [at, power] of signal.entries()) {
    if (power <= audible) continue;
    const snrDb = 10 * Math.log10(power / Math.max(noise[at]!, Number.MIN_VALUE));
    sum += Math.max(leastSnrDb, Math.min(mostSnrDb, snrDb));
    count++;
  }
  return count === 0 ? mostSnrDb : sum / count;
}

/** The highest frequency at which the original sounds and the rendition still has enough of it; over eighth parts of a critical band or so. */
function cutoff(reference: Float64Array, other: Float64Array, rateHz: number): number {
  const smoothed = [reference, other].map((spectrum) => runningMean(spectrum, 8));
  const [wide, kept] = [smoothed[0]!, smoothed[1]!];
  const audible = audibleShare * wide.reduce((most, power) => Math.max(most, power), 0);
  for (let bin = wide.length - 1; bin > 0; bin--)
    if (wide[bin]! > audible && kept[bin]! >= keptShare * wide[bin]!) return Math.round((bin * rateHz) / frameLength);
  return 0;
}

function runningMean(values: Float64Array, reach: number): Float64Array {
  return values.map((_, at) => {
    const part = values.subarray(Math.max(0, at - reach), at + reach + 1);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/** Where the sum of products is largest. The middle of the sound is enough, and the first seconds of many recordings are silent. */
function findDelay(original: Float32Array, rendition: Float32Array, reach: number): number {
  const length = Math.min(16_384, original.length, rendition.length);
  const from = Math.max(0, Math.floor((Math.min(original.length, rendition.length) - length) / 2));
  let [best, bestSum] = [0, Number.NEGATIVE_INFINITY];
  for (let delay = -reach; delay <= reach; delay++) {
    let sum = 0;
    for (let i = from; i < from + length; i++) sum += original[i]! * (rendition[i + delay] ?? 0);
    if (sum > bestSum * (1 + 1e-9) || (Math.abs(sum - bestSum) <= 1e-9 * Math.abs(bestSum) && Math.abs(delay) < Math.abs(best)))
      [best, bestSum] = [delay, sum];
  }
  return bestSum > 0 ? best : 0;
}

/** The gain of the rendition that leaves the least difference. */
function bestGain(reference: Float32Array, other: Float32Array): number {
  let [product, power] = [0, 0];
  for (let i = 0; i < reference.length; i++) {
    product += reference[i]! * other[i]!;
    power += other[i]! * other[i]!;
  }
  return power > 0 && product > 0 ? product / power : 1;
}

interface Band {
  readonly first: number;
  readonly last: number;
}

/** Those that lie below half the rate; the last one reaches up to there. */
function bandsOf(rateHz: number): Band[] {
  const binOf = (hz: number) => Math.min(frameLength / 2, Math.round((hz * frameLength) / rateHz));
  const edges = [0, ...bandEdgesHz.filter((hz) => hz < rateHz / 2)].map(binOf);
  edges[edges.length - 1] = frameLength / 2;
  return edges.slice(1).map((edge, at) => ({ first: edges[at]! + 1, last: edge }));
}

const hann = (length: number) => Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
