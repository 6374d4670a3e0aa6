/** Audio dashboard: analyses, worker threads, child processes and caches. */
import type { Dashboard } from './dashboard.ts';

const mine = 'service="audio", instance=~"$instance"';

export const audio: Dashboard = {
  uid: 'rafaga-audio',
  title: 'Ráfaga: audio',
  description: 'Analyses, threads and caches of the audio service.',
  variables: [{ name: 'instance', label: 'Instance', metric: 'audio_cache_memory_bytes' }],
  rows: [
    {
      title: 'Analyses',
      panels: [
        {
          title: 'Attempts',
          description: 'Finished analyses by outcome.',
          unit: 'ops',
          stacked: true,
          queries: [
            {
              expr: `sum by (outcome) (rate(job_attempts_total{${mine},kind="audio.recording.analyze"}[$__rate_interval]))`,
              legend: '{{outcome}}',
            },
          ],
        },
        {
          title: 'Time of an analysis',
          description: 'Duration of one attempt, from claiming the job to storing the result.',
          unit: 's',
          queries: [0.5, 0.95].map((q) => ({
            expr: `histogram_quantile(${q}, sum by (le) (rate(job_duration_seconds_bucket{${mine},kind="audio.recording.analyze"}[$__rate_interval])))`,
            legend: `p${q * 100}`,
          })),
        },
        {
          title: 'At work',
          description: 'Running analyses by instance; at most WORKER_PROCESSES each.',
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
          description: 'Running and busy worker threads.',
          unit: 'short',
          queries: [
            { expr: `sum(compute_threads{${mine}})`, legend: 'alive' },
            { expr: `sum(compute_tasks_running{${mine}})`, legend: 'at work' },
          ],
        },
        {
          title: 'Tasks waiting',
          description: 'Wait for a thread or a core. Grows when the demand exceeds the cores.',
          unit: 'short',
          queries: [{ expr: `sum by (instance) (compute_queue_depth{${mine}})`, legend: '{{instance}}' }],
        },
        {
          title: 'Time of a task, p95',
          description: 'Task duration including the wait.',
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
          description: 'Cores in use by jobs, child processes and threads, relative to the concurrency limit of each process.',
          unit: 'cores',
          queries: [
            { expr: `sum(compute_budget_cores_used{${mine}})`, legend: 'in use' },
            { expr: `sum(compute_budget_cores{${mine}})`, legend: 'limit' },
          ],
        },
        {
          title: 'Memory in use',
          description: 'Memory reserved by job kinds, relative to the same limit.',
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
      title: 'Providers',
      panels: [
        {
          title: 'Health of providers',
          description: 'From 0 (refused after failures) to 1 (every answer was good).',
          alerts: ['ProviderFailing'],
          unit: 'short',
          queries: [{ expr: `min by (service_type) (audio_pool_health_score{${mine}})`, legend: '{{service_type}}' }],
        },
        {
          title: 'Requests to providers by result',
          description: 'Requests that searches send, repetitions not counted.',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (service_type, result) (rate(audio_connection_requests_total{${mine}}[$__rate_interval]))`,
              legend: '{{service_type}} {{result}}',
            },
          ],
        },
        {
          title: 'Connections to providers',
          description: 'Connections with a request (active) or without (idle), and requests that wait for one.',
          unit: 'short',
          queries: [{ expr: `sum by (service_type, status) (audio_connection_pool_size{${mine}})`, legend: '{{service_type}} {{status}}' }],
        },
      ],
    },
    {
      title: 'Cache',
      panels: [
        {
          title: 'Hits by tier and strategy',
          description: 'Hits by tier.',
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
          description: 'Misses by tier.',
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
          description: 'Duration of cache operations; memory reads are sampled (1 in 256).',
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
          description: 'Memory of the cache, relative to AUDIO_CACHE_MEMORY_MB.',
          unit: 'bytes',
          queries: [{ expr: `sum by (instance) (audio_cache_memory_bytes{${mine}})`, legend: '{{instance}}' }],
        },
        {
          title: 'Failures hidden from callers',
          description: 'Errors by tier; a failing tier is skipped.',
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
          description: 'Share of reads served by any tier.',
          unit: 'percentunit',
          queries: [{ expr: `avg(cache_hit_rate{${mine}})`, legend: 'all tiers' }],
        },
      ],
    },
  ],
};
