import { layBeats } from './beat-grid.ts';
import { ChromaExtractor } from './chroma-extractor.ts';
import { type Cue, findCues } from './cues.ts';
import { estimateKey, type KeyEstimate, type KeyName } from './key.ts';
import { OnsetBands } from './onset-bands.ts';
import { pulseCurves, voiceEnvelopes } from './pulse-curves.ts';
import { rankTempi } from './tempo.ts';

/** `tempo` finds tempo and beats, as cheaply as it can; `full` adds key and cues. */
export type AnalysisProfile = 'tempo' | 'full';
export interface MusicAnalysis {
  /** Beats per minute; null when nothing convincing repeats. */
  readonly bpm: number | null;
  /** In [0, 1]; under `MusicAnalyzer.leastConfidence` there is no tempo. */
  readonly confidence: number;
  /** The next best tempi, at most two, best first. */
  readonly candidates: readonly { readonly bpm: number; readonly confidence: number }[];
  /** Seconds from the start, ascending; empty without a tempo. */
  readonly beats: readonly number[];
  readonly key: KeyName | null;
  readonly mode: 'major' | 'minor' | null;
  readonly keyConfidence: number;
  readonly cues: readonly Cue[];
}

/**
 * Listens to a piece of music once, in chunks of any size, and says its tempo, beats, key and structure.
 *
 * Keeps a few numbers per frame (about 8 MB per hour) and never the samples. Never throws on what it hears: silence, noise,
 * half a second, NaN and infinities give nulls.
 */
export class MusicAnalyzer {
  static readonly sampleRateHz = 22050;
  static readonly leastConfidence = 0.1;
  static readonly leastKeyConfidence = 0.25;
  /** Less sound than this holds too few beats, even fast ones, to tell a tempo from a coincidence. */
  static readonly leastTempoSeconds = 2;
  readonly #onsets: OnsetBands;
  readonly #tones: ChromaExtractor | null;
  #samples = 0;

  constructor(options: { profile: AnalysisProfile }) {
    this.#onsets = new OnsetBands(MusicAnalyzer.sampleRateHz, options.profile === 'full');
    this.#tones = options.profile === 'full' ? new ChromaExtractor(MusicAnalyzer.sampleRateHz) : null;
  }

  /** @param monoPcm samples at 22050 Hz, full scale [-1, 1], any number of them */
  push(monoPcm: Float32Array): void {
    this.#samples += monoPcm.length;
    this.#onsets.push(monoPcm);
    this.#tones?.push(monoPcm);
  }

  /** Call once, after the last `push`. */
  finish(): MusicAnalysis {
    this.#onsets.finish();
    this.#tones?.finish();
    const { rises, frameRateHz } = this.#onsets;
    const envelopes = voiceEnvelopes(rises, frameRateHz);
    const [best, ...candidates] = this.#isTooShort ? [] : rankTempi(pulseCurves(envelopes, frameRateHz));
    const known = best !== undefined && best.confidence >= MusicAnalyzer.leastConfidence;
    const grid = known ? layBeats(envelopes, frameRateHz, best.bpm) : null;
    return {
      bpm: grid?.bpm ?? null,
      confidence: best?.confidence ?? 0,
      candidates,
      beats: grid?.beats ?? [],
      ...this.#key(),
      cues: this.#cues(grid?.beats ?? []),
    };
  }

  get #isTooShort(): boolean {
    return this.#samples < MusicAnalyzer.leastTempoSeconds * MusicAnalyzer.sampleRateHz;
  }

  #key(): Pick<MusicAnalysis, 'key' | 'mode' | 'keyConfidence'> {
    const found: KeyEstimate | null = this.#tones && estimateKey(this.#tones);
    if (!found || found.confidence < MusicAnalyzer.leastKeyConfidence)
      return { key: null, mode: null, keyConfidence: found?.confidence ?? 0 };
    return { key: found.key, mode: found.mode, keyConfidence: found.confidence };
  }

  #cues(beats: readonly number[]): readonly Cue[] {
    if (!this.#tones) return [];
    const powers = { rows: this.#onsets.levels, frameRateHz: this.#onsets.levelRateHz };
    const chroma = { rows: this.#tones.chroma, frameRateHz: this.#tones.frameRateHz };
    return findCues(beats, this.#samples / MusicAnalyzer.sampleRateHz, powers, chroma);
  }
}
