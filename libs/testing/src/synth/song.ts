import { addDrums } from './drum-track.ts';
import { drumKit } from './drums.ts';
import { beatTimes, type Grid, timeOfBeat } from './grid.ts';
import { type Groove, grooves } from './grooves.ts';
import { addArpeggio, addBass, addChords, type Degree, type Mode } from './harmony.ts';
import { Mix } from './mix.ts';

/** Sections; each has its own instruments. */
export type SectionName = 'intro' | 'verse' | 'breakdown' | 'build' | 'drop' | 'outro';

export interface SongOptions {
  readonly bpm: number;
  readonly tonic: number;
  readonly mode: Mode;
  readonly sections: readonly (readonly [SectionName, bars: number])[];
  /** One chord per bar, repeated; default i VI III VII or I V vi IV. */
  readonly degrees?: readonly Degree[];
  readonly detuneCents?: number;
  readonly sampleRateHz?: number;
  readonly kitSeed?: number;
  /** Time of the first beat; default 0.1 s. */
  readonly startSeconds?: number;
}

export interface Song {
  readonly samples: Float32Array;
  readonly beats: number[];
  /** Seconds at which each section starts, in order. */
  readonly sectionStarts: readonly { readonly name: SectionName; readonly timeSeconds: number }[];
}

interface Arrangement {
  readonly drums?: Groove;
  readonly bass?: boolean;
  readonly chords?: number;
  readonly arpeggio?: boolean;
}

const hatsOnly: Groove = { beatsPerBar: 4, stepsPerBeat: 4, lanes: { hat: '..x...x...x...x.' } };
const roll: Groove = { beatsPerBar: 4, stepsPerBeat: 4, lanes: { snare: 'x.x.x.x.x.x.x.x.', hat: 'xxxxxxxxxxxxxxxx' } };

const arrangements: Record<SectionName, Arrangement> = {
  intro: { drums: hatsOnly, chords: 0.4 },
  verse: { drums: grooves.disco, bass: true, chords: 0.6 },
  breakdown: { chords: 0.8 },
  build: { drums: roll, chords: 0.8 },
  drop: { drums: grooves.disco, bass: true, chords: 0.8, arpeggio: true },
  outro: { drums: hatsOnly },
};

/** Renders a dance track in sections, in 4/4. */
export function song(options: SongOptions): Song {
  const grid: Grid = { bpm: options.bpm, startSeconds: options.startSeconds ?? 0.1 };
  const bars = options.sections.reduce((sum, [, count]) => sum + count, 0);
  const endSeconds = timeOfBeat(grid, bars * 4);
  const mix = new Mix(endSeconds + 0.4, options.sampleRateHz ?? 22050);
  const sectionStarts: { name: SectionName; timeSeconds: number }[] = [];
  let bar = 0;
  for (const [name, count] of options.sections) {
    sectionStarts.push({ name, timeSeconds: timeOfBeat(grid, bar * 4) });
    playSection(mix, grid, options, arrangements[name], bar * 4, (bar + count) * 4);
    bar += count;
  }
  return { samples: mix.normalize(), beats: beatTimes(grid, endSeconds - 1e-6), sectionStarts };
}

function playSection(mix: Mix, grid: Grid, options: SongOptions, arrangement: Arrangement, fromBeat: number, toBeat: number): void {
  const degrees: readonly Degree[] = options.degrees ?? (options.mode === 'minor' ? [1, 6, 3, 7] : [1, 5, 6, 4]);
  const harmony = {
    tonic: options.tonic,
    mode: options.mode,
    detuneCents: options.detuneCents ?? 0,
    degrees,
    beatsPerChord: 4,
    fromBeat,
    toBeat,
  };
  if (arrangement.drums)
    addDrums(mix, grid, arrangement.drums, drumKit(options.kitSeed ?? 3, mix.sampleRateHz), { fromBeat, toBeat, gain: 0.9 });
  if (arrangement.bass) addBass(mix, grid, { ...harmony, timbre: 'bass', perBeat: 2, steps: '.xxx', gain: 0.8 });
  if (arrangement.chords) addChords(mix, grid, { ...harmony, timbre: 'pad', perBeat: 0.25, gain: arrangement.chords });
  if (arrangement.arpeggio) addArpeggio(mix, grid, { ...harmony, timbre: 'plucked', perBeat: 4, shape: [0, 1, 2, 3, 2, 1], gain: 0.5 });
}
