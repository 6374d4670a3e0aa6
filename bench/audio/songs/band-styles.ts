import { bass, broken, chords, four, guitars, keys, lead, pad, type Style, strings, sung } from './style.ts';

/** Styles of live bands. */
export const bandStyles: readonly Style[] = [
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
