import type { DrumName } from './drums.ts';

/** A bar of drums: one character per step for each drum, `x` a full hit, `o` a soft hit, anything else a rest. */
export interface Groove {
  readonly beatsPerBar: number;
  readonly stepsPerBeat: number;
  readonly lanes: Readonly<Partial<Record<DrumName, string>>>;
}

const fourFour = (lanes: Groove['lanes']): Groove => ({ beatsPerBar: 4, stepsPerBeat: 4, lanes });

/** Grooves by name; the beat is the quarter note (in `sixEight` the dotted quarter). */
export const grooves = {
  clicks: { beatsPerBar: 1, stepsPerBeat: 1, lanes: { click: 'x' } },
  accentedClicks: { beatsPerBar: 4, stepsPerBeat: 1, lanes: { click: 'xooo' } },
  kicks: { beatsPerBar: 1, stepsPerBeat: 1, lanes: { kick: 'x' } },
  hatsInEighths: { beatsPerBar: 2, stepsPerBeat: 2, lanes: { hat: 'xoxo' } },
  shakerInSixteenths: fourFour({ shaker: 'xoooxoooxoooxooo', rim: '....x.......x...' }),
  fourOnTheFloor: fourFour({ kick: 'x...x...x...x...', clap: '....x.......x...', openHat: '..x...x...x...x.' }),
  techno: fourFour({ kick: 'x...x...x...x...', hat: '..x...x...x...x.', rim: '...x..x....x..x.' }),
  disco: fourFour({ kick: 'x...x...x...x...', snare: '....x.......x...', hat: 'xoxoxoxoxoxoxoxo', openHat: '..x...x...x...x.' }),
  rock: fourFour({ kick: 'x.......x.......', snare: '....x.......x...', hat: 'x.x.x.x.x.x.x.x.' }),
  rockPushed: fourFour({ kick: 'x.....x.x.......', snare: '....x.......x...', hat: 'x.o.x.o.x.o.x.o.' }),
  rockInQuarters: fourFour({ kick: 'x.......x.x.....', snare: '....x.......x...', hat: 'x...x...x...x...' }),
  ballad: fourFour({ kick: 'x.....x.........', snare: '....x.......x...', hat: 'xoxoxoxoxoxoxoxo' }),
  funk: fourFour({ kick: 'x..x..x...x.....', snare: '....x..o.o..x..o', hat: 'xoxoxoxoxoxoxoxo' }),
  breakbeat: fourFour({ kick: 'x.x.......xx....', snare: '....x..o.o..x..o', hat: 'x.x.x.x.x.x.x.x.' }),
  drumAndBass: fourFour({ kick: 'x.........x.....', snare: '....x.......x...', hat: 'x.x.x.x.x.x.x.x.' }),
  electro: fourFour({ kick: 'x.....x...x.....', snare: '....x.......x...', hat: 'x.x.x.x.x.x.x.xx' }),
  halfTime: fourFour({ kick: 'x.........x.....', snare: '........x.......', hat: 'x.x.x.x.x.x.x.x.' }),
  trap: fourFour({ kick: 'x.....x...x.....', clap: '........x.......', hat: 'x.x.x.xxx.x.xxx.' }),
  dembow: fourFour({ kick: 'x...x...x...x...', snare: '...x..x....x..x.' }),
  oneDrop: fourFour({ kick: '........x.......', rim: '........x.......', hat: 'x.x.x.x.x.x.x.x.' }),
  bossa: fourFour({ kick: 'x..xx..xx..xx..x', rim: 'x..x..x...x..x..', hat: 'x.x.x.x.x.x.x.x.' }),
  clave: fourFour({ rim: 'x..x..x...x.x...', shaker: 'x.o.x.o.x.o.x.o.', tom: '......xx......xx' }),
  motown: fourFour({ kick: 'x..x..x.x..x..x.', snare: 'x...x...x...x...' }),
  toms: fourFour({ tom: 'x..x..x.x...x.x.', kick: 'x...x...x...x...' }),
  backbeatOnly: fourFour({ kick: 'x.......x.......', snare: '....x.......x...' }),
  garage: fourFour({ kick: 'x.........x.....', snare: '....x.......x...', hat: '..x..xx...x..xx.' }),
  shuffle: { beatsPerBar: 4, stepsPerBeat: 3, lanes: { kick: 'x.....x.....', snare: '...x.....x..', hat: 'x.xx.xx.xx.x' } },
  swingRide: { beatsPerBar: 4, stepsPerBeat: 3, lanes: { openHat: 'x..x.xx..x.x', rim: '...x.....x..' } },
  waltz: { beatsPerBar: 3, stepsPerBeat: 2, lanes: { kick: 'x.....', snare: '..o.o.', hat: '..x.x.' } },
  rockInThree: { beatsPerBar: 3, stepsPerBeat: 2, lanes: { kick: 'x.....', snare: '....x.', hat: 'xoxoxo' } },
  sixEight: { beatsPerBar: 2, stepsPerBeat: 3, lanes: { kick: 'x.....', snare: '...x..', hat: 'xooxoo' } },
  fiveFour: { beatsPerBar: 5, stepsPerBeat: 2, lanes: { kick: 'x....x....', snare: '..x...x.x.', hat: 'x.x.x.x.x.' } },
} as const satisfies Record<string, Groove>;

export type GrooveName = keyof typeof grooves;
