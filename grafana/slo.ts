/** SLO dashboard: each objective of deploy/slo.yml, what is left of its budget, and how fast it is used. */
import { readObjectives } from '../deploy/slo.ts';
import type { Dashboard, Query } from './dashboard.ts';
import { gateway, zero } from './rows/common.ts';

const { windowDays, availability, readLatency, jobs, caches, saturation } = readObjectives();
const window = `${windowDays}d`;
const reads = `${gateway},method="GET",route!~".*/(events|file)"`;
const percent = (share: number) => `${Number((share * 100).toFixed(3))} %`;

const errors = `(sum(increase(http_requests_total{${gateway},status_class="5xx"}[${window}])) ${zero}) / sum(increase(http_requests_total{${gateway}}[${window}]))`;
const slowReads = `1 - sum(increase(http_request_duration_seconds_bucket{${reads},le="${readLatency.thresholdSeconds}"}[${window}])) / sum(increase(http_request_duration_seconds_count{${reads}}[${window}]))`;
const left = (used: string, target: number) => `1 - (${used}) / ${Number((1 - target).toFixed(6))}`;

/** Times the rate at which the budget lasts exactly for its window. */
const burn = (rule: string, windows: readonly string[], target: number): Query[] =>
  windows.map((each) => ({ expr: `gateway:${rule}:ratio_rate${each} / ${Number((1 - target).toFixed(6))}`, legend: each }));

export const slo: Dashboard = {
  uid: 'rafaga-slo',
  title: 'Ráfaga: SLO',
  description: 'Service level objectives of deploy/slo.yml: state, remaining budget and burn rate.',
  rows: [
    {
      title: 'Objectives',
      panels: [
        {
          title: 'Availability',
          description: `Share of requests without a 5xx in ${windowDays} days. Objective: ${percent(availability.target)}.`,
          unit: 'percentunit',
          kind: 'stat',
          width: 6,
          queries: [{ expr: `1 - (${errors})` }],
        },
        {
          title: 'Error budget left',
          description: 'Below 0 the objective is missed: stop risky changes until it recovers.',
          unit: 'percentunit',
          kind: 'stat',
          width: 6,
          queries: [{ expr: left(errors, availability.target) }],
        },
        {
          title: 'Fast reads',
          description: `Share of reads within ${readLatency.thresholdSeconds} s in ${windowDays} days. Objective: ${percent(readLatency.target)}.`,
          unit: 'percentunit',
          kind: 'stat',
          width: 6,
          queries: [{ expr: `1 - (${slowReads})` }],
        },
        {
          title: 'Latency budget left',
          description: 'Below 0 the objective is missed: find the slow routes in the overview.',
          unit: 'percentunit',
          kind: 'stat',
          width: 6,
          queries: [{ expr: left(slowReads, readLatency.target) }],
        },
      ],
    },
    {
      title: 'Burn rates',
      panels: [
        {
          title: 'Errors, times the budget',
          description:
            '1 uses the budget exactly in its window. Pages: 14.4 over 1 h and 5 min, 6 over 6 h and 30 min; ticket: 1 over 3 d.',
          unit: 'none',
          width: 12,
          thresholds: [1, 6],
          alerts: ['ErrorBudgetBurnsFast', 'ErrorBudgetBurns', 'ErrorBudgetBurnsSlowly', 'ErrorsHigh'],
          queries: burn('http_errors', ['5m', '1h', '6h', '3d'], availability.target),
        },
        {
          title: 'Slow reads, times the budget',
          description: '1 uses the budget exactly in its window. Page: 6 over 6 h and 30 min; ticket: 1 over 3 d and 6 h.',
          unit: 'none',
          width: 12,
          thresholds: [1, 6],
          alerts: ['LatencyBudgetBurns', 'LatencyBudgetBurnsSlowly', 'ReadsAreSlow'],
          queries: burn('http_slow_reads', ['5m', '30m', '6h', '3d'], readLatency.target),
        },
      ],
    },
    {
      title: 'Jobs, caches and saturation',
      panels: [
        {
          title: 'Jobs delivered',
          description: `Share of ended jobs of the last day that were not given up. Objective: ${percent(jobs.target)}.`,
          unit: 'percentunit',
          width: 6,
          alerts: ['JobsGivenUp'],
          queries: [
            {
              expr: `1 - sum(increase(job_dead_letters_total[1d])) / (sum(increase(job_attempts_total{outcome=~"succeeded|failed"}[1d])) > 0)`,
              legend: 'delivered',
            },
          ],
        },
        {
          title: 'Longest wait of a job',
          description: `Time since the oldest job became due. Objective: under ${jobs.waitSeconds} s.`,
          unit: 's',
          width: 6,
          thresholds: [jobs.waitSeconds / 10, jobs.waitSeconds],
          alerts: ['JobsWaitLong'],
          queries: [{ expr: `max(job_oldest_seconds) ${zero}`, legend: 'oldest' }],
        },
        {
          title: 'Cache hit rate',
          description: `Share of reads that a tier answers. Objective: ${percent(caches.hitRate)}.`,
          unit: 'percentunit',
          width: 6,
          alerts: ['CacheHitRateLow'],
          queries: [{ expr: 'avg by (service) (cache_hit_rate)', legend: '{{service}}' }],
        },
        {
          title: 'Memory of the limit',
          description: `Resident memory as a share of the own limit of each process. Objective: under ${percent(saturation.memoryRatio)}.`,
          unit: 'percentunit',
          width: 6,
          thresholds: [saturation.memoryRatio - 0.1, saturation.memoryRatio],
          alerts: ['MemoryHigh'],
          queries: [
            {
              expr: 'max by (service) (process_resident_memory_bytes{job="rafaga"} / process_memory_limit_bytes{job="rafaga"})',
              legend: '{{service}}',
            },
          ],
        },
      ],
    },
  ],
};
