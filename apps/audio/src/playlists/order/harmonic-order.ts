/**
 * The order in which tracks mix best: each next one close in tempo and key. A path through all items that is as short as nearest neighbour and 2-opt make
 * it (Croes, "A method for solving traveling-salesman problems", 1958): short, not the shortest. Deterministic.
 */
import { camelotCodes, camelotOf, type KeyName, type Mode } from '#contracts/plain';
import { keyDistance, tempoDistance } from '../../similarity/distances.ts';

export interface Mixable {
  readonly bpm: number | null;
  readonly key: KeyName | null;
  readonly mode: Mode | null;
}

export interface Transition {
  readonly cost: number;
  readonly tempo: number | null;
  readonly key: number | null;
}

export interface HarmonicOrder {
  /** Indexes of the items, in the suggested order. */
  readonly order: readonly number[];
  readonly presentCost: number;
  readonly suggestedCost: number;
}

const tempoWeight = 3;
const keyWeight = 2;
/** Distance to or from a track whose value is not known: neither near nor far. */
const unknownDistance = 0.5;
/** Each pass looks at every pair; few paths of a thousand items change after the tenth. */
const maxPasses = 20;
/** Smaller gains are rounding errors. */
const minGain = 1e-9;

/** From 0 (the same tempo and key) to 1. */
export function transitionBetween(a: Mixable, b: Mixable): Transition {
  const [from, to] = [camelotOf(a.key, a.mode), camelotOf(b.key, b.mode)];
  const tempo = a.bpm === null || b.bpm === null ? null : tempoDistance(a.bpm, b.bpm);
  const key = from === null || to === null ? null : keyDistance(from, to);
  return { cost: costOfTransition(tempo, key), tempo, key };
}

const costOfTransition = (tempo: number | null, key: number | null): number =>
  (tempoWeight * (tempo ?? unknownDistance) + keyWeight * (key ?? unknownDistance)) / (tempoWeight + keyWeight);

/** @param start index of the item that comes first; default: the first one of which something is known */
export function harmonicOrder(items: readonly Mixable[], start?: number): HarmonicOrder {
  const costs = costTable(items);
  const given = items.map((_, index) => index);
  const isKnown = (index: number) => items[index]!.bpm !== null || camelotOf(items[index]!.key, items[index]!.mode) !== null;
  const first = start ?? given.find(isKnown);
  const moving = given.filter((index) => index !== first && isKnown(index));
  const unknowns = given.filter((index) => index !== first && !isKnown(index));
  const kept = first === undefined ? [] : [first];
  const paths = [nearestNeighbours(kept, moving, costs), [...kept, ...moving]].map((path) => [...improve(path, costs), ...unknowns]);
  // What is not known is last, which can cost more than where it is now: the order is then left as it is.
  if (start === undefined || start === 0) paths.push(given);
  const [order] = paths.sort((a, b) => costOf(a, costs) - costOf(b, costs));
  return { order: order!, presentCost: costOf(given, costs), suggestedCost: costOf(order!, costs) };
}

type Costs = (a: number, b: number) => number;

/** The costs of all pairs. There are 24 keys, so their distances come from a table. */
function costTable(items: readonly Mixable[]): Costs {
  const count = items.length;
  const table = new Float64Array(count * count);
  const keys = items.map(({ key, mode }) => camelotCodes.indexOf(camelotOf(key, mode)!));
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      const [from, to] = [items[a]!.bpm, items[b]!.bpm];
      const tempo = from === null || to === null ? null : tempoDistance(from, to);
      const key = keys[a]! < 0 || keys[b]! < 0 ? null : keyDistances[keys[a]!]![keys[b]!]!;
      const cost = costOfTransition(tempo, key);
      table[a * count + b] = cost;
      table[b * count + a] = cost;
    }
  }
  return (a, b) => table[a * count + b]!;
}

const keyDistances = camelotCodes.map((from) => camelotCodes.map((to) => keyDistance(from, to)));

const costOf = (path: readonly number[], costs: Costs): number =>
  path.reduce((sum, item, at) => (at === 0 ? 0 : sum + costs(path[at - 1]!, item)), 0);

function nearestNeighbours(kept: readonly number[], moving: readonly number[], costs: Costs): number[] {
  const [path, left] = [[...kept], new Set(moving)];
  while (left.size > 0) {
    const last = path.at(-1);
    let [best, bestCost] = [-1, Number.POSITIVE_INFINITY];
    for (const item of left) {
      const cost = last === undefined ? 0 : costs(last, item);
      if (cost < bestCost) [best, bestCost] = [item, cost];
    }
    path.push(best);
    left.delete(best);
  }
  return path;
}

/** 2-opt: reverses segments of the path as long as that lowers its cost. The first item stays; the last one is free. */
function improve(path: number[], costs: Costs): number[] {
  for (let pass = 0, changed = true; changed && pass < maxPasses; pass++) {
    changed = false;
    for (let from = 1; from < path.length - 1; from++) {
      for (let to = from + 1; to < path.length; to++) {
        const [before, first, last, after] = [path[from - 1]!, path[from]!, path[to]!, path[to + 1]];
        const now = costs(before, first) + (after === undefined ? 0 : costs(last, after));
        const reversed = costs(before, last) + (after === undefined ? 0 : costs(first, after));
        if (reversed >= now - minGain) continue;
        for (let a = from, b = to; a < b; a++, b--) [path[a], path[b]] = [path[b]!, path[a]!];
        changed = true;
      }
    }
  }
  return path;
}
