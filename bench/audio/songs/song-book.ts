/** Drums by letter: their General MIDI keys. */
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
/** One bar or two per lane: `x` full, `o` soft, `X` accented, anything else a rest. */
export type Lanes = Readonly<Partial<Record<DrumLetter, string>>>;
export type Role = 'bass' | 'chords' | 'broken' | 'lead' | 'pad';

export interface Part {
  readonly role: Role;
  /** General MIDI instruments to choose from. */
  readonly programs: readonly number[];
  /** Where it plays, in the steps of the style. In a bass, `o` is the fifth or the octave. */
  readonly rhythms: readonly string[];
  /** How often the part is there at all; 1 unless told. */
  readonly likely?: number;
}

/** How a kind of music goes. Of each list the even places are for learning and the odd ones for judging, where it has two. */
export interface Style {
  readonly name: string;
  readonly bpm: readonly [number, number];
  readonly beatsPerBar: number;
  readonly stepsPerBeat: number;
  /** Delay of every second step of two as a share of a step pair: 1/3 is a triplet feel. */
  readonly swing?: number;
  readonly drums: readonly Lanes[];
  readonly parts: readonly Part[];
  /** Standard deviation of the players' timing, seconds; 0 for machines. */
  readonly human: number;
}

const bass = (rhythms: readonly string[], programs: readonly number[] = [33, 34], likely = 1): Part => ({
  role: 'bass',
  programs,
  rhythms,
  likely,
});
const chords = (rhythms: readonly string[], programs: readonly number[], likely = 0.9): Part => ({
  role: 'chords',
  programs,
  rhythms,
  likely,
});
const broken = (rhythms: readonly string[], programs: readonly number[], likely = 0.7): Part => ({
  role: 'broken',
  programs,
  rhythms,
  likely,
});
const lead = (rhythms: readonly string[], programs: readonly number[], likely = 0.7): Part => ({ role: 'lead', programs, rhythms, likely });
const pad = (programs: readonly number[], likely = 0.5): Part => ({ role: 'pad', programs, rhythms: ['x'], likely });

const sung = ['x...x.x.x.......', '..x.x.x...x.x...', 'x.....x.x...x...', 'x.x.x...x.x.x.x.'];
const guitars = [29, 30, 27];
const keys = [0, 4, 5, 1];
const strings = [48, 50, 89, 90];
const synths = [80, 81, 62, 87];

const four = (
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

/** Kinds of music that are written down with one beat a quarter (dotted in six-eight), so that their tempo is no matter of taste. */
export const styles: readonly Style[] = [
  four(
    'rock',
    [92, 150],
    0.008,
    [
      { k: 'x.......x.x.....', s: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x.x.....x.x.....', s: '....x.......x...', R: 'x.x.x.x.x.x.x.x.' },
      { k: 'x.....x...x.....', s: '....x.......x...', o: 'x...x...x...x...' },
      { k: 'x.......xx......', s: '....x.......x..o', h: 'x.o.x.o.x.o.x.o.' },
    ],
    [
      bass(['x.x.x.x.x.x.x.x.', 'x.....x.x.x.....']),
      chords(['x.x.x.x.x.x.x.x.', 'x.....x.......x.', 'x.......x.......'], guitars),
      lead(sung, [65, 27, 29], 0.6),
    ],
  ),
  four(
    'punk',
    [150, 180],
    0.008,
    [
      { k: 'x...x...x...x...', s: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x.....x.x.......', s: '....x.......x...', R: 'x...x...x...x...' },
    ],
    [bass(['x.x.x.x.x.x.x.x.']), chords(['x.x.x.x.x.x.x.x.', 'x...x...x...x...'], [29, 30])],
  ),
  four(
    'metal',
    [100, 170],
    0.004,
    [
      { k: 'x.xxx.xxx.xxx.xx', s: '....x.......x...', o: 'x...x...x...x...' },
      { k: 'xxxxxxxxxxxxxxxx', s: '....x.......x...', c: 'x...x...x...x...' },
      { k: 'x..x..x.x..x..x.', s: '....x.......x...', R: 'x.x.x.x.x.x.x.x.' },
    ],
    [bass(['x.xxx.xxx.xxx.xx', 'x..x..x.x..x..x.']), chords(['x.xxx.xxx.xxx.xx', 'x..x..x.x..x..x.'], [30, 29], 1)],
  ),
  four(
    'pop',
    [95, 128],
    0.003,
    [
      { k: 'x.....x.x.......', s: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x...x...x...x...', C: '....x.......x...', h: 'xoxoxoxoxoxoxoxo' },
      { k: 'x..x..x.........', s: '....x.......x...', m: 'xoxoxoxoxoxoxoxo' },
    ],
    [
      bass(['x.....x.x.......', 'x..x..x.x..x..x.'], [33, 38, 39]),
      chords(['x...x...x...x...', 'x..x..x.x.......', 'x...............'], [...keys, 25]),
      lead(sung, [80, 73, 54, 85]),
      pad(strings),
    ],
  ),
  four(
    'pop ballad',
    [60, 84],
    0.008,
    [
      { k: 'x.......x.......', s: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x.....x.x.......', r: '....x.......x...', h: 'xoxoxoxoxoxoxoxo' },
    ],
    [
      bass(['x.......x.......', 'x.....x.x.......']),
      chords(['x...x...x...x...', 'x.......x.......'], keys),
      lead(sung, [54, 73, 65, 40]),
      pad(strings, 0.7),
    ],
  ),
  four(
    'disco',
    [110, 128],
    0.004,
    [
      { k: 'x...x...x...x...', s: '....x.......x...', h: 'x.x.x.x.x.x.x.x.', o: '..x...x...x...x.' },
      { k: 'x...x...x...x...', C: '....x.......x...', o: '..x...x...x...x.', T: 'xoxoxoxoxoxoxoxo' },
    ],
    [
      bass(['x.o.x.o.x.o.x.o.', 'x..xx.o.x..xx.o.']),
      chords(['..x...x...x...x.', '..xx..x...xx..x.'], [27, 28, 4]),
      pad([48, 50], 0.8),
      lead(sung, [61, 48], 0.5),
    ],
  ),
  four(
    'house',
    [117, 130],
    0,
    [
      { k: 'x...x...x...x...', C: '....x.......x...', o: '..x...x...x...x.' },
      { k: 'x...x...x...x...', C: '....x.......x...', h: '..x...x...x...x.', m: 'xoxxxoxxxoxxxoxx' },
      { k: 'x...x...x...x...', s: '....x..x....x...', o: '..x...x...x...x.' },
    ],
    [
      bass(['..x...x...x...x.', 'x..x..x...x..x..', '..xx..x.x..x..x.'], [38, 39, 33]),
      chords(['x..x..x...x..x..', '..x...x...x...x.', '...x..x...x.....'], [0, 16, 4, 81]),
      pad(strings),
    ],
  ),
  four(
    'techno',
    [124, 146],
    0,
    [
      { k: 'x...x...x...x...', h: '..x...x...x...x.', r: '...x..x....x..x.' },
      { k: 'x...x...x...x...', h: 'xxxxxxxxxxxxxxxx', C: '....x.......x...' },
      { k: 'x...x...x...x...', o: '..x...x...x...x.', t: '......x.......x.' },
    ],
    [
      bass(['..x...x...x...x.', '.xxx.xxx.xxx.xxx'], [38, 39, 87]),
      broken(['x..x..x.x..x..x.', 'xx.xx.xxxx.xx.xx'], synths, 0.6),
      pad([89, 95], 0.3),
    ],
  ),
  four(
    'trance',
    [130, 142],
    0,
    [
      { k: 'x...x...x...x...', o: '..x...x...x...x.', C: '....x.......x...' },
      { k: 'x...x...x...x...', h: 'xoxoxoxoxoxoxoxo', o: '..x...x...x...x.' },
    ],
    [
      bass(['.xxx.xxx.xxx.xxx', '..x...x...x...x.'], [38, 39]),
      broken(['xxxxxxxxxxxxxxxx', 'x.xxx.xxx.xxx.xx'], [81, 80, 90], 0.9),
      pad([89, 90, 50], 0.8),
      lead(sung, [81, 80], 0.4),
    ],
  ),
  four(
    'eurodance',
    [130, 150],
    0,
    [{ k: 'x...x...x...x...', C: '....x.......x...', o: '..x...x...x...x.', h: 'x.x.x.x.x.x.x.x.' }],
    [
      bass(['..x...x...x...x.', '..xx..xx..xx..xx'], [38, 39]),
      chords(['x..x..x.x..x..x.', 'x..x..x...x.x...'], [0, 81, 62]),
      lead(sung, [81, 80]),
    ],
  ),
  four(
    'drum and bass',
    [162, 178],
    0.001,
    [
      { k: 'x.........x.....', s: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x.x.......x.....', s: '....x..o.o..x..o', R: 'x.x.x.x.x.x.x.x.' },
      { k: 'x.........xx....', s: '....x.......x...', h: 'xxxxxxxxxxxxxxxx' },
    ],
    [
      bass(['x.........x.....', 'x.....x.x.......', 'x...............'], [38, 39, 87]),
      pad([89, 90, 95], 0.7),
      chords(['x.....x.........', 'x...............'], [4, 0], 0.5),
    ],
  ),
  four(
    'hip-hop',
    [80, 102],
    0.006,
    [
      { k: 'x.....x.x.x.....', s: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x..x...x..x.....', s: '....x.......x...', h: 'x.x.x.xxx.x.x.x.' },
      { k: 'x.x.....x.x....x', C: '....x.......x...', h: 'xoxoxoxoxoxoxoxo' },
    ],
    [
      bass(['x.....x.x.......', 'x..x......x.....'], [33, 38]),
      chords(['x...............', '..x...x...x...x.', 'x.....x.........'], [4, 0, 11, 26]),
      lead(sung, [11, 73], 0.3),
    ],
    0.06,
  ),
  four(
    'lo-fi',
    [70, 90],
    0.01,
    [
      { k: 'x......x.x......', s: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x.........x.....', r: '....x.......x...', h: 'xoxoxoxoxoxoxoxo' },
    ],
    [
      bass(['x......x........', 'x.........x.....'], [32, 33]),
      chords(['x......x........', 'x...............'], [4, 0, 26], 1),
      lead(sung, [11, 26, 0], 0.5),
    ],
    0.2,
  ),
  four(
    'trap',
    [130, 150],
    0,
    [
      { k: 'x.....x.....x...', C: '........x.......', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x.........x..x..', s: '........x.......', h: 'x.x.x.xxx.x.xxxx' },
    ],
    [
      bass(['x.....x.....x...', 'x.........x.....'], [38, 39]),
      broken(['x.x...x.x...x.x.', 'x..x..x.x.......'], [11, 10, 8, 46], 0.8),
      pad([89, 52], 0.5),
    ],
  ),
  four(
    'dubstep',
    [138, 144],
    0,
    [
      { k: 'x.....x...x.....', s: '........x.......', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x..........x....', s: '........x.......', h: 'x..x..x.x..x..x.' },
    ],
    [bass(['x.x.x.x.x.xxx.x.', 'x.xxx.x.x.x.x.xx'], [38, 87]), pad([89, 95], 0.5)],
  ),
  four(
    'reggae',
    [66, 90],
    0.006,
    [
      { k: '....x.......x...', r: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x...x...x...x...', r: '....x.......x...', h: 'x.xxx.xxx.xxx.xx' },
    ],
    [
      bass(['x..x..x...x.x...', 'x.x.....x.x.x...'], [33, 32]),
      chords(['..x...x...x...x.', '..xx..xx..xx..xx'], [27, 16, 28], 1),
      lead(sung, [16, 56], 0.3),
    ],
    0.08,
  ),
  four(
    'reggaeton',
    [86, 104],
    0,
    [
      { k: 'x...x...x...x...', s: '...x..x....x..x.' },
      { k: 'x...x...x...x...', s: '...x..x....x..x.', h: 'x.x.x.x.x.x.x.x.' },
    ],
    [
      bass(['x..x..x.x..x..x.', 'x...x...x...x...'], [38, 33]),
      chords(['x...............', '...x..x....x..x.'], [25, 0, 46]),
      lead(sung, [80, 73], 0.5),
    ],
  ),
  four(
    'funk',
    [90, 118],
    0.005,
    [
      { k: 'x.x....o..x..x..', s: '....x..o.o..x..o', h: 'xoxoxoxoxoxoxoxo' },
      { k: 'x..x..x...x.....', s: '....x.......x..o', h: 'x.x.x.x.x.x.x.x.' },
    ],
    [
      bass(['x..x..o.x.xx..o.', 'x.x...xo..x...xo'], [36, 33, 37]),
      chords(['..xx..x...xx..x.', '.x.x..x..x.x..x.'], [27, 28, 7]),
      chords(['x.....x.........', 'x......x........'], [61, 62], 0.4),
    ],
  ),
  four(
    'motown',
    [100, 132],
    0.006,
    [
      { k: 'x.......x.......', s: 'x...x...x...x...', T: 'x.x.x.x.x.x.x.x.' },
      { k: 'x..x....x..x....', s: '....x.......x...', T: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
    ],
    [
      bass(['x..xx.o.x..xx.o.', 'x.xx..x.x.xx..x.'], [33, 34]),
      chords(['....x.......x...', 'x...x...x...x...'], [27, 0]),
      lead(sung, [54, 61]),
    ],
  ),
  four(
    'bossa',
    [112, 150],
    0.006,
    [
      { k: 'x..xx..xx..xx..x', r: 'x..x..x...x..x..', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x..xx..xx..xx..x', r: '..x..x..x..x..x.', m: 'xoxoxoxoxoxoxoxo' },
    ],
    [
      bass(['x.....x.x.....x.', 'x.....o.x.....o.'], [32, 33]),
      chords(['x..x..x...x..x..', '..x..x..x..x..x.'], [24, 25, 0]),
      lead(sung, [73, 11, 66]),
    ],
  ),
  four(
    'cha-cha',
    [108, 128],
    0.006,
    [
      { b: 'x...x...x...x...', g: '....x.......x.x.', G: '..............x.', m: 'x.x.x.x.x.x.x.x.' },
      { b: 'x.x.x.x.x.x.x.x.', g: '......x.......x.', v: 'x.....x.....x.......x...x.......' },
    ],
    [
      bass(['x.....x.....x...', '......x.....x...'], [32, 33]),
      chords(['..x...x...x...x.', 'x.x..x.x..x..x.x'], [0, 4], 1),
      lead(sung, [56, 73]),
    ],
  ),
  four(
    'afrobeat',
    [100, 122],
    0.006,
    [
      { k: 'x.....x.x.....x.', s: '...x......x..x..', h: 'x.xxx.xxx.xxx.xx', b: 'x..x..x...x.x...' },
      { k: 'x...x...x...x...', r: '...x..x...x.x...', m: 'xoxoxoxoxoxoxoxo' },
    ],
    [
      bass(['x..x..x...x.x...', 'x.xx....x.xx....']),
      chords(['..x.x...x...x.x.', '.x.x..x..x.x..x.'], [27, 28]),
      lead(sung, [61, 66, 16], 0.5),
    ],
  ),
  four(
    'country',
    [96, 128],
    0.006,
    [
      { k: 'x.......x.......', s: 'ooxoooxoooxoooxo' },
      { k: 'x.......x.......', s: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
    ],
    [bass(['x.......o.......'], [32, 33]), chords(['....x.x.....x.x.', '..x...x...x...x.'], [25, 24], 1), lead(sung, [105, 110, 25])],
  ),
  four(
    'march',
    [108, 124],
    0.004,
    [
      { k: 'x...x...x...x...', s: 'x.xxx.xxx.xxx.xx' },
      { k: 'x.......x.......', s: '..x...x...x.x.x.', c: 'x.......x.......' },
    ],
    [
      bass(['x...o...x...o...'], [58]),
      chords(['..x...x...x...x.', '..x...x...x...x.'], [60, 61]),
      lead(['x...x.x.x...x...', 'x..xx...x..xx...'], [56, 61, 72], 1),
    ],
  ),
  four(
    'polka',
    [108, 130],
    0.005,
    [{ k: 'x...x...x...x...', s: '..x...x...x...x.' }],
    [
      bass(['x...o...x...o...'], [58, 32]),
      chords(['..x...x...x...x.', '..x...x...x...x.'], [21, 22], 1),
      lead(['xxx.x.x.xxx.x.x.', 'x.x.xxx.x.x.x...'], [21, 71], 1),
    ],
  ),
  four(
    'R&B',
    [62, 92],
    0.006,
    [
      { k: 'x..x......x.....', C: '....x.......x...', h: 'xoxoxoxxxoxoxoxx' },
      { k: 'x.....x..x......', r: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
    ],
    [
      bass(['x..x......x.....', 'x.....x..x......'], [38, 33]),
      chords(['x...............', 'x.....x.........'], [4, 5]),
      lead(sung, [54, 85]),
      pad([89, 48], 0.4),
    ],
  ),
  four(
    'synthwave',
    [80, 120],
    0,
    [
      { k: 'x.......x.......', s: '....x.......x...', h: 'x.x.x.x.x.x.x.x.' },
      { k: 'x...x...x...x...', s: '....x.......x...', h: 'xxxxxxxxxxxxxxxx' },
    ],
    [
      bass(['x.x.x.x.x.x.x.x.', 'xxxxxxxxxxxxxxxx'], [38, 39]),
      pad([89, 90, 50], 0.9),
      broken(['xxxxxxxxxxxxxxxx', 'x.xxx.xxx.xxx.xx'], [80, 81], 0.6),
      lead(sung, [81, 80], 0.5),
    ],
  ),
  four(
    'garage',
    [126, 138],
    0,
    [
      { k: 'x.........x.....', C: '....x.......x...', h: '..x...x...x...x.' },
      { k: 'x......x..x.....', s: '....x.......x...', h: '.xx..xx..xx..xx.' },
    ],
    [bass(['x..x..x....x....', '..x..x....x..x..'], [38, 39]), chords(['...x..x...x.....', 'x..x......x..x..'], [16, 4, 0])],
    0.12,
  ),
  four(
    'ambient pulse',
    [60, 110],
    0,
    [{}, { k: 'x...x...x...x...' }, { m: 'x...x...x...x...' }],
    [
      broken(['x...x...x...x...', 'x.x.x.x.x.x.x.x.', 'x..x..x.x..x..x.'], [11, 46, 8, 98, 88], 1),
      bass(['x.......x.......', 'x...x...x...x...'], [38, 39], 0.7),
      pad([89, 91, 95, 52], 1),
    ],
  ),
  four(
    'arpeggio',
    [84, 140],
    0,
    [{}, { h: '..x...x...x...x.' }, { k: 'x...x...x...x...' }],
    [
      broken(['xxxxxxxxxxxxxxxx', 'x.x.x.x.x.x.x.x.', 'xxxoxxxoxxxoxxxo'], [80, 81, 38, 46, 6], 1),
      bass(['x...............', 'x.......x.......'], [38, 39], 0.8),
      pad([89, 50], 0.6),
    ],
  ),
  four(
    'solo piano',
    [62, 112],
    0.01,
    [{}],
    [
      bass(['x.......x.......', 'x...x...x...x...'], [0, 1]),
      broken(['x.x.x.x.x.x.x.x.', 'xxxxxxxxxxxxxxxx', '..x...x...x...x.'], [0, 1], 1),
      lead(['x...x...x...x...', 'x.....x.x...x...', ...sung], [0, 1], 1),
    ],
  ),
  four(
    'strummed guitar',
    [84, 130],
    0.008,
    [{}, { b: '....x.......x...' }],
    [
      chords(['x...x.x...x.x.x.', 'x...x.xxx...x.xx', 'x.x.x.x.x.x.x.x.', 'x...x...x.x.x.x.'], [24, 25], 1),
      bass(['x.......x.......'], [33], 0.5),
      lead(sung, [73, 54, 22], 0.6),
    ],
  ),
  four(
    'string quartet',
    [76, 130],
    0.012,
    [{}],
    [
      bass(['x...x...x...x...', 'x.......x...x...'], [42]),
      chords(['x.x.x.x.x.x.x.x.', '..x.x.x...x.x.x.'], [41, 48], 1),
      lead(['x...x.x.x.x.x...', 'x..xx...x.x.x.x.'], [40], 1),
    ],
  ),
  {
    name: 'swing jazz',
    bpm: [110, 180],
    beatsPerBar: 4,
    stepsPerBeat: 3,
    human: 0.006,
    drums: [
      { R: 'x..x.xx..x.x', p: '...x.....x..' },
      { R: 'x..x..x..x.x', p: '...x.....x..', k: 'o..o..o..o..', r: '.........x..' },
    ],
    parts: [
      bass(['x..x..x..x..'], [32]),
      chords(['x....x......', '..x.....x...', '...x.....x..'], [0, 26]),
      lead(['x..x.xx.....', '..xx.x..xx.x', 'x.xx.x...x.x'], [66, 56, 11]),
    ],
  },
  {
    name: 'blues shuffle',
    bpm: [84, 136],
    beatsPerBar: 4,
    stepsPerBeat: 3,
    human: 0.006,
    drums: [
      { k: 'x.....x.....', s: '...x.....x..', h: 'x.xx.xx.xx.x' },
      { k: 'x..x..x..x..', s: '...x.....x..', R: 'x.xx.xx.xx.x' },
    ],
    parts: [
      bass(['x..x..x..x..', 'x.xx.xx.xx.x'], [33, 32]),
      chords(['x.xx.xx.xx.x', '...x.....x..'], [27, 16, 0]),
      lead(['x..x.xx.....', '..xx.x..xx.x'], [22, 27, 66], 0.6),
    ],
  },
  {
    name: 'gospel in twelve',
    bpm: [60, 76],
    beatsPerBar: 4,
    stepsPerBeat: 3,
    human: 0.008,
    drums: [
      { k: 'x.....x.....', s: '...x.....x..', h: 'xxxxxxxxxxxx' },
      { k: 'x....xx.....', r: '...x.....x..', R: 'xxxxxxxxxxxx' },
    ],
    parts: [
      bass(['x.....x.....', 'x....xx.....'], [33]),
      broken(['xxxxxxxxxxxx'], [0, 27], 0.9),
      pad([16, 48], 0.6),
      lead(['x..x.xx.....', 'x.....x..x..'], [54, 65], 0.6),
    ],
  },
  {
    name: 'waltz',
    bpm: [90, 178],
    beatsPerBar: 3,
    stepsPerBeat: 2,
    human: 0.008,
    drums: [{}, { k: 'x.....', h: '..x.x.' }, { k: 'x.....', s: '..o.o.', R: 'x.x.x.' }],
    parts: [
      bass(['x.....'], [32, 42, 0]),
      chords(['..x.x.', '..x.x.'], [0, 21, 48], 1),
      lead(['x...x.', 'x.xxx.', 'x.....'], [40, 73, 71], 0.9),
    ],
  },
  {
    name: 'six-eight',
    bpm: [60, 84],
    beatsPerBar: 2,
    stepsPerBeat: 3,
    human: 0.006,
    drums: [
      { k: 'x.....', s: '...x..', h: 'xxxxxx' },
      { k: 'x....x', r: '...x..', h: 'x.xx.x' },
    ],
    parts: [bass(['x.....', 'x..x..'], [33]), broken(['xxxxxx'], [24, 25, 27, 0], 1), lead(['x..x.x', 'x.xx..'], [54, 73], 0.6)],
  },
];
