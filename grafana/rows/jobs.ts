/** Rows for jobs, outbox and caches. */
import type { Row } from '../dashboard.ts';
import { mine, zero } from './common.ts';

export const jobs: Row = {
  title: 'Jobs',
  panels: [
    {
      title: 'Waiting',
      description: 'Queued jobs by kind.',
      unit: 'short',
      width: 6,
      queries: [{ expr: `max by (kind) (job_queue_depth) ${zero}`, legend: '{{kind}}' }],
    },
    {
      title: 'Waiting longest',
      description: 'Time since the oldest job became due.',
      unit: 's',
      width: 6,
      queries: [{ expr: `max by (kind) (job_oldest_seconds) ${zero}`, legend: '{{kind}}' }],
    },
    {
      title: 'At work',
      description: 'In all instances.',
      unit: 'short',
      width: 6,
      queries: [{ expr: 'sum by (kind) (job_in_flight)', legend: '{{kind}}' }],
    },
    {
      title: 'Attempts by outcome',
      description: '`retried` and `lost` attempts are repeated; `failed` ones are not.',
      unit: 'ops',
      width: 6,
      stacked: true,
      queries: [{ expr: 'sum by (kind, outcome) (rate(job_attempts_total[$__rate_interval]))', legend: '{{kind}} {{outcome}}' }],
    },
    {
      title: 'Time of an attempt, p95',
      description: 'By kind.',
      unit: 's',
      width: 6,
      queries: [
        {
          expr: 'histogram_quantile(0.95, sum by (le, kind) (rate(job_duration_seconds_bucket[$__rate_interval])))',
          legend: '{{kind}}',
        },
      ],
    },
    {
      title: 'Dead letters',
      description: 'Jobs that failed after all attempts. Should stay constant.',
      unit: 'short',
      width: 6,
      queries: [{ expr: `sum by (kind) (increase(job_dead_letters_total[1h])) ${zero}`, legend: '{{kind}}' }],
    },
    {
      title: 'Announcements waiting',
      description: 'Due messages that are not published yet; near 0 while NATS is available.',
      unit: 'short',
      width: 6,
      queries: [{ expr: 'max(outbox_pending)', legend: 'waiting' }],
    },
    {
      title: 'Announcements late',
      description: 'Age of the oldest message. Alert above a minute.',
      unit: 's',
      width: 6,
      thresholds: [10, 60],
      queries: [{ expr: 'max(outbox_lag_seconds)', legend: 'oldest' }],
    },
  ],
};

export const caches: Row = {
  title: 'Caches',
  panels: [
    {
      title: 'Hit rate',
      description: 'Share of reads served by any tier, over five to ten minutes.',
      unit: 'percentunit',
      alerts: ['CacheHitRateLow'],
      queries: [{ expr: `avg by (service) (cache_hit_rate{${mine}})`, legend: '{{service}}' }],
    },
    {
      title: 'Hit rate by tier',
      description: 'Relative to the reads that reach the tier. l1: memory, l2: Redis, l3: cold tier.',
      unit: 'percentunit',
      queries: [
        {
          expr: 'sum by (cache_type) (rate(audio_cache_hits_total[$__rate_interval])) / (sum by (cache_type) (rate(audio_cache_hits_total[$__rate_interval])) + sum by (cache_type) (rate(audio_cache_misses_total[$__rate_interval])))',
          legend: '{{cache_type}}',
        },
      ],
    },
    {
      title: 'Memory',
      description: 'Size of the entries in memory.',
      unit: 'bytes',
      queries: [{ expr: 'sum by (instance) (audio_cache_memory_bytes)', legend: '{{instance}}' }],
    },
  ],
};
