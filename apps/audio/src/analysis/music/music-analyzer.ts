import { placeBeats } from './beat-grid.ts';
import { ChromaExtractor } from './chroma-extractor.ts';
import { type Cue, findCues } from './cues.ts';
import { estimateKey, type KeyEstimate, type KeyName } from './key.ts';
import { OnsetBands } from './onset-bands.ts';
import { pulseCurves, voiceEnvelopes } from './pulse-curves.ts';
import { rankTempi } from './tempo.ts';

/** `tempo`: tempo and beats; `full`: also key and cues. */
export type AnalysisProfile = 'tempo' | 'full';
export interface MusicAnalysis {
  /** Beats per minute; null when no tempo is detected. */
  readonly bpm: number | null;
  /** In [0, 1]; below `MusicAnalyzer.minConfidence`, `bpm` is null. */
  readonly confidence: number;
  /** Up to two alternative tempi, best first. */
  readonly candidates: readonly { readonly bpm: number; readonly confidence: number }[];
  /** Seconds from the start, ascending; empty when `bpm` is null. */
  readonly beats: readonly number[];
  readonly key: KeyName | null;
  readonly mode: 'major' | 'minor' | null;
  readonly keyConfidence: number;
  readonly cues: readonly Cue[];
}

/**
 * Estimates tempo, beats, key and cues of a piece in one pass over chunks of any size.
 *
 * Stores features (about 8 MB per hour), not samples. Never throws on its input: silence, noise,
 * very short input, NaN and infinities give nulls.
 */
export class MusicAnalyzer {
  static readonly sampleRateHz = 22050;
  static readonly minConfidence = 0.1;
  static readonly minKeyConfidence = 0.25;
  /** Minimum duration for a tempo: shorter input contains too few beats. */
  static readonly minTempoSeconds = 2;
  readonly #onsets: OnsetBands;
  readonly #tones: ChromaExtractor | null;
  #samples = 0;

  constructor(options: { profile: AnalysisProfile }) {
    this.#onsets = new OnsetBands(MusicAnalyzer.sampleRateHz, options.profile === 'full');
    this.#tones = options.profile === 'full' ? new ChromaExtractor(MusicAnalyzer.sampleRateHz) : null;
  }

  /** @param monoPcm samples at 22050 Hz, full scale [-1, 1], any length */
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
    const known = best !== undefined && best.confidence >= MusicAnalyzer.minConfidence;
    const grid = known ? placeBeats(envelopes, frameRateHz, best.bpm) : null;
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
    return this.#samples < MusicAnalyzer.minTempoSeconds * MusicAnalyzer.sampleRateHz;
  }

  #key(): Pick<MusicAnalysis, 'key' | 'mode' | 'keyConfidence'> {
    const found: KeyEstimate | null = this.#tones && estimateKey(this.#tones);
    if (!found || found.confidence < MusicAnalyzer.minKeyConfidence)
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
