/** Finds dissolves: frames that are mixed of the picture before and the picture behind, by a share that rises from 0 to 1. */
import type { PictureSamples } from './picture-samples.ts';

/** Samples of one transition. */
export interface Dissolve {
  readonly first: number;
  readonly last: number;
}

type Samples = Pick<PictureSamples, 'length' | 'at'>;

/** Lengths that are tried, in samples; a dissolve between two of them fits the longer one. */
const lengths = [4, 6, 9, 13, 18, 25];
/** Mean difference in levels between the picture before and behind. */
const leastChange = 9;
/** Scenes move too: before and behind, changes are at most this share of the whole one. */
const calmShare = 0.42;
/** What no mixture of the two pictures explains, as a share of their difference. */
const largestRest = 0.2;

/** In order of time, not overlapping. @param isBroken whether a cut or a fade lies between two samples */
export function findDissolves(samples: Samples, isBroken: (first: number, last: number) => boolean): Dissolve[] {
  const found: (Dissolve & { readonly rest: number })[] = [];
  for (let first = 0; first + lengths[0]! < samples.length; first++) {
    for (const length of lengths) {
      const last = first + length;
      if (last >= samples.length || isBroken(first, last)) break;
      const rest = restOf(samples, first, last);
      if (rest !== undefined) found.push({ first, last, rest });
    }
  }
  const kept: Dissolve[] = [];
  for (const { first, last } of found.sort((a, b) => a.rest - b.rest || a.first - b.first))
    if (kept.every((other) => last <= other.first || first >= other.last)) kept.push({ first, last });
  return kept.sort((a, b) => a.first - b.first);
}

/** @returns how badly a mixture explains the frames between, in [0, 1]; undefined when it is no dissolve */
function restOf(samples: Samples, first: number, last: number): number | undefined {
  const [before, behind] = [samples.at(first), samples.at(last)];
  const change = difference(before, behind);
  if (change < leastChange) return undefined;
  const around = Math.max(2, Math.round((last - first) / 2));
  const calm = calmShare * change;
  if (first < 2 || last > samples.length - 3) return undefined; // nothing around it says that it was calm
  if (difference(samples.at(Math.max(0, first - around)), before) > calm) return undefined;
  if (difference(behind, samples.at(Math.min(samples.length - 1, last + around))) > calm) return undefined;
  return mixtureRest(samples, first, last, change);
}

function mixtureRest(samples: Samples, first: number, last: number, change: number): number | undefined {
  const [before, behind] = [samples.at(first), samples.at(last)];
  let [worst, shareBefore] = [0, 0];
  for (let at = first + 1; at < last; at++) {
    const { share, rest } = mixture(before, behind, samples.at(at));
    const expected = (at - first) / (last - first);
    if (share < shareBefore - 0.05 || Math.abs(share - expected) > 0.22) return undefined;
    worst = Math.max(worst, rest / change);
    shareBefore = share;
  }
  return worst <= largestRest ? worst : undefined;
}

/** Least squares: the share of `behind` in `frame`, and the mean absolute rest. */
function mixture(before: Uint8Array, behind: Uint8Array, frame: Uint8Array): { readonly share: number; readonly rest: number } {
  let [product, square] = [0, 0];
  for (let at = 0; at < frame.length; at++) {
    const step = behind[at]! - before[at]!;
    product += (frame[at]! - before[at]!) * step;
    square += step * step;
  }
  const share = square === 0 ? 0 : product / square;
  let rest = 0;
  for (let at = 0; at < frame.length; at++) rest += Math.abs(frame[at]! - before[at]! - share * (behind[at]! - before[at]!));
  return { share, rest: rest / frame.length };
}

function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += Math.abs(a[at]! - b[at]!);
  return sum / a.length;
}
