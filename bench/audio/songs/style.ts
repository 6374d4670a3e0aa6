/** General MIDI keys of the drums, by letter. */
export const drumKeys = {
  k: 36,
  s: 38,
  r: 37,
  C: 39,
  h: 42,
  p: 44,
  o: 46,
  R: 51,
  B: 53,
  c: 49,
  t: 45,
  T: 54,
  b: 56,
  g: 63,
  G: 64,
  m: 70,
  v: 75,
} as const;

export type DrumLetter = keyof typeof drumKeys;
/** One or two bars per drum: `x` normal, `o` soft, `X` accented, anything else a rest. */
export type Lanes = Readonly<Partial<Record<DrumLetter, string>>>;
export type Role = 'bass' | 'chords' | 'broken' | 'lead' | 'pad';

export interface Part {
  readonly role: Role;
  /** General MIDI programs to choose from. */
  readonly programs: readonly number[];
  /** Rhythm patterns in steps of the style. In a bass, `o` is the fifth or the octave. */
  readonly rhythms: readonly string[];
  /** Probability that the part is present; default 1. */
  readonly likely?: number;
}

/** A style of music. Even list entries belong to the training split, odd ones to the test split. */
export interface Style {
  readonly name: string;
  readonly bpm: readonly [number, number];
  readonly beatsPerBar: number;
  readonly stepsPerBeat: number;
  /** Delay of every second step as a share of a step pair: 1/3 is a triplet feel. */
  readonly swing?: number;
  readonly drums: readonly Lanes[];
  readonly parts: readonly Part[];
  /** Standard deviation of the players' timing, seconds; 0 for sequenced music. */
  readonly human: number;
}

export const bass = (rhythms: readonly string[], programs: readonly number[] = [33, 34], likely = 1): Part => ({
  role: 'bass',
  programs,
  rhythms,
  likely,
});
export const chords = (rhythms: readonly string[], programs: readonly number[], likely = 0.9): Part => ({
  role: 'chords',
  programs,
  rhythms,
  likely,
});
export const broken = (rhythms: readonly string[], programs: readonly number[], likely = 0.7): Part => ({
  role: 'broken',
  programs,
  rhythms,
  likely,
});
export const lead = (rhythms: readonly string[], programs: readonly number[], likely = 0.7): Part => ({
  role: 'lead',
  programs,
  rhythms,
  likely,
});
export const pad = (programs: readonly number[], likely = 0.5): Part => ({ role: 'pad', programs, rhythms: ['x'], likely });

export const sung = ['x...x.x.x.......', '..x.x.x...x.x...', 'x.....x.x...x...', 'x.x.x...x.x.x.x.'];
export const guitars = [29, 30, 27];
export const keys = [0, 4, 5, 1];
export const strings = [48, 50, 89, 90];
export const synths = [80, 81, 62, 87];

export const four = (
  name: string,
  bpm: readonly [number, number],
  human: number,
  drums: readonly Lanes[],
  parts: readonly Part[],
  swing = 0,
): Style => ({
  name,
  bpm,
  beatsPerBar: 4,
  stepsPerBeat: 4,
  human,
  drums,
  parts,
  swing,
});
