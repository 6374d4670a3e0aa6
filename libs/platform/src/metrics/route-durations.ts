/**
 * Request durations by route, method and status. A custom metric instead of prom-client's histogram, which builds a string of the labels at every
 * observation; here the route object leads to its counts directly.
 */
import { type Metric, register } from 'prom-client';
import { durationBuckets } from '../bus/bus.metrics.ts';

interface Labels {
  readonly method: string;
  /** route template, never the URL */
  readonly route: string;
  readonly status_code: string;
}

interface Series {
  readonly labels: Labels;
  /** One per bucket and one above the last bucket; not cumulative. */
  readonly counts: number[];
  sumSeconds: number;
}

/** Route configuration of Fastify: the same object for all requests of a route. */
export interface RouteConfig {
  readonly url?: string;
}

/** Bounded: routes come from the code, methods from a closed set, statuses from HTTP. */
let byRoute = new WeakMap<RouteConfig, Map<string, Map<number, Series>>>();
const allSeries: Series[] = [];
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function observeDuration(route: RouteConfig, method: string, status: number, seconds: number): void {
  const series = byRoute.get(route)?.get(method)?.get(status) ?? newSeries(route, method, status);
  const bucket = durationBuckets.findIndex((bound) => seconds <= bound);
  series.counts[bucket < 0 ? durationBuckets.length : bucket]! += 1;
  series.sumSeconds += seconds;
}

function newSeries(config: RouteConfig, requestMethod: string, status: number): Series {
  const method = knownMethods.has(requestMethod) ? requestMethod : 'OTHER';
  const labels = { method, route: config.url ?? 'unmatched', status_code: String(status) };
  const known = allSeries.find((each) => isSame(each.labels, labels));
  const series = known ?? { labels, counts: [...durationBuckets, 0].map(() => 0), sumSeconds: 0 };
  if (!known) allSeries.push(series);
  if (method === requestMethod) remember(config, method, status, series); // unknown methods are not cached, so that the map stays bounded
  return series;
}

const isSame = (a: Labels, b: Labels) => a.method === b.method && a.route === b.route && a.status_code === b.status_code;

function remember(config: RouteConfig, method: string, status: number, series: Series): void {
  const methods = byRoute.get(config) ?? new Map<string, Map<number, Series>>();
  const statuses = methods.get(method) ?? new Map<number, Series>();
  byRoute.set(config, methods.set(method, statuses.set(status, series)));
}

const countOf = ({ counts }: Series) => counts.reduce((sum, count) => sum + count, 0);

function samplesOf({ labels, counts, sumSeconds }: Series) {
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

function reset(): void {
  allSeries.length = 0;
  byRoute = new WeakMap();
}

const durations = {
  name: 'http_request_duration_seconds',
  help: 'Time from the first byte of a request to the last of its answer.',
  type: 'histogram',
  aggregator: 'sum',
  get: async () => ({ ...durations, values: allSeries.flatMap(samplesOf) }),
  reset,
};
const requests = {
  name: 'http_requests_total',
  help: 'HTTP requests answered.',
  type: 'counter',
  aggregator: 'sum',
  get: async () => ({ ...requests, values: allSeries.map((series) => ({ labels: { ...series.labels }, value: countOf(series) })) }),
  reset,
};
for (const metric of [durations, requests]) register.registerMetric(metric as unknown as Metric);
