/** What a report says, as sections of tables; see markdown.ts and html.ts for its forms. */
import type { Objectives } from '../../deploy/slo.ts';
import { cacheExperimentSections, limitSection } from './experiments.ts';
import type { Report, Section } from './render.ts';
import { groupBy, having, type MetricSource, quantile, ratio, type Sample, total } from './samples.ts';

const services = ['gateway', 'audio', 'video', 'posts', 'cache', 'health'];
const probes = /^\/(health\/|metrics)/;
const notReads = /\/(events|file)$/;
const mostRoutes = 20;
const none = '–';

const percent = (share: number | undefined) => (share === undefined ? none : `${Number((share * 100).toFixed(3))} %`);
const seconds = (value: number | undefined) =>
  value === undefined ? none : value < 1 ? `${Math.round(value * 1_000)} ms` : `${Number(value.toFixed(2))} s`;
const count = (value: number) => String(Math.round(value));
const quantiles = (buckets: readonly Sample[]) => [0.5, 0.95, 0.99].map((q) => seconds(quantile(q, buckets)));

export async function makeReport(source: MetricSource, objectives: Objectives): Promise<Report> {
  const measured = await measure(source);
  return {
    source: source.description,
    sections: [
      objectiveSection(measured, objectives),
      routeSection(measured),
      jobSection(measured),
      cacheSection(measured),
      saturation(measured),
      ...limitSection(measured.limitExperiment),
      ...cacheExperimentSections(measured.cacheExperiment.hits, measured.cacheExperiment.misses),
    ],
  };
}

type Measured = Awaited<ReturnType<typeof measure>>;

async function measure({ increases, peaks }: MetricSource) {
  const ofClients = (samples: readonly Sample[]) =>
    samples.filter(({ labels }) => labels.service === 'gateway' && !probes.test(labels.route ?? ''));
  const ofCaches = async (name: string) => [...(await increases(`audio_cache_${name}`)), ...(await increases(`posts_cache_${name}`))];
  return {
    requests: ofClients(await increases('http_requests_total')),
    latencies: ofClients(await increases('http_request_duration_seconds_bucket')),
    attempts: await increases('job_attempts_total'),
    durations: await increases('job_duration_seconds_bucket'),
    deadLetters: await increases('job_dead_letters_total'),
    cost: await increases('job_cost_cpu_seconds_total'),
    oldest: await peaks('job_oldest_seconds'),
    hits: await ofCaches('hits_total'),
    misses: await ofCaches('misses_total'),
    limitExperiment: await increases('gateway_limit_experiment_requests_total'),
    cacheExperiment: { hits: await ofCaches('experiment_hits_total'), misses: await ofCaches('experiment_misses_total') },
    memory: await peaks('process_resident_memory_bytes'),
    memoryLimit: await peaks('process_memory_limit_bytes'),
    eventLoop: await peaks('nodejs_eventloop_lag_p99_seconds'),
    coresUsed: await peaks('compute_budget_cores_used'),
    cores: await peaks('compute_budget_cores'),
    waiters: await peaks('compute_budget_waiters'),
  };
}

const peak = (samples: readonly Sample[]): number | undefined =>
  samples.length > 0 ? Math.max(...samples.map(({ value }) => value)) : undefined;
const errorsOf = (requests: readonly Sample[]) => ratio(total(having(requests, { status_class: '5xx' })), total(requests));

function objectiveSection(measured: Measured, { availability, readLatency, jobs, caches, saturation: limits }: Objectives): Section {
  const { requests, latencies, attempts, deadLetters, oldest, memory, eventLoop } = measured;
  const reads = latencies.filter(({ labels }) => labels.method === 'GET' && !notReads.test(labels.route ?? ''));
  const fast = ratio(total(having(reads, { le: String(readLatency.thresholdSeconds) })), total(having(reads, { le: '+Inf' })));
  const errors = errorsOf(requests);
  const ended = total([...having(attempts, { outcome: 'succeeded' }), ...having(attempts, { outcome: 'failed' })]);
  const lost = ratio(total(deadLetters), ended);
  const rates = services.map((service) => hitRate(measured, service)).filter((rate) => rate !== undefined);
  const memoryPeak = peak(memory.map((sample) => ({ ...sample, value: shareOfLimit(sample, measured) ?? 0 })));
  const atLeast = (name: string, target: number, actual: number | undefined) => [
    name,
    `at least ${percent(target)}`,
    percent(actual),
    verdict(actual, (value) => value >= target),
  ];
  const atMost = (name: string, text: (value: number | undefined) => string, target: number, actual: number | undefined) => [
    name,
    `at most ${text(target)}`,
    text(actual),
    verdict(actual, (value) => value <= target),
  ];
  const rows = [
    atLeast('requests without a 5xx', availability.target, errors === undefined ? undefined : 1 - errors),
    atLeast(`reads within ${seconds(readLatency.thresholdSeconds)}`, readLatency.target, fast),
    atLeast('jobs not given up', jobs.target, lost === undefined ? undefined : 1 - lost),
    atMost('longest wait of a job', seconds, jobs.waitSeconds, peak(oldest)),
    atLeast('lowest hit rate of a cache', caches.hitRate, rates.length > 0 ? Math.min(...rates) : undefined),
    atMost('memory of the limit', percent, limits.memoryRatio, memoryPeak),
    atMost('event loop, p99', seconds, limits.eventLoopSeconds, peak(eventLoop.filter(isOurs))),
  ];
  return { title: 'Objectives', columns: ['objective', 'target', 'measured', 'verdict'], rows };
}

const verdict = (actual: number | undefined, isMet: (value: number) => boolean) =>
  actual === undefined ? 'no data' : isMet(actual) ? 'met' : 'MISSED';
const isOurs = ({ labels }: Sample) => services.includes(labels.service ?? '');

function routeSection({ requests, latencies }: Measured): Section {
  const keyOf = ({ method, route }: Sample['labels']) => `${method} ${route}`;
  const buckets = groupBy(latencies, keyOf);
  const busiest = [...groupBy(requests, keyOf)]
    .filter(([, own]) => total(own) > 0)
    .sort(([, one], [, other]) => total(other) - total(one))
    .slice(0, mostRoutes);
  const row = (name: string, own: readonly Sample[], times: readonly Sample[]) => [
    name,
    count(total(own)),
    percent(errorsOf(own)),
    ...quantiles(times),
  ];
  return {
    title: 'Requests',
    note: `Of the gateway, without probes; the ${mostRoutes} busiest routes.`,
    columns: ['route', 'requests', 'errors', 'p50', 'p95', 'p99'],
    rows: [row('all', requests, latencies), ...busiest.map(([name, own]) => row(name, own, buckets.get(name) ?? []))],
  };
}

function jobSection({ attempts, durations, deadLetters, cost }: Measured): Section {
  const kinds = [...groupBy(attempts, ({ kind = '' }) => kind)].filter(([, own]) => total(own) > 0);
  const rows = kinds.map(([kind, own]) => {
    const ended = total([...having(own, { outcome: 'succeeded' }), ...having(own, { outcome: 'failed' })]);
    const spent = total(having(cost, { kind }));
    return [
      kind,
      count(total(having(own, { outcome: 'succeeded' }))),
      count(total(having(own, { outcome: 'failed' }))),
      count(total(having(own, { outcome: 'retried' }))),
      count(total(having(deadLetters, { kind }))),
      ...quantiles(having(durations, { kind })),
      seconds(spent),
      seconds(ratio(spent, ended)),
    ];
  });
  return {
    title: 'Jobs',
    note: 'CPU: of the child processes and worker threads that the jobs used.',
    columns: ['kind', 'succeeded', 'failed', 'retried', 'given up', 'p50', 'p95', 'p99', 'CPU', 'CPU per job'],
    rows,
  };
}

/** A hit in any tier is a hit; every read asks l1 first. */
function hitRate({ hits, misses }: Measured, service: string): number | undefined {
  const own = having(hits, { service });
  return ratio(total(own), total([...having(own, { cache_type: 'l1' }), ...having(misses, { service, cache_type: 'l1' })]));
}

function cacheSection(measured: Measured): Section {
  const rows = services.flatMap((service) => {
    const own = having(measured.hits, { service });
    if (own.length === 0) return [];
    return [
      [service, percent(hitRate(measured, service)), ...['l1', 'l2', 'l3'].map((cache_type) => count(total(having(own, { cache_type }))))],
    ];
  });
  return { title: 'Caches', columns: ['service', 'hit rate', 'hits in memory', 'hits in Redis', 'hits in the cold tier'], rows };
}

function shareOfLimit({ labels: { service = '', instance = '' }, value }: Sample, { memoryLimit }: Measured): number | undefined {
  const limit = memoryLimit.find(({ labels }) => labels.service === service && (labels.instance ?? '') === instance);
  return limit && ratio(value, limit.value);
}

function saturation(measured: Measured): Section {
  const { memory, eventLoop, coresUsed, cores, waiters } = measured;
  const rows = services
    .filter((service) => having(memory, { service }).length > 0)
    .map((service) => {
      const shares = having(memory, { service }).map((sample) => ({ ...sample, value: shareOfLimit(sample, measured) ?? 0 }));
      const limit = peak(having(cores, { service }));
      const used = peak(having(coresUsed, { service }));
      return [
        service,
        percent(peak(shares)),
        seconds(peak(having(eventLoop, { service }))),
        limit === undefined ? none : percent(ratio(used ?? 0, limit)),
        limit === undefined ? none : count(peak(having(waiters, { service })) ?? 0),
      ];
    });
  return {
    title: 'Saturation',
    note: 'The highest value of any instance.',
    columns: ['service', 'memory of the limit', 'event loop, p99', 'cores of the limit', 'waiting for cores'],
    rows,
  };
}
