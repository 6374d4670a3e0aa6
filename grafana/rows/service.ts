/** Rows that the dashboards of single services share, and their queries. */
import type { Query, Row } from '../dashboard.ts';

/** Events per second by labels. */
export const rate = (metric: string, filter: string, by: string): Query => ({
  expr: `sum by (${by}) (rate(${metric}{${filter}}[$__rate_interval]))`,
  legend: by
    .split(', ')
    .map((label) => `{{${label}}}`)
    .join(' '),
});

/** Median and p95 of a histogram; by labels: the p95 alone. */
export const latency = (metric: string, filter: string, by?: string): Query[] =>
  (by ? [0.95] : [0.5, 0.95]).map((q) => ({
    expr: `histogram_quantile(${q}, sum by (le${by ? `, ${by}` : ''}) (rate(${metric}_bucket{${filter}}[$__rate_interval])))`,
    legend: by ? `{{${by}}}` : `p${q * 100}`,
  }));

/** Jobs of a service: its kinds begin with its name. */
export const jobRow = (service: string, filter: string): Row => ({
  title: 'Jobs',
  panels: [
    {
      title: 'Attempts by outcome',
      description: '`retried` and `lost` attempts are repeated; `failed` ones are not.',
      unit: 'ops',
      stacked: true,
      queries: [rate('job_attempts_total', filter, 'kind, outcome')],
    },
    {
      title: 'Time of an attempt, p95',
      description: 'From claiming the job to recording its outcome, by kind.',
      unit: 's',
      queries: latency('job_duration_seconds', filter, 'kind'),
    },
    {
      title: 'Jobs waiting longest',
      description: 'Time since the oldest job of a kind became due. Above ten minutes there are too few workers.',
      unit: 's',
      thresholds: [60, 600],
      alerts: ['JobsWaitLong', 'JobsStandStill'],
      queries: [{ expr: `max by (kind) (job_oldest_seconds{kind=~"${service}.*"}) or on() vector(0)`, legend: '{{kind}}' }],
    },
  ],
});

/** Cores and memory that the jobs and threads of a process use. */
export const resourceRow = (filter: string): Row => ({
  title: 'Cores and memory',
  panels: [
    {
      title: 'Cores in use',
      description: 'Cores in use by jobs, child processes and threads, relative to the concurrency limit of each process.',
      unit: 'cores',
      queries: [
        { expr: `sum(compute_budget_cores_used{${filter}})`, legend: 'in use' },
        { expr: `sum(compute_budget_cores{${filter}})`, legend: 'limit' },
      ],
    },
    {
      title: 'Memory in use',
      description: 'Memory reserved by running jobs, relative to the same limit.',
      unit: 'bytes',
      queries: [
        { expr: `sum(compute_budget_memory_used_bytes{${filter}})`, legend: 'in use' },
        { expr: `sum(compute_budget_memory_bytes{${filter}})`, legend: 'limit' },
      ],
    },
    {
      title: 'Waiting for cores or memory',
      description: 'Requests in the queue of the concurrency limiter. Above 0 for long: more instances, or WORKER_CORES.',
      unit: 'short',
      thresholds: [1, 10],
      queries: [{ expr: `sum by (instance) (compute_budget_waiters{${filter}})`, legend: '{{instance}}' }],
    },
  ],
});
