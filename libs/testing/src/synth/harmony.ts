import { type Grid, timeOfBeat } from './grid.ts';
import type { Mix } from './mix.ts';
import { note, noteHz, type Timbre } from './notes.ts';

export type Mode = 'major' | 'minor';
/** Degree of the scale, 1 … 7, as a triad; in minor the fifth has a raised third. */
export type Degree = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface HarmonyOptions {
  /** 0 is C, 11 is B. */
  readonly tonic: number;
  readonly mode: Mode;
  /** One chord per `beatsPerChord`, repeated. */
  readonly degrees: readonly Degree[];
  readonly beatsPerChord: number;
  readonly fromBeat?: number;
  readonly toBeat: number;
  readonly timbre: Timbre;
  readonly gain?: number;
  readonly detuneCents?: number;
}

const scales: Record<Mode, readonly number[]> = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] };

/** Returns the semitones above the tonic of a triad's root, third and fifth. */
export function triad(mode: Mode, degree: Degree): [number, number, number] {
  const scale = scales[mode];
  const tone = (step: number) => scale[step % 7]! + 12 * Math.floor(step / 7);
  const raised = mode === 'minor' && degree === 5 ? 1 : 0;
  return [tone(degree - 1), tone(degree + 1) + raised, tone(degree + 3)];
}

const rendered = new Map<string, Float32Array>();

/** Caches rendered notes; cleared at 400 entries. */
function cachedNote(timbre: Timbre, hz: number, seconds: number, sampleRateHz: number): Float32Array {
  const key = `${timbre} ${hz.toFixed(3)} ${seconds.toFixed(4)} ${sampleRateHz}`;
  const known = rendered.get(key);
  if (known) return known;
  if (rendered.size > 400) rendered.clear();
  const sound = note(timbre, hz, seconds, sampleRateHz);
  rendered.set(key, sound);
  return sound;
}

/** Adds chords, `perBeat` per beat (below 1: held over several beats), delayed by `offset` beats. */
export function addChords(mix: Mix, grid: Grid, options: HarmonyOptions & { readonly perBeat: number; readonly offset?: number }): void {
  eachStep(options, options.perBeat, (beat, [root, third, fifth]) => {
    const seconds = (60 / grid.bpm) * Math.min(1 / options.perBeat, options.beatsPerChord) * 0.95;
    for (const pitch of [root, third, fifth]) {
      const hz = noteHz(60 + options.tonic + pitch - (pitch + options.tonic > 11 ? 12 : 0), options.detuneCents);
      mix.add(
        cachedNote(options.timbre, hz, Math.max(0.1, seconds), mix.sampleRateHz),
        timeOfBeat(grid, beat + (options.offset ?? 0)),
        (options.gain ?? 1) * 0.25,
      );
    }
  });
}

/** Adds arpeggios, `perBeat` notes per beat, in the order of `shape` (indices into root, third, fifth, octave). */
export function addArpeggio(
  mix: Mix,
  grid: Grid,
  options: HarmonyOptions & { readonly perBeat: number; readonly shape: readonly number[] },
): void {
  eachStep(options, options.perBeat, (beat, chord, step) => {
    const pitch = [...chord, chord[0] + 12][options.shape[step % options.shape.length]!]!;
    const sound = cachedNote(
      options.timbre,
      noteHz(60 + options.tonic + pitch, options.detuneCents),
      (60 / grid.bpm / options.perBeat) * 0.95,
      mix.sampleRateHz,
    );
    mix.add(sound, timeOfBeat(grid, beat), (options.gain ?? 1) * 0.4);
  });
}

/** Adds a bass line: `steps` is a pattern of `x` (root), `o` (octave) and rests, `perBeat` characters per beat. */
export function addBass(mix: Mix, grid: Grid, options: HarmonyOptions & { readonly perBeat: number; readonly steps: string }): void {
  eachStep(options, options.perBeat, (beat, [root], step) => {
    const played = options.steps[step % options.steps.length];
    if (played !== 'x' && played !== 'o') return;
    const hz = noteHz(36 + ((options.tonic + root) % 12) + (played === 'o' ? 12 : 0), options.detuneCents);
    mix.add(
      cachedNote(options.timbre, hz, (60 / grid.bpm / options.perBeat) * 0.9, mix.sampleRateHz),
      timeOfBeat(grid, beat),
      (options.gain ?? 1) * 0.6,
    );
  });
}

function eachStep(
  options: HarmonyOptions,
  perBeat: number,
  play: (beat: number, chord: [number, number, number], step: number) => void,
): void {
  const from = options.fromBeat ?? 0;
  for (let step = 0; from + step / perBeat < options.toBeat - 1e-9; step++) {
    const beat = from + step / perBeat;
    const chord = Math.floor((beat + 1e-9) / options.beatsPerChord) % options.degrees.length;
    play(beat, triad(options.mode, options.degrees[chord]!), step);
  }
}
