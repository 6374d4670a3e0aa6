import { addDrums } from './drum-track.ts';
import { drumKit } from './drums.ts';
import type { Grid } from './grid.ts';
import { grooves } from './grooves.ts';
import { addBass, addChords, type Degree, type Mode } from './harmony.ts';
import { Mix } from './mix.ts';
import type { Timbre } from './notes.ts';

export interface CadenceOptions {
  /** 0 is C, 11 is B. */
  readonly tonic: number;
  readonly mode: Mode;
  readonly timbre: Timbre;
  readonly degrees?: readonly Degree[];
  readonly detuneCents?: number;
  readonly bass?: boolean;
  readonly drums?: boolean;
  readonly sampleRateHz?: number;
}

/** Renders chords with an unambiguous key (default I IV V I), one per bar at 110 BPM, about 9 s. */
export function cadence(options: CadenceOptions): Float32Array {
  const degrees = options.degrees ?? [1, 4, 5, 1];
  const grid: Grid = { bpm: 110, startSeconds: 0.1 };
  const toBeat = degrees.length * 4;
  const mix = new Mix(0.3 + (toBeat * 60) / grid.bpm, options.sampleRateHz ?? 22050);
  const harmony = { ...options, degrees, beatsPerChord: 4, toBeat };
  addChords(mix, grid, { ...harmony, perBeat: 0.5 });
  if (options.bass) addBass(mix, grid, { ...harmony, timbre: 'bass', perBeat: 1, steps: 'x' });
  if (options.drums) addDrums(mix, grid, grooves.rock, drumKit(7, mix.sampleRateHz), { toBeat, gain: 0.6 });
  return mix.normalize();
}
