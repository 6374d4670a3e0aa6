/** Samples of metrics over a window, and what is computed from them. */

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Where samples come from. */
export interface MetricSource {
  /** One sentence for the head of the report. */
  readonly description: string;
  /** How much each series of a counter, or of a part of a histogram, grew in the window. */
  increases(metric: string): Promise<readonly Sample[]>;
  /** The largest value of each series of a gauge in the window. */
  peaks(metric: string): Promise<readonly Sample[]>;
}

export const total = (samples: readonly Sample[]): number => samples.reduce((sum, { value }) => sum + value, 0);

export const having = (samples: readonly Sample[], labels: Readonly<Record<string, string>>): readonly Sample[] =>
  samples.filter((sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value));

/** Groups in the order in which their first sample comes. */
export function groupBy(samples: readonly Sample[], key: (labels: Sample['labels']) => string): ReadonlyMap<string, readonly Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const name = key(sample.labels);
    const group = groups.get(name);
    if (group) group.push(sample);
    else groups.set(name, [sample]);
  }
  return groups;
}

/** A part of a whole; undefined when there is nothing to share. */
export const ratio = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);

/**
 * A quantile of a histogram as Prometheus computes it: linear within the bucket that holds it; in the last bucket its lower bound.
 *
 * @param q in [0, 1]
 * @param buckets cumulative counts with the label `le`, of any number of series
 * @returns undefined without an observation
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function quantile(q: number, buckets: readonly Sample[]): number | undefined {
  const bounds = [...groupBy(buckets, ({ le = '' }) => le)]
    .map(([le, group]) => ({ bound: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count: total(group) }))
    .sort((one, other) => one.bound - other.bound);
  const rank = q * (bounds.at(-1)?.count ?? 0);
  if (rank <= 0) return undefined;
  const at = bounds.findIndex(({ count }) => count >= rank);
  const lower = at > 0 ? bounds[at - 1]! : { bound: 0, count: 0 };
  const { bound, count } = bounds[at]!;
  if (bound === Number.POSITIVE_INFINITY) return lower.bound;
  return lower.bound + ((bound - lower.bound) * (rank - lower.count)) / (count - lower.count);
}
