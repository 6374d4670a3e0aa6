import { type Random, seededRandom } from '../../../libs/testing/src/synth/random.ts';
import type { ChannelSetup, PlayedNote } from './midi.ts';
import { styles } from './song-styles.ts';
import { type DrumLetter, drumKeys, type Lanes, type Part, type Style } from './style.ts';

/** Training or test split; they share no patterns and instruments. */
export type Split = 'train' | 'test';

export interface WrittenSong {
  readonly style: string;
  readonly bpm: number;
  readonly tonic: number;
  readonly mode: 'major' | 'minor';
  readonly beats: readonly number[];
  readonly setups: readonly ChannelSetup[];
  readonly notes: readonly PlayedNote[];
}

interface Section {
  readonly bars: number;
  readonly loudness: number;
  readonly drums: boolean;
  readonly parts: readonly number[];
}

interface Chosen {
  readonly part: Part;
  readonly rhythm: string;
  readonly channel: number;
  readonly shape: readonly number[];
}

const scales = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] } as const;
const progressions: Readonly<Record<'major' | 'minor', readonly (readonly number[])[]>> = {
  major: [
    [1, 5, 6, 4],
    [1, 4, 5, 1],
    [1, 6, 4, 5],
    [1, 6, 2, 5],
    [1, 4, 1, 5],
    [1, 1, 4, 4],
    [1, 3, 4, 5],
    [1, 4, 6, 5],
  ],
  minor: [
    [1, 6, 3, 7],
    [1, 4, 5, 1],
    [1, 7, 6, 7],
    [1, 4, 7, 3],
    [1, 6, 4, 5],
    [1, 6, 7, 1],
    [1, 1, 4, 1],
    [1, 3, 7, 6],
  ],
};
const shapes = [
  [0, 1, 2, 3],
  [0, 2, 1, 2],
  [3, 2, 1, 2],
  [0, 1, 2, 3, 2, 1],
  [0, 2, 3, 1],
  [0, 1, 2],
];
const lowE = 28; // MIDI key of a bass guitar's lowest string
const velocities: Readonly<Record<string, number>> = { X: 122, x: 100, o: 62 };

/** A random song for a seed; consecutive seeds cycle through the styles. */
export function writeSong(seed: number, split: Split, seconds: number): WrittenSong {
  return new SongWriter(seed, split).write(seconds);
}

/** Generates a song: chooses patterns of a style and arranges them in sections, with fills, breaks and timing deviations. */
class SongWriter {
  readonly #random: Random;
  readonly #split: Split;
  readonly #style: Style;
  readonly #bpm: number;
  readonly #tonic: number;
  readonly #mode: 'major' | 'minor';
  readonly #chords: readonly number[];
  readonly #lanes: Lanes;
  readonly #parts: Chosen[];
  readonly #notes: PlayedNote[] = [];
  readonly #startSeconds: number;
  readonly #human: number;
  #wander = 0;
  #melody = 7;

  constructor(seed: number, split: Split) {
    this.#random = seededRandom(seed * 9973 + (split === 'train' ? 1 : 5_000_011));
    this.#split = split;
    this.#style = styles[seed % styles.length]!;
    const [slowest, fastest] = this.#style.bpm;
    const bpm = slowest + (fastest - slowest) * this.#random();
    this.#bpm = this.#chance(0.5) ? Math.round(bpm) : Math.round(bpm * 100) / 100;
    this.#tonic = Math.floor(this.#random() * 12);
    this.#mode = this.#chance(0.5) ? 'major' : 'minor';
    this.#chords = this.#one(progressions[this.#mode]);
    this.#lanes = this.#one(this.#style.drums);
    this.#parts = this.#chooseParts();
    this.#startSeconds = this.#chance(0.3) ? this.#random() * 3 : 0.05 + 0.3 * this.#random();
    this.#human = this.#style.human * (0.4 + this.#random());
  }

  write(seconds: number): WrittenSong {
    const barSeconds = (this.#style.beatsPerBar * 60) / this.#bpm;
    const bars = Math.max(4, Math.floor((seconds - this.#startSeconds) / barSeconds) - 1);
    let bar = 0;
    for (const section of this.#sections(bars)) {
      for (let i = 0; i < section.bars; i++) this.#playBar(bar + i, section, i === section.bars - 1, i === 0);
      bar += section.bars;
    }
    this.#playEnd(bars);
    const beats = Array.from({ length: bars * this.#style.beatsPerBar }, (_, beat) => this.#startSeconds + (beat * 60) / this.#bpm);
    return {
      style: this.#style.name,
      bpm: this.#bpm,
      tonic: this.#tonic,
      mode: this.#mode,
      beats,
      setups: this.#setups(),
      notes: this.#notes,
    };
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #any<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }

  /** A random element of this split of a list. */
  #one<T>(list: readonly T[]): T {
    const own = list.filter((_, i) => i % 2 === (this.#split === 'train' ? 0 : 1));
    return this.#any(own.length > 0 ? own : list);
  }

  #chooseParts(): Chosen[] {
    const wanted = this.#style.parts.filter((part) => this.#chance(part.likely ?? 1));
    const parts = wanted.length > 0 ? wanted : [this.#style.parts[0]!];
    return parts.map((part, i) => ({ part, rhythm: this.#one(part.rhythms), channel: i < 9 ? i : i + 1, shape: this.#one(shapes) }));
  }

  #setups(): ChannelSetup[] {
    const parts = this.#parts.map(({ part, channel }) => ({
      channel,
      program: this.#one(part.programs),
      volume: Math.round((part.role === 'pad' ? 50 : 60) + 50 * this.#random()),
      pan: Math.round(34 + 60 * this.#random()),
    }));
    const kit = this.#one([0, 8, 16, 25, 24, 0]);
    return [...parts, { channel: 9, program: kit, volume: Math.round(70 + 50 * this.#random()), pan: 64 }];
  }

  /** An intro, with or without drums, then sections and occasional breaks. */
  #sections(bars: number): Section[] {
    const all = this.#parts.map((_, i) => i);
    const sections: Section[] = [];
    const drummed = Object.keys(this.#lanes).length > 0;
    for (let left = bars; left > 0; ) {
      const first = sections.length === 0;
      const length = Math.min(left, this.#any(first ? [2, 4] : [4, 8, 8]));
      const thin = first ? this.#chance(0.35) : this.#chance(0.12);
      const parts = thin ? all.filter(() => this.#chance(0.5)) : all.filter((i) => i === 0 || this.#chance(0.88));
      sections.push({
        bars: length,
        loudness: thin ? 0.75 : 0.8 + 0.2 * this.#random(),
        drums: drummed && (!thin || this.#chance(0.4)),
        parts: parts.length > 0 ? parts : [this.#any(all)],
      });
      left -= length;
    }
    return sections;
  }

  #playBar(bar: number, section: Section, isLast: boolean, isFirst: boolean): void {
    this.#wander = Math.max(-0.02, Math.min(0.02, this.#wander + this.#human * 0.3 * this.#gaussian()));
    const fills = isLast && section.drums && this.#chance(0.6);
    if (section.drums) {
      this.#playDrums(bar, section.loudness, fills);
      if (isFirst && this.#chance(0.5)) this.#hit(drumKeys.c, bar, 0, 100 * section.loudness);
    }
    for (const index of section.parts) this.#playPart(this.#parts[index]!, bar, section.loudness);
  }

  get #stepsPerBar(): number {
    return this.#style.beatsPerBar * this.#style.stepsPerBeat;
  }

  #timeOf(bar: number, step: number): number {
    const { stepsPerBeat, beatsPerBar, swing = 0 } = this.#style;
    const late = Math.floor(step) % 2 === 1 ? swing : 0;
    const beat = bar * beatsPerBar + (step + late) / stepsPerBeat;
    return this.#startSeconds + (beat * 60) / this.#bpm + this.#wander + this.#human * this.#gaussian();
  }

  #playDrums(bar: number, loudness: number, fills: boolean): void {
    const steps = this.#stepsPerBar;
    const fillFrom = fills ? steps - this.#any([2, 4, steps / 2]) : steps;
    for (const [letter, lane] of Object.entries(this.#lanes) as [DrumLetter, string][]) {
      for (let step = 0; step < fillFrom; step++) {
        const velocity = velocities[lane[(step + ((bar * steps) % lane.length)) % lane.length]!];
        if (velocity) this.#hit(drumKeys[letter], bar, step, velocity * loudness * (letter === 'h' || letter === 'm' ? 0.8 : 1));
      }
    }
    for (let step = fillFrom; step < steps; step++) {
      if (this.#chance(0.75)) this.#hit(this.#any([38, 38, 45, 47, 50]), bar, step, 95 * loudness);
    }
  }

  #hit(pitch: number, bar: number, step: number, velocity: number): void {
    const varied = velocity * (1 + (this.#human > 0 ? 0.08 : 0.01) * this.#gaussian());
    this.#add(9, pitch, varied, this.#timeOf(bar, step), 0.1);
  }

  #playPart(chosen: Chosen, bar: number, loudness: number): void {
    const { part, rhythm, channel, shape } = chosen;
    const steps = this.#stepsPerBar;
    const stepSeconds = 60 / this.#bpm / this.#style.stepsPerBeat;
    const line = part.role === 'pad' ? 'x'.padEnd(steps, '.') : rhythm;
    const places = Array.from({ length: steps }, (_, step) => step).filter((step) => velocities[line[step % line.length]!]);
    places.forEach((step, i) => {
      if (part.role === 'lead' && this.#chance(0.2)) return;
      const gap = ((places[i + 1] ?? steps) - step) * stepSeconds;
      const seconds = gap * (part.role === 'chords' && gap > stepSeconds ? this.#any([0.5, 0.9]) : 0.92);
      const velocity = velocities[line[step % line.length]!]! * loudness * 0.85 * (1 + 0.06 * this.#gaussian());
      const pitches = this.#pitches(part, bar, step, i, line[step % line.length] === 'o', shape);
      for (const pitch of pitches) this.#add(channel, pitch, velocity, this.#timeOf(bar, step), seconds);
    });
  }

  #pitches(part: Part, bar: number, step: number, index: number, other: boolean, shape: readonly number[]): number[] {
    const degree = this.#chords[bar % this.#chords.length]!;
    const triad = [degree - 1, degree + 1, degree + 3].map((tone) => this.#tone(tone, degree));
    if (part.role === 'bass') return [lowE + ((triad[0]! + 8) % 12) + (other ? this.#any([7, 12]) : 0)];
    if (part.role === 'broken') return [48 + [...triad, triad[0]! + 12][shape[index % shape.length]!]!];
    if (part.role !== 'lead') return triad.map(nearMiddleC);
    const strong = step % this.#style.stepsPerBeat === 0;
    this.#melody = Math.max(0, Math.min(14, this.#melody + this.#any([-2, -1, -1, 0, 1, 1, 2])));
    if (!strong) return [60 + this.#tone(this.#melody, 0)];
    const goals = triad.flatMap((tone) => [tone % 12, (tone % 12) + 12]);
    const here = this.#tone(this.#melody, 0);
    return [60 + goals.reduce((best, goal) => (Math.abs(goal - here) < Math.abs(best - here) ? goal : best))];
  }

  /** Semitones above C of a scale degree from 0; the dominant in minor has a raised third. */
  #tone(step: number, degree: number): number {
    const scale = scales[this.#mode];
    const raised = this.#mode === 'minor' && degree === 5 && step === 6 ? 1 : 0;
    return this.#tonic + scale[step % 7]! + 12 * Math.floor(step / 7) + raised;
  }

  /** Ends on the tonic chord. */
  #playEnd(bars: number): void {
    if (!this.#chance(0.7)) return;
    for (const chosen of this.#parts) {
      if (chosen.part.role === 'lead') continue;
      const home = [0, 2, 4].map((step) => this.#tone(step, 1));
      const pitches = chosen.part.role === 'bass' ? [lowE + ((home[0]! + 8) % 12)] : home.map(nearMiddleC);
      for (const pitch of pitches) this.#add(chosen.channel, pitch, 85, this.#timeOf(bars, 0), 1.2);
    }
  }

  #add(channel: number, pitch: number, velocity: number, atSeconds: number, seconds: number): void {
    const between = (low: number, value: number, high: number) => Math.max(low, Math.min(high, Math.round(value)));
    this.#notes.push({ channel, pitch: between(0, pitch, 127), velocity: between(1, velocity, 127), atSeconds, seconds });
  }

  #gaussian(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}

function nearMiddleC(tone: number): number {
  return 60 + (tone % 12) - (tone % 12 > 7 ? 12 : 0);
}
