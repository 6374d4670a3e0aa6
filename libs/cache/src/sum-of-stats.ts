import type { Tally } from './cache-metrics.ts';
import type { NamespaceState } from './namespace-state.ts';

type Stats = ReturnType<NamespaceState['stats']>;

const counted = ['entries', 'bytes', 'loads', 'loadFailures', 'staleServed', 'evictions', 'loading'] as const;

const sumOf = (one: Tally, other: Tally): Tally => ({ hits: one.hits + other.hits, misses: one.misses + other.misses });

/** Statistics of a namespace from those of its arms: counts and memory are summed; strategy, lifetimes and simulated policies are those of the first. */
export function sumOfStats(first: Stats, second: Stats): Stats {
  const sums = Object.fromEntries(counted.map((name) => [name, first[name] + second[name]])) as Record<(typeof counted)[number], number>;
  return {
    ...first,
    ...sums,
    rules: { ...first.rules, maxBytes: first.rules.maxBytes + second.rules.maxBytes },
    warmed: { loaded: first.warmed.loaded + second.warmed.loaded, used: first.warmed.used + second.warmed.used },
    l1: sumOf(first.l1, second.l1),
    l2: sumOf(first.l2, second.l2),
    l3: sumOf(first.l3, second.l3),
  };
}
