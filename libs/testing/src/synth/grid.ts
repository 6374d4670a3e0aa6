/** The beat grid of a piece: maps beat numbers, counted from 0, to time at a constant tempo. */
export interface Grid {
  readonly bpm: number;
  /** Time of beat 0. */
  readonly startSeconds: number;
  /** Delay of the off-beat as a fraction of the beat: 0 straight, 1/6 triplet feel. */
  readonly swing?: number;
}

/** Returns the time of a (fractional) beat in seconds, with swing. */
export function timeOfBeat(grid: Grid, beat: number): number {
  const whole = Math.floor(beat + 1e-9);
  const part = beat - whole;
  const late = (grid.swing ?? 0) * (part < 0.5 ? part * 2 : (1 - part) * 2);
  return grid.startSeconds + ((whole + part + late) * 60) / grid.bpm;
}

/** Returns the time of every beat before `endSeconds`, in seconds. */
export function beatTimes(grid: Grid, endSeconds: number): number[] {
  const count = Math.max(0, Math.ceil(((endSeconds - grid.startSeconds) * grid.bpm) / 60));
  return Array.from({ length: count }, (_, beat) => timeOfBeat(grid, beat));
}
