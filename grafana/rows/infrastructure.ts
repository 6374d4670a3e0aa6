/** What it all stands on. */
import type { Row } from '../dashboard.ts';
import { gateway, mine } from './common.ts';

export const outside: Row = {
  title: 'Limits and webhooks',
  panels: [
    {
      title: 'Refused by a limit',
      description: '429, by route.',
      unit: 'reqps',
      queries: [
        { expr: `sum by (route) (rate(http_requests_total{${gateway},status_code="429"}[$__rate_interval]))`, legend: '{{route}}' },
      ],
    },
    {
      title: 'Limits shared',
      description: '1 while copies count together in Redis, 0 while each counts alone.',
      unit: 'none',
      queries: [
        { expr: 'min by (instance) (gateway_rate_limit_shared)', legend: '{{instance}}' },
        { expr: 'sum(rate(gateway_rate_limit_fallbacks_total[$__rate_interval]))', legend: 'counted alone, a second' },
      ],
    },
    {
      title: 'Webhooks delivered',
      description: 'Tries by outcome.',
      unit: 'ops',
      queries: [{ expr: 'sum by (outcome) (rate(webhook_deliveries_total[$__rate_interval]))', legend: '{{outcome}}' }],
    },
    {
      title: 'Webhooks waiting',
      description: 'Messages not delivered yet, in all of the system.',
      unit: 'short',
      queries: [{ expr: 'max(webhook_pending)', legend: 'waiting' }],
    },
    {
      title: 'Webhooks late',
      description: 'How long the oldest has been due.',
      unit: 's',
      queries: [{ expr: 'max(webhook_oldest_seconds)', legend: 'oldest' }],
    },
  ],
};

export const processes: Row = {
  title: 'Processes',
  panels: [
    {
      title: 'Event loop, p99',
      description: 'How long a process keeps everybody waiting. Under 50 ms is well.',
      unit: 's',
      thresholds: [0.05, 0.25],
      queries: [{ expr: `max by (service) (nodejs_eventloop_lag_p99_seconds{${mine}})`, legend: '{{service}}' }],
    },
    {
      title: 'Processor',
      description: 'Cores at work, threads and ffmpeg not included.',
      unit: 'cores',
      queries: [{ expr: `sum by (service) (rate(process_cpu_seconds_total{${mine}}[$__rate_interval]))`, legend: '{{service}}' }],
    },
    {
      title: 'Memory',
      description: 'Resident, by copy.',
      unit: 'bytes',
      queries: [{ expr: `sum by (service, instance) (process_resident_memory_bytes{${mine}})`, legend: '{{service}} {{instance}}' }],
    },
    {
      title: 'Heap',
      description: 'What the engine of JavaScript uses.',
      unit: 'bytes',
      queries: [{ expr: `sum by (service) (nodejs_heap_size_used_bytes{${mine}})`, legend: '{{service}}' }],
    },
    {
      title: 'Open files',
      description: 'Share of what a process may open.',
      unit: 'percentunit',
      thresholds: [0.5, 0.8],
      queries: [{ expr: `max by (service) (process_open_fds{${mine}} / process_max_fds{${mine}})`, legend: '{{service}}' }],
    },
    {
      title: 'Dependencies',
      description: '1 while it answers, as the worst copy sees it.',
      unit: 'none',
      queries: [{ expr: `min by (service, dependency) (dependency_up{${mine}})`, legend: '{{service}} {{dependency}}' }],
    },
  ],
};

export const edge: Row = {
  title: 'Edge (Kong)',
  panels: [
    {
      title: 'Requests at the edge',
      description: 'By service of Kong and status; what never reached the gateway too.',
      unit: 'reqps',
      queries: [
        {
          expr: 'sum by (service, code) (rate(kong_http_requests_total[$__rate_interval]))',
          legend: '{{service}} {{code}}',
        },
      ],
    },
    {
      title: 'Delay by Kong itself, p95',
      description: 'Without the gateway; in milliseconds at the source.',
      unit: 's',
      queries: [
        { expr: 'histogram_quantile(0.95, sum by (le) (rate(kong_kong_latency_ms_bucket[$__rate_interval]))) / 1000', legend: 'p95' },
      ],
    },
    {
      title: 'Gateways that Kong holds for healthy',
      description: 'By its own looks at /health/ready.',
      unit: 'short',
      queries: [{ expr: 'sum by (upstream) (kong_upstream_target_health{state="healthy"})', legend: '{{upstream}}' }],
    },
  ],
};
