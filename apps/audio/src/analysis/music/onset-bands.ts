import { FeatureRows } from './feature-rows.ts';
import { FrameCutter } from './frame-cutter.ts';
import { RealFft } from './real-fft.ts';
import { hannWindow } from './window.ts';

const frameSize = 1024;
const binCount = frameSize / 4; // every other bin of the frame's FFT
const hopSize = 256;
const bandCount = 30;
/** Upper edges of the band groups: kick and bass; snare body, voice, chords; attack; hats. */
const groupEdgesHz = [160, 800, 3500, Infinity];
const peakDecay = 0.5 ** (hopSize / (22050 * 6)); // a band's peak has a half-life of six seconds
/** Rises are measured against the maximum of this many frames, which suppresses the ripple of sustained tones. */
const holdFrames = 5;
/** Frames averaged per level: levels need less time resolution than onsets. */
const framesPerLevel = 8;
const silenceMagnitude = 1e-4; // -80 dBFS: below it a band is silent
const compression = 50;

/**
 * Onset strength per band group and frame (spectral flux), the input of tempo and beat estimation.
 *
 * Each band is normalised by its own recent peak (adaptive whitening), so that the level of bands and file does not
 * matter, then log-compressed; only rises are summed.
 *
 * @see Stowell & Plumbley 2007, "Adaptive whitening for improved real-time audio onset detection"
 * @see Klapuri, Eronen & Astola 2006, "Analysis of the meter of acoustic musical signals": band-wise log-compressed rises
 */
export class OnsetBands {
  static readonly groups = groupEdgesHz.length;
  readonly frameRateHz: number;
  /** Rises, shape [frames][groups], any non-negative unit. */
  readonly rises = new FeatureRows(OnsetBands.groups);
  /** Mean power, shape [frames / 8][groups], about 1 for a full-scale sine; only when `keepLevels`. */
  readonly levels = new FeatureRows(OnsetBands.groups);
  readonly levelRateHz: number;
  readonly #keepLevels: boolean;
  readonly #cutter = new FrameCutter(frameSize, hopSize, (buffer, from) => this.#measure(buffer, from));
  readonly #fft = new RealFft(frameSize / 2);
  readonly #window = hannWindow(frameSize);
  readonly #edges: Int32Array;
  readonly #groupOf: Int32Array;
  readonly #peaks = new Float64Array(bandCount).fill(silenceMagnitude);
  readonly #recent = Array.from({ length: holdFrames }, () => new Float64Array(bandCount));
  readonly #ceiling = new Float64Array(bandCount);
  readonly #rise = new Float64Array(OnsetBands.groups);
  readonly #level = new Float64Array(OnsetBands.groups);
  #loudest = silenceMagnitude;

  constructor(sampleRateHz: number, keepLevels: boolean) {
    this.frameRateHz = sampleRateHz / hopSize;
    this.levelRateHz = this.frameRateHz / framesPerLevel;
    this.#keepLevels = keepLevels;
    this.#edges = bandEdges(sampleRateHz);
    this.#groupOf = Int32Array.from({ length: bandCount }, (_, band) =>
      groupEdgesHz.findIndex((edgeHz) => this.#edges[band]! * (sampleRateHz / 2 / binCount) < edgeHz),
    );
  }

  push(samples: Float32Array): void {
    this.#cutter.push(samples);
  }

  finish(): void {
    this.#cutter.finish();
  }

  #measure(buffer: Float32Array, from: number): void {
    const { re, im } = this.#fft;
    const edges = this.#edges;
    const rise = this.#rise.fill(0);
    const level = this.#level;
    this.#fft.transformFolded(buffer, from, this.#window);
    this.#loudest = Math.max(silenceMagnitude, this.#loudest * peakDecay);
    const floor = Math.max(silenceMagnitude, this.#loudest * 1e-3); // bands more than 60 dB below the loudest are ignored
    const oldest = this.#recent.pop()!;
    const ceiling = this.#ceiling.fill(0);
    for (const earlier of this.#recent)
      for (let band = 0; band < bandCount; band++) if (earlier[band]! > ceiling[band]!) ceiling[band] = earlier[band]!;
    for (let band = 0; band < bandCount; band++) if (oldest[band]! > ceiling[band]!) ceiling[band] = oldest[band]!;
    this.#recent.unshift(oldest); // its values are overwritten below
    let leakage = 0;
    for (let band = 0; band < bandCount; band++) {
      let power = 0;
      for (let bin = edges[band]!; bin < edges[band + 1]!; bin++) power += re[bin]! * re[bin]! + im[bin]! * im[bin]!;
      const magnitude = Math.sqrt(power);
      const peak = Math.max(magnitude, this.#peaks[band]! * peakDecay, floor, leakage);
      leakage = Math.max(leakage * 0.6, peak * 0.08); // window leakage of a loud band into those above it: keep its ripple small
      this.#peaks[band] = peak;
      if (magnitude > this.#loudest) this.#loudest = magnitude;
      const now = Math.log(1 + (compression * magnitude) / peak);
      const group = this.#groupOf[band]!;
      if (now > ceiling[band]!) rise[group]! += now - ceiling[band]!;
      oldest[band] = now;
      level[group]! += power;
    }
    this.rises.push(rise);
    if (this.#keepLevels && this.rises.count % framesPerLevel === 0) this.#keepLevel();
  }

  #keepLevel(): void {
    for (let group = 0; group < this.#level.length; group++) this.#level[group]! /= framesPerLevel;
    this.levels.push(this.#level);
    this.#level.fill(0);
  }
}

/** Band edges: a few bins wide at the bottom, about a third of an octave above. */
function bandEdges(sampleRateHz: number): Int32Array {
  const edges = new Int32Array(bandCount + 1);
  const lowest = Math.max(1, Math.round((30 * 2 * binCount) / sampleRateHz));
  const ratio = (binCount / lowest) ** (1 / bandCount);
  edges[0] = lowest;
  for (let i = 1; i <= bandCount; i++) edges[i] = Math.max(edges[i - 1]! + 1, Math.round(lowest * ratio ** i));
  edges[bandCount] = binCount + 1;
  return edges;
}
