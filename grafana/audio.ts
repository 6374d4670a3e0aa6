/** Audio: what analyses cost, what caches save, and what threads and tools do meanwhile. */
import type { Dashboard } from './dashboard.ts';

const mine = 'service="audio", instance=~"$instance"';

export const audio: Dashboard = {
  uid: 'rafaga-audio',
  title: 'Ráfaga: audio',
  description: 'Analyses, threads, caches of the audio service.',
  variables: [{ name: 'instance', label: 'Copy', metric: 'audio_cache_memory_bytes' }],
  rows: [
    {
      title: 'Analyses',
      panels: [
        {
          title: 'Attempts',
          description: 'Ended, by outcome.',
          unit: 'ops',
          stacked: true,
          queries: [
            { expr: `sum by (outcome) (rate(job_attempts_total{${mine},kind="audio.analyze"}[$__rate_interval]))`, legend: '{{outcome}}' },
          ],
        },
        {
          title: 'Time of an analysis',
          description: 'One attempt, from taking the job to writing the result.',
          unit: 's',
          queries: [0.5, 0.95].map((q) => ({
            expr: `histogram_quantile(${q}, sum by (le) (rate(job_duration_seconds_bucket{${mine},kind="audio.analyze"}[$__rate_interval])))`,
            legend: `p${q * 100}`,
          })),
        },
        {
          title: 'At work',
          description: 'Analyses in flight, by copy; at most WORKER_PROCESSES each.',
          unit: 'short',
          queries: [{ expr: `sum by (instance) (job_in_flight{${mine}})`, legend: '{{instance}}' }],
        },
      ],
    },
    {
      title: 'Threads and tools',
      panels: [
        {
          title: 'Threads',
          description: 'Alive, and at work.',
          unit: 'short',
          queries: [
            { expr: `sum(compute_threads{${mine}})`, legend: 'alive' },
            { expr: `sum(compute_tasks_running{${mine}})`, legend: 'at work' },
          ],
        },
        {
          title: 'Tasks waiting',
          description: 'For a thread or a core. Grows when more is asked than there are cores.',
          unit: 'short',
          queries: [{ expr: `sum by (instance) (compute_queue_depth{${mine}})`, legend: '{{instance}}' }],
        },
        {
          title: 'Time of a task, p95',
          description: 'Waiting included.',
          unit: 's',
          queries: [
            {
              expr: `histogram_quantile(0.95, sum by (le, task) (rate(compute_task_seconds_bucket{${mine}}[$__rate_interval])))`,
              legend: '{{task}}',
            },
          ],
        },
        {
          title: 'Cores in use',
          description: 'By jobs, tools and threads, against the concurrency limit of each process.',
          unit: 'cores',
          queries: [
            { expr: `sum(compute_budget_cores_used{${mine}})`, legend: 'in use' },
            { expr: `sum(compute_budget_cores{${mine}})`, legend: 'limit' },
          ],
        },
        {
          title: 'Memory in use',
          description: 'As the kinds of jobs declare it, against the same limit.',
          unit: 'bytes',
          queries: [
            { expr: `sum(compute_budget_memory_used_bytes{${mine}})`, legend: 'in use' },
            { expr: `sum(compute_budget_memory_bytes{${mine}})`, legend: 'limit' },
          ],
        },
        {
          title: 'Waiting for cores or memory',
          description: 'Requests in the queue of the concurrency limiter.',
          unit: 'short',
          queries: [{ expr: `sum(compute_budget_waiters{${mine}})`, legend: 'waiting' }],
        },
      ],
    },
    {
      title: 'Cache',
      panels: [
        {
          title: 'Hits by tier and strategy',
          description: 'Reads that a tier answered.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (cache_type, strategy) (rate(audio_cache_hits_total{${mine}}[$__rate_interval]))`,
              legend: '{{cache_type}} {{strategy}}',
            },
          ],
        },
        {
          title: 'Misses by tier and strategy',
          description: 'Reads that it could not.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (cache_type, strategy) (rate(audio_cache_misses_total{${mine}}[$__rate_interval]))`,
              legend: '{{cache_type}} {{strategy}}',
            },
          ],
        },
        {
          title: 'Time of an operation, p95',
          description: 'Of reads from memory one in 256 is measured.',
          unit: 's',
          queries: [
            {
              expr: `histogram_quantile(0.95, sum by (le, operation, cache_type) (rate(audio_cache_operation_seconds_bucket{${mine}}[$__rate_interval])))`,
              legend: '{{operation}} {{cache_type}}',
            },
          ],
        },
        {
          title: 'Memory',
          description: 'Of AUDIO_CACHE_MEMORY_MB.',
          unit: 'bytes',
          queries: [{ expr: `sum by (instance) (audio_cache_memory_bytes{${mine}})`, legend: '{{instance}}' }],
        },
        {
          title: 'Failures hidden from callers',
          description: 'A tier that fails is skipped; this is where it shows.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (operation, cache_type) (rate(audio_cache_errors_total{${mine}}[$__rate_interval]))`,
              legend: '{{operation}} {{cache_type}}',
            },
          ],
        },
        {
          title: 'Hit rate',
          description: 'Share of reads that some tier answered.',
          unit: 'percentunit',
          queries: [{ expr: `avg(cache_hit_rate{${mine}})`, legend: 'all tiers' }],
        },
      ],
    },
  ],
};
