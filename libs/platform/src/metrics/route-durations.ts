/**
 * Request durations by method and route, and requests by method, route and class of status. Custom metrics instead of prom-client's, which build a
 * string of the labels at every observation; here the route object leads to its counts directly.
 */
import { type Metric, register } from 'prom-client';
import type { Exemplar } from './open-metrics.ts';

/** Hold the objectives (50 ms, 100 ms, 300 ms, 500 ms, 1 s), so that ratios against them are exact. With +Inf they are ten: each route has its own. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 0.5, 1, 3];
const statusClasses = ['2xx', '3xx', '4xx', '5xx'] as const;

interface Labels {
  readonly method: string;
  /** route template, never the URL */
  readonly route: string;
}

interface Series {
  readonly labels: Labels;
  /** One per bucket and one above the last bucket; not cumulative. */
  readonly counts: number[];
  sumSeconds: number;
  /** One per class of status. */
  readonly byClass: number[];
  /** Answered with 429. */
  limited: number;
  /** The latest traced request of each bucket; empty while traces are off. */
  readonly exemplars: Exemplar[];
}

/** Route configuration of Fastify: the same object for all requests of a route. */
export interface RouteConfig {
  readonly url?: string;
}

/** Bounded: routes come from the code, methods from a closed set. */
let byRoute = new WeakMap<RouteConfig, Map<string, Series>>();
/** By {@link nameOf}. */
const allSeries = new Map<string, Series>();
const nameOf = (method: string | undefined, route: string | undefined) => `${method} ${route}`;
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** @param traceId of a request whose trace is recorded */
export function observeDuration(route: RouteConfig, method: string, status: number, seconds: number, traceId?: string): void {
  const series = byRoute.get(route)?.get(method) ?? newSeries(route, method);
  const found = durationBuckets.findIndex((bound) => seconds <= bound);
  const bucket = found < 0 ? durationBuckets.length : found;
  series.counts[bucket]! += 1;
  if (traceId) series.exemplars[bucket] = { traceId, seconds, at: new Date() };
  series.sumSeconds += seconds;
  series.byClass[Math.min(Math.max(Math.floor(status / 100), 2), 5) - 2]! += 1;
  if (status === 429) series.limited += 1;
}

/** Begins the counters of a route at 0, so that its first error is an increase. */
export function countFromZero(route: RouteConfig, method: string): void {
  newSeries(route, method);
}

function newSeries(config: RouteConfig, requestMethod: string): Series {
  const method = knownMethods.has(requestMethod) ? requestMethod : 'OTHER';
  const route = config.url ?? 'unmatched';
  const known = allSeries.get(nameOf(method, route));
  const counts = [...durationBuckets, 0].map(() => 0);
  const series = known ?? {
    labels: { method, route },
    counts,
    sumSeconds: 0,
    byClass: statusClasses.map(() => 0),
    limited: 0,
    exemplars: [],
  };
  allSeries.set(nameOf(method, route), series);
  if (method === requestMethod) byRoute.set(config, (byRoute.get(config) ?? new Map()).set(method, series)); // unknown ones: the map stays bounded
  return series;
}

const countOf = ({ counts }: Series) => counts.reduce((sum, count) => sum + count, 0);

/** A route that nobody has called has no durations: twelve series of 0 each would say nothing. */
function samplesOf(series: Series) {
  if (countOf(series) === 0) return [];
  const { labels, counts, sumSeconds } = series;
  let sum = 0;
  const buckets = [...durationBuckets, '+Inf'].map((le, index) => {
    sum += counts[index] as number;
    return { metricName: `${durations.name}_bucket`, labels: { le, ...labels }, value: sum };
  });
  return [
    ...buckets,
    { metricName: `${durations.name}_sum`, labels: { ...labels }, value: sumSeconds },
    { metricName: `${durations.name}_count`, labels: { ...labels }, value: sum },
  ];
}

/** The latest traced request of the bucket that a sample of {@link durations} counts. */
export function exemplarOf(sample: string): Exemplar | undefined {
  const [, le, method, route] = /^http_request_duration_seconds_bucket\{le="([^"]+)",method="(\w+)",route="([^"]*)"/.exec(sample) ?? [];
  const bucket = le === '+Inf' ? durationBuckets.length : durationBuckets.indexOf(Number(le));
  return allSeries.get(nameOf(method, route))?.exemplars[bucket];
}

const requestsOf = ({ labels, byClass }: Series) =>
  statusClasses.map((status_class, index) => ({ labels: { ...labels, status_class }, value: byClass[index]! }));

function reset(): void {
  allSeries.clear();
  byRoute = new WeakMap();
}

const durations = {
  name: 'http_request_duration_seconds',
  help: 'Time from the first byte of a request to the last of its answer.',
  type: 'histogram',
  aggregator: 'sum',
  get: async () => ({ ...durations, values: [...allSeries.values()].flatMap(samplesOf) }),
  reset,
};
const requests = {
  name: 'http_requests_total',
  help: 'HTTP requests answered, by class of status.',
  type: 'counter',
  aggregator: 'sum',
  get: async () => ({ ...requests, values: [...allSeries.values()].flatMap(requestsOf) }),
  reset,
};
const limited = {
  name: 'http_requests_limited_total',
  help: 'HTTP requests refused with 429, by route.',
  type: 'counter',
  aggregator: 'sum',
  get: async () => ({ ...limited, values: limitedSamples() }),
  reset,
};
function limitedSamples() {
  const found = [...allSeries.values()].filter((series) => series.limited > 0);
  return found.map((series) => ({ labels: { ...series.labels }, value: series.limited }));
}
for (const metric of [durations, requests, limited]) register.registerMetric(metric as unknown as Metric);
