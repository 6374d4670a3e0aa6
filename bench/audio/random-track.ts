// Imports files directly: '#testing' would also load the servers of the integration tests.
import { addDrums } from '../../libs/testing/src/synth/drum-track.ts';
import { drumKit } from '../../libs/testing/src/synth/drums.ts';
import { beatTimes, type Grid } from '../../libs/testing/src/synth/grid.ts';
import { type Groove, type GrooveName, grooves } from '../../libs/testing/src/synth/grooves.ts';
import { addArpeggio, addBass, addChords, type Degree, type Mode } from '../../libs/testing/src/synth/harmony.ts';
import { Mix } from '../../libs/testing/src/synth/mix.ts';
import { pinkNoise, speechLikeNoise } from '../../libs/testing/src/synth/noise.ts';
import type { Timbre } from '../../libs/testing/src/synth/notes.ts';
import { type Random, seededRandom } from '../../libs/testing/src/synth/random.ts';

export interface RandomTrack {
  readonly name: string;
  readonly bpm: number;
  readonly beats: number[];
  readonly tonic: number;
  readonly mode: Mode;
  readonly tonal: boolean;
  readonly samples: Float32Array;
}

interface Player {
  readonly mix: Mix;
  readonly grid: Grid;
  readonly random: Random;
  readonly tonic: number;
  readonly mode: Mode;
  readonly degrees: readonly Degree[];
  readonly beatsPerBar: number;
  readonly toBeat: number;
  readonly detuneCents: number;
}

const progressions: readonly (readonly Degree[])[] = [
  [1, 5, 6, 4],
  [1, 6, 4, 5],
  [1, 4, 5, 1],
  [6, 4, 1, 5],
  [1, 4, 1, 5],
  [2, 5, 1, 1],
  [1, 3, 4, 5],
  [1, 7, 6, 7],
];
/** Typical tempo ranges per style, used for every other piece. */
const usualBpm: Partial<Record<GrooveName, readonly [number, number]>> = {
  fourOnTheFloor: [110, 132],
  techno: [122, 145],
  disco: [108, 130],
  rock: [90, 150],
  rockPushed: [90, 150],
  ballad: [60, 90],
  funk: [88, 118],
  breakbeat: [90, 145],
  drumAndBass: [160, 180],
  electro: [110, 135],
  halfTime: [120, 160],
  trap: [125, 160],
  dembow: [85, 105],
  oneDrop: [120, 165],
  bossa: [110, 150],
  garage: [125, 138],
  shuffle: [90, 140],
  swingRide: [110, 180],
  waltz: [85, 180],
  sixEight: [60, 100],
};
const metronomes: readonly GrooveName[] = ['clicks', 'clicks', 'kicks', 'accentedClicks'];
const bassLines = ['x...', 'x.x.', 'xoxo', 'x..x', '..x.', 'x..x..x.', 'x.xx', 'x...o...', 'x..xx..x', '.xxx', 'xx'];
const arpeggios = [
  [0, 1, 2, 3],
  [0, 1, 2, 1],
  [0, 2, 1, 2],
  [0, 1, 2],
  [0, 1, 2, 3, 2, 1],
  [0, 2, 3, 2, 1, 2, 0, 1],
];

/** A random piece for a seed: groove, kit, harmony, bass, tempo, swing, noise, a silent start. */
export function randomTrack(seed: number, durationSeconds = 30): RandomTrack {
  const random = seededRandom(seed * 7919 + 13);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const chance = (share: number) => random() < share;

  const plain = seed % 8 === 0; // every eighth piece is a metronome or drums alone
  const drummed = plain || chance(0.88);
  const name = pick(plain && chance(0.7) ? metronomes : (Object.keys(grooves) as GrooveName[]));
  const groove = !plain && chance(0.45) ? mutated(grooves[name], random) : grooves[name];
  const usual = usualBpm[name];
  const bpm = usual && chance(0.4) ? usual[0] + (usual[1] - usual[0]) * random() : chance(0.5) ? 60 * 3 ** random() : 60 + 120 * random();
  const rounded = chance(0.3) ? Math.round(bpm) : bpm;
  const straight = groove.stepsPerBeat === 3 || chance(0.75);
  const grid: Grid = { bpm: rounded, startSeconds: chance(0.4) ? random() * 5 : 0.05, swing: straight ? 0 : random() * 0.17 };
  const mix = new Mix(durationSeconds, 22050);
  const toBeat = Math.floor(((durationSeconds - grid.startSeconds) * rounded) / 60);
  const player: Player = {
    mix,
    grid,
    random,
    tonic: Math.floor(random() * 12),
    mode: chance(0.5) ? 'major' : 'minor',
    degrees: pick(progressions),
    beatsPerBar: groove.beatsPerBar === 1 ? 4 : groove.beatsPerBar,
    toBeat,
    detuneCents: chance(0.3) ? (random() - 0.5) * 60 : 0,
  };
  if (drummed) {
    addDrums(mix, grid, groove, drumKit(Math.floor(random() * 1e6), 22050), {
      toBeat,
      fromBeat: chance(0.2) ? player.beatsPerBar * Math.floor(random() * 4) : 0,
      jitterSeconds: chance(0.5) ? random() * 0.012 : 0,
      dropped: chance(0.2) ? random() * 0.2 : 0,
      fillEveryBars: chance(0.35) ? pick([4, 8]) : 0,
      gain: 0.4 + 0.6 * random(),
      random,
    });
  }
  const parts = plain ? [] : drummed ? addParts(player, 0.6) : addParts(player, 2);
  if (chance(0.25)) addEcho(mix, chance(0.5) ? (60 / rounded) * pick([0.75, 0.5, 1]) : 0.03 + 0.12 * random(), 0.2 + 0.4 * random());
  addDirt(player, durationSeconds);
  mix.normalize(0.05 + 0.9 * random());
  return {
    name: `${seed} ${drummed ? name : 'no drums'}${parts.length ? ` + ${parts.join(' + ')}` : ''}`,
    bpm: rounded,
    beats: beatTimes(grid, grid.startSeconds + (toBeat * 60) / rounded),
    tonic: player.tonic,
    mode: player.mode,
    tonal: parts.length > 0,
    samples: mix.samples,
  };
}

/** Random variation: adds, removes and softens hits, and may remove a drum. */
function mutated(groove: Groove, random: Random): Groove {
  const lanes = Object.entries(groove.lanes)
    .filter((_, i) => i === 0 || random() > 0.15)
    .map(([drum, lane]) => [drum, [...lane].map((step) => (random() < 0.07 ? (step === '.' ? 'o' : '.') : step)).join('')]);
  return { ...groove, lanes: Object.fromEntries(lanes) };
}

/** Adds chords, bass and arpeggio, each with a probability; above 1 at least one of them, and rhythmic. */
function addParts(player: Player, likelihood: number): string[] {
  const { mix, grid, random, beatsPerBar } = player;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const shared = { ...player, beatsPerChord: beatsPerBar * pick([1, 1, 2]), gain: 0.3 + random() };
  const parts: string[] = [];
  const alone = likelihood > 1 ? Math.floor(random() * 3) : -1;
  const wants = (index: number) => index === alone || random() < (likelihood > 1 ? 0.5 : likelihood * 0.7);
  if (wants(0)) {
    const perBeat = alone === 0 ? pick([1, 2, 1]) : pick([1, 1, 2, 1 / beatsPerBar, 1 / beatsPerBar, 0.5]);
    const timbre = pick<Timbre>(perBeat < 1 ? ['pad', 'organ', 'saw', 'pad'] : ['piano', 'plucked', 'organ', 'saw', 'square']);
    addChords(mix, grid, { ...shared, timbre, perBeat, offset: perBeat === 1 && alone < 0 && random() < 0.3 ? 0.5 : 0 });
    parts.push(`${timbre} chords`);
  }
  if (wants(1)) {
    addBass(mix, grid, {
      ...shared,
      timbre: pick<Timbre>(['bass', 'saw', 'sine', 'plucked']),
      perBeat: pick([2, 2, 4]),
      steps: pick(bassLines),
    });
    parts.push('bass');
  }
  if (wants(2)) {
    const timbre = pick<Timbre>(['piano', 'plucked', 'saw', 'square', 'sine']);
    addArpeggio(mix, grid, { ...shared, timbre, perBeat: pick([1, 2, 2, 4, 4, 3]), shape: pick(arpeggios) });
    parts.push(`${timbre} arpeggio`);
  }
  return parts;
}

/** A feedback delay: a dub echo in time with the beat, or a small room. */
function addEcho(mix: Mix, delaySeconds: number, feedback: number): void {
  const delay = Math.round(delaySeconds * mix.sampleRateHz);
  for (let i = delay; i < mix.samples.length; i++) mix.samples[i]! += feedback * mix.samples[i - delay]!;
}

function addDirt({ mix, random }: Player, durationSeconds: number): void {
  const loud = mix.samples.reduce((sum, sample) => sum + sample * sample, 0) / mix.samples.length;
  if (random() < 0.35) mix.add(pinkNoise(durationSeconds, 22050, random), 0, Math.sqrt(loud) * 4 * random());
  if (random() < 0.15) mix.add(speechLikeNoise(durationSeconds, 22050, random), 0, Math.sqrt(loud) * 3 * random());
}
