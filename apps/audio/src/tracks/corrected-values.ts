/** What holds for a track: the corrections of its owner where there are any, else what the analysis found. */
import type { KeyName, Mode, TrackAnalysis, TrackCorrections } from '#contracts';

export type Found = Pick<TrackAnalysis, 'bpm' | 'candidates' | 'key' | 'mode'>;

export interface CorrectedValues {
  readonly bpm: number | null;
  readonly key: KeyName | null;
  readonly mode: Mode | null;
}

/** @param found null before the analysis */
export function correctedValues(found: Found | null, corrections: TrackCorrections | null): CorrectedValues {
  const { key, mode } = corrections?.key ? corrections : (found ?? { key: null, mode: null });
  return { bpm: tempoOf(found, corrections), key, mode };
}

function tempoOf(found: Found | null, corrections: TrackCorrections | null): number | null {
  const byHand = corrections?.bpm ?? corrections?.beatGrid?.[0]?.bpm;
  if (byHand !== undefined) return byHand;
  if (!found) return null;
  const { bpmMin, bpmMax } = corrections ?? { bpmMin: null, bpmMax: null };
  return tempoWithin(found, bpmMin ?? 0, bpmMax ?? Number.POSITIVE_INFINITY);
}

/** Readings of one pulse: as found, and each beat taken as two, as three, as half or as a third of a beat. */
const readings = [1, 2, 1 / 2, 3, 1 / 3];

/**
 * Of the tempi that were found, the most likely one within the range; else the most likely one read at another metrical level.
 *
 * @returns the tempo as found where none fits; null without a tempo
 */
export function tempoWithin({ bpm, candidates }: Pick<Found, 'bpm' | 'candidates'>, min: number, max: number): number | null {
  if (bpm === null) return null;
  const tempi = [bpm, ...candidates.map((candidate) => candidate.bpm)];
  const fitting = readings.flatMap((factor) => tempi.map((tempo) => tempo * factor)).find((tempo) => tempo >= min && tempo <= max);
  return fitting === undefined ? bpm : Math.round(fitting * 100) / 100;
}
