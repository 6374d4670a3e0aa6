import type { DrumKit, DrumName } from './drums.ts';
import { type Grid, timeOfBeat } from './grid.ts';
import type { Groove } from './grooves.ts';
import type { Mix } from './mix.ts';
import { type Random, seededRandom } from './random.ts';

export interface DrumTrackOptions {
  readonly fromBeat?: number;
  readonly toBeat: number;
  readonly gain?: number;
  /** Approximate standard deviation of the hits around the grid, in seconds. */
  readonly jitterSeconds?: number;
  /** Fraction of the hits that are omitted, 0 … 1. */
  readonly dropped?: number;
  /** A fill of toms and snare ends every group of this many bars; 0 for none. */
  readonly fillEveryBars?: number;
  readonly random?: Random;
}

const laneGain: Record<DrumName, number> = {
  kick: 1,
  snare: 0.8,
  hat: 0.4,
  openHat: 0.4,
  tom: 0.8,
  clap: 0.7,
  rim: 0.5,
  shaker: 0.5,
  click: 0.8,
};

/** Repeats a groove in a mix, from one beat to another. */
export function addDrums(mix: Mix, grid: Grid, groove: Groove, kit: DrumKit, options: DrumTrackOptions): void {
  const random = options.random ?? seededRandom(1);
  const steps = groove.beatsPerBar * groove.stepsPerBeat;
  const first = (options.fromBeat ?? 0) * groove.stepsPerBeat;
  for (let step = first; step < options.toBeat * groove.stepsPerBeat; step++) {
    const bar = Math.floor(step / steps);
    const fills = !!options.fillEveryBars && bar % options.fillEveryBars === options.fillEveryBars - 1 && step % steps >= steps / 2;
    for (const [drum, lane] of Object.entries(fills ? fillLanes(steps) : groove.lanes) as [DrumName, string][]) {
      const strength = lane[step % steps] === 'x' ? 1 : lane[step % steps] === 'o' ? 0.45 : 0;
      if (strength === 0 || random() < (options.dropped ?? 0)) continue;
      const late = (random() + random() + random() - 1.5) * 2 * (options.jitterSeconds ?? 0);
      const loud = 0.85 + 0.15 * random();
      mix.add(kit[drum], timeOfBeat(grid, step / groove.stepsPerBeat) + late, (options.gain ?? 1) * laneGain[drum] * strength * loud);
    }
  }
}

function fillLanes(steps: number): Partial<Record<DrumName, string>> {
  return { tom: 'x'.repeat(steps), snare: 'x.o.'.repeat(Math.ceil(steps / 4)) };
}
