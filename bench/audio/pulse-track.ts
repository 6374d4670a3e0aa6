// Imports files directly: '#testing' would also load the servers of the integration tests.
import { drumKit } from '../../libs/testing/src/synth/drums.ts';
import { beatTimes, type Grid, timeOfBeat } from '../../libs/testing/src/synth/grid.ts';
import { Mix } from '../../libs/testing/src/synth/mix.ts';
import { whiteNoise } from '../../libs/testing/src/synth/noise.ts';
import { note } from '../../libs/testing/src/synth/notes.ts';
import { type Random, seededRandom } from '../../libs/testing/src/synth/random.ts';
import type { RandomTrack } from './random-track.ts';

interface Pulse {
  readonly mix: Mix;
  readonly grid: Grid;
  readonly toBeat: number;
  readonly random: Random;
}

const sampleRateHz = 22050;
const players: Readonly<Record<string, (pulse: Pulse) => void>> = {
  tones: (pulse) => everyBeat(pulse, oneSound(pulse.random)),
  accents: (pulse) => accented(pulse),
  'noise bursts': (pulse) => shaped(pulse, whiteNoise(seconds(pulse.mix), sampleRateHz, pulse.random), gateOf(pulse.random)),
  pumping: (pulse) => shaped(pulse, heldChord(pulse), (phase) => Math.min(1, phase * 1.6) * 0.4, true),
  ramps: (pulse) => shaped(pulse, heldChord(pulse), rampOf(pulse.random)),
  tremolo: (pulse) => shaped(pulse, heldChord(pulse), (phase) => (0.5 + 0.5 * Math.cos(2 * Math.PI * phase)) ** 2),
  'square bass': (pulse) => bassInEighths(pulse),
  'off-beat': (pulse) => offBeats(pulse),
};

/** A simple periodic signal for a seed: tones, bursts, gates, pumping pads, a bass or a snare. */
export function pulseTrack(seed: number, durationSeconds: number): RandomTrack {
  const random = seededRandom(seed * 6007 + 5);
  const names = Object.keys(players);
  const name = names[Math.floor(random() * names.length)]!;
  const grid: Grid = { bpm: 60 * 3 ** random(), startSeconds: random() < 0.5 ? 2 * random() : 0.02 };
  const mix = new Mix(durationSeconds, sampleRateHz);
  const toBeat = Math.floor(((durationSeconds - grid.startSeconds) * grid.bpm) / 60);
  players[name]!({ mix, grid, toBeat, random });
  if (random() < 0.4) mix.add(whiteNoise(durationSeconds, sampleRateHz, random), 0, 0.1 * random());
  mix.normalize(0.1 + 0.8 * random());
  return { name, bpm: grid.bpm, beats: beatTimes(grid, durationSeconds), tonic: 0, mode: 'major', tonal: false, samples: mix.samples };
}

function seconds(mix: Mix): number {
  return mix.samples.length / mix.sampleRateHz;
}

function oneSound(random: Random): Float32Array {
  const kit = drumKit(Math.floor(random() * 1e6), sampleRateHz);
  const beep = note('sine', 300 * 10 ** random(), 0.03 + 0.1 * random(), sampleRateHz);
  return [beep, kit.click, kit.hat, kit.kick, kit.snare, kit.rim][Math.floor(random() * 6)]!;
}

function everyBeat({ mix, grid, toBeat, random }: Pulse, sound: Float32Array): void {
  const dropped = random() < 0.3 ? 0.15 * random() : 0;
  const jitterSeconds = random() < 0.5 ? 0.008 * random() : 0;
  for (let beat = 0; beat < toBeat; beat++)
    if (random() >= dropped) mix.add(sound, timeOfBeat(grid, beat) + jitterSeconds * (2 * random() - 1), 0.7 + 0.3 * random());
}

function accented({ mix, grid, toBeat, random }: Pulse): void {
  const beatsPerBar = 2 + Math.floor(random() * 3);
  const [strong, weak] = [oneSound(random), oneSound(random)];
  for (let beat = 0; beat < toBeat; beat++)
    mix.add(beat % beatsPerBar === 0 ? strong : weak, timeOfBeat(grid, beat), beat % beatsPerBar === 0 ? 1 : 0.5);
}

function gateOf(random: Random): (phase: number) => number {
  const open = 0.1 + 0.4 * random();
  return (phase) => (phase < open ? 0.5 : 0);
}

function rampOf(random: Random): (phase: number) => number {
  const steepness = 1.2 + 2 * random();
  return (phase) => Math.max(0, 1 - phase * steepness);
}

function heldChord({ mix, random }: Pulse): Float32Array {
  const hz = 100 + 300 * random();
  const chord = new Mix(seconds(mix), sampleRateHz);
  for (const ratio of [1, 1.26, 1.5].slice(0, 1 + Math.floor(random() * 3)))
    chord.add(note(random() < 0.5 ? 'saw' : 'organ', hz * ratio, seconds(mix), sampleRateHz), 0, 0.3);
  return chord.samples;
}

/** A sustained sound with an amplitude envelope over the beat. */
function shaped(pulse: Pulse, sound: Float32Array, gain: (phase: number) => number, mayKick = false): void {
  const { mix, grid, toBeat, random } = pulse;
  for (let i = Math.ceil(grid.startSeconds * sampleRateHz); i < mix.samples.length; i++) {
    const beat = ((i / sampleRateHz - grid.startSeconds) * grid.bpm) / 60;
    mix.samples[i]! += sound[i]! * gain(beat - Math.floor(beat));
  }
  if (!mayKick || random() < 0.5) return;
  const { kick } = drumKit(Math.floor(random() * 1e6), sampleRateHz);
  for (let beat = 0; beat < toBeat; beat++) mix.add(kick, timeOfBeat(grid, beat), 0.5);
}

function bassInEighths({ mix, grid, toBeat, random }: Pulse): void {
  const kit = drumKit(Math.floor(random() * 1e6), sampleRateHz);
  const hz = 45 + 45 * random();
  const weak = 0.5 + 0.4 * random();
  const timbre = random() < 0.5 ? 'square' : 'bass';
  const ratios = [1, 1, 4 / 3, 1.5];
  for (let step = 0; step < 2 * toBeat; step++)
    mix.add(
      note(timbre, hz * ratios[(step >> 3) % 4]!, (0.4 * 60) / grid.bpm, sampleRateHz),
      timeOfBeat(grid, step / 2),
      step % 2 === 0 ? 0.6 : 0.6 * weak,
    );
  for (let beat = 1; beat < toBeat; beat += 2) mix.add(kit.snare, timeOfBeat(grid, beat), 0.7);
}

/** A kick on the beat and a hat or a note of a bass between the beats. */
function offBeats({ mix, grid, toBeat, random }: Pulse): void {
  const kit = drumKit(Math.floor(random() * 1e6), sampleRateHz);
  const between = random() < 0.5 ? kit.hat : note('bass', 50 + 60 * random(), (0.4 * 60) / grid.bpm, sampleRateHz);
  for (let beat = 0; beat < toBeat; beat++) {
    mix.add(kit.kick, timeOfBeat(grid, beat), 1);
    mix.add(between, timeOfBeat(grid, beat + 0.5), 0.4 + 0.6 * random());
  }
}
