/**
 * How long requests take, by route, method and status. A metric of our own making beside prom-client's: its histogram finds a count by the
 * labels written out, which costs every request more than the counting; here a route leads to its counts directly.
 */
import { type Metric, register } from 'prom-client';
import { durationBuckets } from '../bus/bus.metrics.ts';

interface Labels {
  readonly method: string;
  /** the template, never the URL */
  readonly route: string;
  readonly status_code: string;
}

interface Tally {
  readonly labels: Labels;
  /** One for each bucket, and one for what is slower than all of them; not cumulated. */
  readonly counts: number[];
  sumSeconds: number;
}

/** What Fastify knows of a route: the same object for all of its requests. */
export interface RouteConfig {
  readonly url?: string;
}

/** Routes come from our code, methods from a closed set, statuses from HTTP. */
let byRoute = new WeakMap<RouteConfig, Map<string, Map<number, Tally>>>();
const tallies: Tally[] = [];
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function observeDuration(route: RouteConfig, method: string, status: number, seconds: number): void {
  const tally = byRoute.get(route)?.get(method)?.get(status) ?? newTally(route, method, status);
  const bucket = durationBuckets.findIndex((bound) => seconds <= bound);
  tally.counts[bucket < 0 ? durationBuckets.length : bucket]! += 1;
  tally.sumSeconds += seconds;
}

function newTally(config: RouteConfig, asked: string, status: number): Tally {
  const method = knownMethods.has(asked) ? asked : 'OTHER';
  const labels = { method, route: config.url ?? 'unmatched', status_code: String(status) };
  const known = tallies.find((each) => isSame(each.labels, labels));
  const tally = known ?? { labels, counts: [...durationBuckets, 0].map(() => 0), sumSeconds: 0 };
  if (!known) tallies.push(tally);
  if (method === asked) remember(config, method, status, tally); // what is not from a closed set is looked for each time
  return tally;
}

const isSame = (a: Labels, b: Labels) => a.method === b.method && a.route === b.route && a.status_code === b.status_code;

function remember(config: RouteConfig, method: string, status: number, tally: Tally): void {
  const methods = byRoute.get(config) ?? new Map<string, Map<number, Tally>>();
  const statuses = methods.get(method) ?? new Map<number, Tally>();
  byRoute.set(config, methods.set(method, statuses.set(status, tally)));
}

const countOf = ({ counts }: Tally) => counts.reduce((sum, count) => sum + count, 0);

function samplesOf({ labels, counts, sumSeconds }: Tally) {
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

function forget(): void {
  tallies.length = 0;
  byRoute = new WeakMap();
}

const durations = {
  name: 'http_request_duration_seconds',
  help: 'Time from the first byte of a request to the last of its answer.',
  type: 'histogram',
  aggregator: 'sum',
  get: async () => ({ ...durations, values: tallies.flatMap(samplesOf) }),
  reset: forget,
};
const requests = {
  name: 'http_requests_total',
  help: 'HTTP requests answered.',
  type: 'counter',
  aggregator: 'sum',
  get: async () => ({ ...requests, values: tallies.map((tally) => ({ labels: { ...tally.labels }, value: countOf(tally) })) }),
  reset: forget,
};
for (const metric of [durations, requests]) register.registerMetric(metric as unknown as Metric);
