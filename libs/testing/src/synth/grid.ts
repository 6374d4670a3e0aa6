/** The pulse of a piece: where beat `n` falls, counted from 0, at a steady or gently wandering tempo. */
export interface Grid {
  readonly bpm: number;
  /** When beat 0 falls. */
  readonly startSeconds: number;
  /** Seconds of the off-beat's delay as a share of the beat: 0 straight, 1/6 a triplet feel. */
  readonly swing?: number;
}

/** Seconds at which a beat, or a fraction of one, sounds; swing delays whatever falls in the second half of a beat. */
export function timeOfBeat(grid: Grid, beat: number): number {
  const whole = Math.floor(beat + 1e-9);
  const part = beat - whole;
  const late = (grid.swing ?? 0) * (part < 0.5 ? part * 2 : (1 - part) * 2);
  return grid.startSeconds + ((whole + part + late) * 60) / grid.bpm;
}

/** Seconds of every beat before `endSeconds`. */
export function beatTimes(grid: Grid, endSeconds: number): number[] {
  const count = Math.max(0, Math.ceil(((endSeconds - grid.startSeconds) * grid.bpm) / 60));
  return Array.from({ length: count }, (_, beat) => timeOfBeat(grid, beat));
}
