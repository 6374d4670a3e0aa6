import type { VoiceEnvelopes } from './pulse-curves.ts';
import { interpolated } from './smoothing.ts';

/** Places in a beat where the true beat may lie: twelfths reach off-beats, sixteenths and triplets. */
export const phasesPerBeat = 12;
/** From a place, at which other twelfths of the beat to look. */
const looks = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** What sounds at each twelfth of the beat, apart for even and odd beats; shape [voices][2][12]. */
type Folded = readonly (readonly [Float64Array, Float64Array])[];

/**
 * What speaks for each twelfth of the beat being the beat itself: a row of numbers per twelfth.
 *
 * Kicks, snares and chord changes gather on beats and hats between them; kick and snare take turns from beat to beat; and a piece
 * most often starts on one.
 *
 * @param beats frames, ascending, evenly spaced but perhaps shifted
 */
export function phaseFeatures(envelopes: VoiceEnvelopes, beats: readonly number[]): number[][] {
  const curves = [envelopes.total, ...envelopes.groups, kicks(envelopes)];
  const folded: Folded = curves.map((curve) => fold(curve, beats));
  const sums = folded.map(([even, odd]) => even.map((value, phase) => value + odd[phase]!));
  const peaks = sums.map((sum) => Math.max(1e-6, ...sum));
  const start = startPhase(envelopes.total, beats);
  return Array.from({ length: phasesPerBeat }, (_, phase) => {
    const at = (look: number) => (phase + look) % phasesPerBeat;
    const distance = Math.abs(((start - phase + 1.5 * phasesPerBeat) % phasesPerBeat) - phasesPerBeat / 2);
    return [
      ...sums.flatMap((sum, voice) => looks.map((look) => sum[at(look)]! / peaks[voice]!)),
      ...[0, 6].flatMap((look) => turnTaking(folded, at(look))),
      Math.max(0, 1 - distance / 1.5),
      distance,
    ];
  });
}

/** Where the low end and the highs of an attack start together: a kick, but not the note of a bass. */
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

/** How differently even and odd beats sound in the low, middle and high voices, and whether low and middle take turns. */
function turnTaking(folded: Folded, phase: number): number[] {
  const tilt = ([even, odd]: Folded[number]) => (even[phase]! - odd[phase]!) / (even[phase]! + odd[phase]! + 1e-6);
  const [low, body, attack] = [tilt(folded[1]!), tilt(folded[2]!), tilt(folded[3]!)];
  return [Math.abs(low), Math.abs(body), Math.abs(attack), low * body, low * attack];
}

/** At which twelfth of the beat the music starts, 0 … 12: the first clear onset that is soon followed by another. */
function startPhase(onsets: Float32Array, beats: readonly number[]): number {
  const [from, next] = [beats[0] ?? 0, beats[1] ?? 1];
  const period = Math.max(1, next - from);
  const clear: number[] = [];
  for (let i = 0; i < onsets.length && clear.length < 50; i++) if (onsets[i]! > 1 && i - (clear.at(-1) ?? -9) > 3) clear.push(i);
  const first = clear.find((onset, i) => (clear[i + 1] ?? Number.POSITIVE_INFINITY) - onset < 4.2 * period) ?? clear[0] ?? 0;
  const beat = (first - from) / period;
  return (beat - Math.floor(beat)) * phasesPerBeat;
}
