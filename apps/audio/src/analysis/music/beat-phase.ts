import { interpolated } from './interpolation.ts';
import type { VoiceEnvelopes } from './pulse-curves.ts';

/** Candidate phases per beat: twelfths cover off-beats, sixteenths and triplets. */
export const phasesPerBeat = 12;
/** Offsets from a phase, in twelfths of a beat, whose envelopes are features. */
const lookOffsets = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** Envelope sums per twelfth of the beat, separate for even and odd beats; shape [voices][2][12]. */
type FoldedEnvelope = readonly (readonly [Float64Array, Float64Array])[];

/**
 * Features of each candidate phase, one row per twelfth of the beat.
 *
 * Kicks, snares and chord changes fall on beats and hats between them; kick and snare alternate from beat to beat; and a piece
 * usually starts on a beat.
 *
 * @param beats frames, ascending, evenly spaced, with an arbitrary phase
 */
export function phaseFeatures(envelopes: VoiceEnvelopes, beats: readonly number[]): number[][] {
  const curves = [envelopes.total, ...envelopes.groups, kicks(envelopes)];
  const folded: FoldedEnvelope = curves.map((curve) => fold(curve, beats));
  const sums = folded.map(([even, odd]) => even.map((value, phase) => value + odd[phase]!));
  const peaks = sums.map((sum) => Math.max(1e-6, ...sum));
  const start = startPhase(envelopes.total, beats);
  return Array.from({ length: phasesPerBeat }, (_, phase) => {
    const at = (offset: number) => (phase + offset) % phasesPerBeat;
    const distance = Math.abs(((start - phase + 1.5 * phasesPerBeat) % phasesPerBeat) - phasesPerBeat / 2);
    return [
      ...sums.flatMap((sum, voice) => lookOffsets.map((offset) => sum[at(offset)]! / peaks[voice]!)),
      ...[0, 6].flatMap((offset) => alternation(folded, at(offset))),
      Math.max(0, 1 - distance / 1.5),
      distance,
    ];
  });
}

/** Strength where the low and high bands of an attack start together: detects kicks, but not bass notes. */
function kicks({ groups: [low, , attack] }: VoiceEnvelopes): Float32Array {
  return low!.map((value, i) => Math.sqrt(value * Math.max(attack![i - 1] ?? 0, attack![i]!, attack![i + 1] ?? 0)));
}

function fold(curve: Float32Array, beats: readonly number[]): [Float64Array, Float64Array] {
  const sums: [Float64Array, Float64Array] = [new Float64Array(phasesPerBeat), new Float64Array(phasesPerBeat)];
  for (let beat = 0; beat + 1 < beats.length; beat++) {
    const from = beats[beat]!;
    const step = (beats[beat + 1]! - from) / phasesPerBeat;
    const half = sums[beat % 2 === 0 ? 0 : 1];
    for (let phase = 0; phase < phasesPerBeat; phase++) {
      const frame = from + phase * step;
      half[phase]! += Math.max(interpolated(curve, frame - 0.7), interpolated(curve, frame), interpolated(curve, frame + 0.7));
    }
  }
  return sums;
}

/** Imbalance between even and odd beats in the low, middle and high bands, and the correlation of these imbalances. */
function alternation(folded: FoldedEnvelope, phase: number): number[] {
  const imbalance = ([even, odd]: FoldedEnvelope[number]) => (even[phase]! - odd[phase]!) / (even[phase]! + odd[phase]! + 1e-6);
  const [low, body, attack] = [imbalance(folded[1]!), imbalance(folded[2]!), imbalance(folded[3]!)];
  return [Math.abs(low), Math.abs(body), Math.abs(attack), low * body, low * attack];
}

/** Phase at which the music starts, in twelfths, 0 … 12: the first clear onset that another one follows soon. */
function startPhase(onsets: Float32Array, beats: readonly number[]): number {
  const [from, next] = [beats[0] ?? 0, beats[1] ?? 1];
  const period = Math.max(1, next - from);
  const clear: number[] = [];
  for (let i = 0; i < onsets.length && clear.length < 50; i++) if (onsets[i]! > 1 && i - (clear.at(-1) ?? -9) > 3) clear.push(i);
  const first = clear.find((onset, i) => (clear[i + 1] ?? Number.POSITIVE_INFINITY) - onset < 4.2 * period) ?? clear[0] ?? 0;
  const beat = (first - from) / period;
  return (beat - Math.floor(beat)) * phasesPerBeat;
}
