/** Jobs dashboard: queues, attempts, cost and the outbox, by kind of job. */
import type { Dashboard } from './dashboard.ts';
import { latency, rate } from './rows/service.ts';

const kinds = 'kind=~"$kind"';
const zero = 'or on() vector(0)';

export const jobsDashboard: Dashboard = {
  uid: 'rafaga-jobs',
  title: 'Ráfaga: jobs',
  description: 'Queues, attempts, failures and cost of jobs by kind; outbox and webhooks.',
  variables: [{ name: 'kind', label: 'Kind', metric: 'job_in_flight' }],
  rows: [
    {
      title: 'Queues',
      panels: [
        {
          title: 'Queued',
          description: 'Jobs that wait, by kind. An alert fires above 100 if the queue still grows.',
          unit: 'short',
          thresholds: [50, 100],
          alerts: ['JobsPileUp'],
          queries: [{ expr: `max by (kind) (job_queue_depth{${kinds}}) ${zero}`, legend: '{{kind}}' }],
        },
        {
          title: 'Waiting longest',
          description: 'Time since the oldest job of a kind became due. An alert fires above ten minutes.',
          unit: 's',
          thresholds: [60, 600],
          alerts: ['JobsWaitLong', 'JobsStandStill'],
          queries: [{ expr: `max by (kind) (job_oldest_seconds{${kinds}}) ${zero}`, legend: '{{kind}}' }],
        },
        {
          title: 'Running',
          description: 'Jobs that instances work on, by kind; at most WORKER_PROCESSES for each instance.',
          unit: 'short',
          queries: [{ expr: `sum by (kind) (job_in_flight{${kinds}})`, legend: '{{kind}}' }],
        },
      ],
    },
    {
      title: 'Attempts',
      panels: [
        {
          title: 'By outcome',
          description: '`retried`, `released` and `lost` attempts are repeated, `deferred` ones wait; `failed` ones are final.',
          unit: 'ops',
          stacked: true,
          queries: [rate('job_attempts_total', kinds, 'outcome')],
        },
        {
          title: 'By kind',
          description: 'Ended attempts.',
          unit: 'ops',
          stacked: true,
          queries: [rate('job_attempts_total', kinds, 'kind')],
        },
        {
          title: 'Duration, p95',
          description: 'From claiming the job to recording its outcome.',
          unit: 's',
          queries: latency('job_duration_seconds', kinds, 'kind'),
        },
        {
          title: 'Failures',
          description: 'Share of the attempts that failed for good, by kind. Rejected input fails too, so it is not 0.',
          unit: 'percentunit',
          thresholds: [0.05, 0.2],
          queries: [
            {
              expr: `sum by (kind) (rate(job_attempts_total{${kinds},outcome="failed"}[$__rate_interval])) / sum by (kind) (rate(job_attempts_total{${kinds}}[$__rate_interval]))`,
              legend: '{{kind}}',
            },
          ],
        },
        {
          title: 'Given up',
          description: 'Jobs of the last hour that failed at every attempt (dead letters). Each one needs a look.',
          unit: 'short',
          thresholds: [1, 10],
          alerts: ['JobsGivenUp'],
          queries: [{ expr: `sum by (kind) (increase(job_dead_letters_total{${kinds}}[1h])) ${zero}`, legend: '{{kind}}' }],
        },
        {
          title: 'Cost',
          description: 'CPU time per second of the child processes and worker threads that jobs of a kind use.',
          unit: 'cores',
          queries: [rate('job_cost_cpu_seconds_total', kinds, 'kind')],
        },
      ],
    },
    {
      title: 'Outbox and webhooks',
      panels: [
        {
          title: 'Messages waiting',
          description: 'Due messages that are not published yet; near 0 while NATS is available.',
          unit: 'short',
          queries: [{ expr: 'max(outbox_pending)', legend: 'outbox' }],
        },
        {
          title: 'Oldest message',
          description: 'Age of the oldest message of the outbox. An alert fires above a minute.',
          unit: 's',
          thresholds: [10, 60],
          alerts: ['AnnouncementsLate'],
          queries: [{ expr: 'max(outbox_lag_seconds)', legend: 'oldest' }],
        },
        {
          title: 'Oldest webhook delivery',
          description: 'Time since the oldest pending delivery became due. An alert fires above five minutes.',
          unit: 's',
          thresholds: [60, 300],
          alerts: ['WebhooksLate'],
          queries: [{ expr: 'max(webhook_oldest_seconds)', legend: 'oldest' }],
        },
      ],
    },
  ],
};
