/** Posts dashboard: text analyses, documents and exports, cache. */
import type { Dashboard } from './dashboard.ts';
import { jobRow, latency, rate, resourceRow } from './rows/service.ts';

const mine = 'service="posts", instance=~"$instance"';

export const posts: Dashboard = {
  uid: 'rafaga-posts',
  title: 'Ráfaga: posts',
  description: 'Text analyses, documents, exports and the cache of the posts service.',
  variables: [{ name: 'instance', label: 'Instance', metric: 'posts_cache_memory_bytes' }],
  rows: [
    {
      title: 'Language model',
      panels: [
        {
          title: 'Texts written',
          description:
            'By what came of them. `over-budget`: the requests of an account are used up; `refused`: look at the key and the model.',
          unit: 'ops',
          queries: [rate('llm_requests_total', mine, 'outcome')],
        },
        {
          title: 'Time of a whole answer, p95',
          description: 'By task. Answers that take longer than `LLM_TIMEOUT_MS` are given up.',
          unit: 's',
          thresholds: [10, 30],
          queries: latency('llm_answer_duration_seconds', mine, 'task'),
        },
      ],
    },
    {
      title: 'Texts',
      panels: [
        {
          title: 'Texts analysed',
          description: 'Tasks on texts per second, by task.',
          unit: 'ops',
          queries: [rate('nlp_processing_duration_seconds_count', mine, 'task')],
        },
        {
          title: 'Time of a task on a text, p95',
          description: 'By task, without the wait for a thread. Above 100 ms: a long text or a busy machine.',
          unit: 's',
          thresholds: [0.1, 0.3],
          queries: latency('nlp_processing_duration_seconds', mine, 'task'),
        },
        {
          title: 'Texts by language',
          description: 'Share of the languages that analyses recognised; `und` is undetermined.',
          unit: 'ops',
          stacked: true,
          queries: [rate('nlp_processing_duration_seconds_count', mine, 'language')],
        },
        {
          title: 'Threads',
          description: 'Worker threads that are alive and that work.',
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
          thresholds: [10, 100],
          queries: [{ expr: `sum by (instance) (compute_queue_depth{${mine}})`, legend: '{{instance}}' }],
        },
        {
          title: 'Time of a thread task, p95',
          description: 'Duration including the wait, by task.',
          unit: 's',
          queries: latency('compute_task_seconds', mine, 'task'),
        },
      ],
    },
    {
      title: 'Documents and exports',
      panels: [
        {
          title: 'Documents loaded',
          description: 'Documents of collections by outcome of their load.',
          unit: 'ops',
          stacked: true,
          queries: [rate('documents_loaded_total', mine, 'outcome')],
        },
        {
          title: 'Documents analysed',
          description: 'Documents of loads by the copy that has analysed them; a large load is shared by all copies.',
          unit: 'ops',
          queries: [rate('documents_analyzed_total', mine, 'instance')],
        },
        {
          title: 'Texts with a new vector',
          description: 'Vectors computed per second; follows the loaded documents.',
          unit: 'ops',
          queries: [{ expr: `sum(rate(documents_embedded_total{${mine}}[$__rate_interval]))`, legend: 'texts' }],
        },
        {
          title: 'Rows exported',
          description: 'Rows written to files of exports, by source and format.',
          unit: 'ops',
          queries: [rate('export_rows_total', mine, 'source, format')],
        },
      ],
    },
    {
      title: 'Cache',
      panels: [
        {
          title: 'Hit rate',
          description: 'Share of reads served by any tier. An alert fires under 70 %.',
          unit: 'percentunit',
          alerts: ['CacheHitRateLow'],
          queries: [{ expr: `avg(cache_hit_rate{${mine}})`, legend: 'all tiers' }],
        },
        {
          title: 'Hits and misses by tier',
          description: 'l1: memory, l2: Redis, l3: cold tier. A miss in l1 may be a hit in l2.',
          unit: 'ops',
          queries: [
            { expr: `sum by (cache_type) (rate(posts_cache_hits_total{${mine}}[$__rate_interval]))`, legend: '{{cache_type}} hit' },
            { expr: `sum by (cache_type) (rate(posts_cache_misses_total{${mine}}[$__rate_interval]))`, legend: '{{cache_type}} miss' },
          ],
        },
        {
          title: 'Memory',
          description: 'Size of the entries in memory.',
          unit: 'bytes',
          queries: [{ expr: `sum by (instance) (posts_cache_memory_bytes{${mine}})`, legend: '{{instance}}' }],
        },
      ],
    },
    jobRow('posts', mine),
    resourceRow(mine),
  ],
};
