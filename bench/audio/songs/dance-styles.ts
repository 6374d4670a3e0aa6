import { bass, broken, chords, four, keys, lead, pad, type Style, strings, sung, synths } from './style.ts';

/** Music made with machines, and what dancers and rappers made of it. */
export const danceStyles: readonly Style[] = [
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
];
