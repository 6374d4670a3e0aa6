import { FeatureRows } from './feature-rows.ts';
import { FrameCutter } from './frame-cutter.ts';
import { RealFft } from './real-fft.ts';
import { hannWindow } from './window.ts';

const frameSize = 1024;
const binCount = frameSize / 4; // every other bin of the frame's transform
const hopSize = 256;
const bandCount = 30;
/** Upper edges of the groups the bands are summed into: kick and bass; snare body, voice, chords; attack; hats. */
const groupEdgesHz = [160, 800, 3500, Infinity];
const peakDecay = 0.5 ** (hopSize / (22050 * 6)); // a band forgets its loudest moment by half in six seconds
/** A rise counts from the highest of the last frames: held tones ripple faster than that, and music does not. */
const memoryFrames = 5;
/** How loud a section is need not be known as finely as when an onset is. */
const framesPerLevel = 8;
const quietest = 1e-4; // -80 dBFS: below it a band counts as silent
const compression = 50;

/**
 * How strongly each region of the spectrum swells from frame to frame, the raw material of tempo and beats.
 *
 * Each band is divided by its own recent peak, so that quiet hats count like loud kicks and the level of the file does not
 * matter, then log-compressed; only rises count.
 *
 * @see Stowell & Plumbley 2007, "Adaptive whitening for improved real-time audio onset detection"
 * @see Klapuri, Eronen & Astola 2006, "Analysis of the meter of acoustic musical signals": band-wise log-compressed rises
 */
export class OnsetBands {
  static readonly groups = groupEdgesHz.length;
  readonly frameRateHz: number;
  /** Rises, shape [frames][groups], any non-negative unit. */
  readonly rises = new FeatureRows(OnsetBands.groups);
  /** Mean power, shape [frames / 8][groups], a full-scale sine is about 1; only when `keepLevels`. */
  readonly levels = new FeatureRows(OnsetBands.groups);
  readonly levelRateHz: number;
  readonly #keepLevels: boolean;
  readonly #cutter = new FrameCutter(frameSize, hopSize, (buffer, from) => this.#measure(buffer, from));
  readonly #fft = new RealFft(frameSize / 2);
  readonly #window = hannWindow(frameSize);
  readonly #edges: Int32Array;
  readonly #groupOf: Int32Array;
  readonly #peaks = new Float64Array(bandCount).fill(quietest);
  readonly #recent = Array.from({ length: memoryFrames }, () => new Float64Array(bandCount));
  readonly #ceiling = new Float64Array(bandCount);
  readonly #rise = new Float64Array(OnsetBands.groups);
  readonly #level = new Float64Array(OnsetBands.groups);
  #loudest = quietest;

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
    this.#loudest = Math.max(quietest, this.#loudest * peakDecay);
    const floor = Math.max(quietest, this.#loudest * 1e-3); // 60 dB under the loudest band is nobody's beat
    const oldest = this.#recent.pop()!;
    const ceiling = this.#ceiling.fill(0);
    for (const earlier of this.#recent)
      for (let band = 0; band < bandCount; band++) if (earlier[band]! > ceiling[band]!) ceiling[band] = earlier[band]!;
    for (let band = 0; band < bandCount; band++) if (oldest[band]! > ceiling[band]!) ceiling[band] = oldest[band]!;
    this.#recent.unshift(oldest); // its numbers are now overwritten
    let leaking = 0;
    for (let band = 0; band < bandCount; band++) {
      let power = 0;
      for (let bin = edges[band]!; bin < edges[band + 1]!; bin++) power += re[bin]! * re[bin]! + im[bin]! * im[bin]!;
      const magnitude = Math.sqrt(power);
      const peak = Math.max(magnitude, this.#peaks[band]! * peakDecay, floor, leaking);
      leaking = Math.max(leaking * 0.6, peak * 0.08); // a loud band seeps into those above it: do not make its ripple large
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

/** Bands a few bins wide at the bottom, growing with frequency above: about a third of an octave. */
function bandEdges(sampleRateHz: number): Int32Array {
  const edges = new Int32Array(bandCount + 1);
  const lowest = Math.max(1, Math.round((30 * 2 * binCount) / sampleRateHz));
  const ratio = (binCount / lowest) ** (1 / bandCount);
  edges[0] = lowest;
  for (let i = 1; i <= bandCount; i++) edges[i] = Math.max(edges[i - 1]! + 1, Math.round(lowest * ratio ** i));
  edges[bandCount] = binCount + 1;
  return edges;
}
