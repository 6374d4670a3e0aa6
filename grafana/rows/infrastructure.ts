/** Rows for limits, webhooks, processes and Kong. */
import type { Row } from '../dashboard.ts';
import { gateway, mine } from './common.ts';

export const infrastructure: Row = {
  title: 'Limits and webhooks',
  panels: [
    {
      title: 'Refused by a limit',
      description: 'Responses with 429, by route.',
      unit: 'reqps',
      queries: [{ expr: `sum by (route) (rate(http_requests_limited_total{${gateway}}[$__rate_interval]))`, legend: '{{route}}' }],
    },
    {
      title: 'Shared limits',
      description: '1 while instances count in Redis, 0 while each counts locally.',
      unit: 'none',
      alerts: ['LimitsNotShared'],
      queries: [
        { expr: 'min by (instance) (gateway_rate_limit_shared)', legend: '{{instance}}' },
        { expr: 'sum(rate(gateway_rate_limit_fallbacks_total[$__rate_interval]))', legend: 'local decisions per second' },
      ],
    },
    {
      title: 'Webhooks delivered',
      description: 'Delivery attempts by outcome.',
      unit: 'ops',
      queries: [{ expr: 'sum by (outcome) (rate(webhook_deliveries_total[$__rate_interval]))', legend: '{{outcome}}' }],
    },
    {
      title: 'Webhook deliveries pending',
      description: 'Undelivered messages in the whole system.',
      unit: 'short',
      queries: [{ expr: 'max(webhook_pending)', legend: 'waiting' }],
    },
    {
      title: 'Webhook delivery delay',
      description: 'Time since the oldest pending delivery became due.',
      unit: 's',
      alerts: ['WebhooksLate'],
      queries: [{ expr: 'max(webhook_oldest_seconds)', legend: 'oldest' }],
    },
  ],
};

export const processes: Row = {
  title: 'Processes',
  panels: [
    {
      title: 'Event loop, p99',
      description: 'Event loop lag. Normal: under 50 ms.',
      unit: 's',
      thresholds: [0.05, 0.25],
      alerts: ['EventLoopBlocked'],
      queries: [{ expr: `max by (service) (nodejs_eventloop_lag_p99_seconds{${mine}})`, legend: '{{service}}' }],
    },
    {
      title: 'CPU',
      description: 'Cores in use, without ffmpeg.',
      unit: 'cores',
      queries: [{ expr: `sum by (service) (rate(process_cpu_seconds_total{${mine}}[$__rate_interval]))`, legend: '{{service}}' }],
    },
    {
      title: 'Memory',
      description: 'Resident memory by instance.',
      unit: 'bytes',
      queries: [{ expr: `sum by (service, instance) (process_resident_memory_bytes{${mine}})`, legend: '{{service}} {{instance}}' }],
    },
    {
      title: 'Heap',
      description: 'Used V8 heap.',
      unit: 'bytes',
      queries: [{ expr: `sum by (service) (nodejs_heap_size_used_bytes{${mine}})`, legend: '{{service}}' }],
    },
    {
      title: 'Open files',
      description: 'Open file descriptors relative to the limit.',
      unit: 'percentunit',
      thresholds: [0.5, 0.8],
      queries: [{ expr: `max by (service) (process_open_fds{${mine}} / process_max_fds{${mine}})`, legend: '{{service}}' }],
    },
    {
      title: 'Free space of the blob store',
      description: 'At 0 uploads answer 507. An alert fires under 5 GiB; a bucket reports nothing.',
      unit: 'bytes',
      alerts: ['DiskLow'],
      queries: [{ expr: 'min(blob_store_free_bytes)', legend: 'free' }],
    },
    {
      title: 'Starts',
      description: 'Starts of processes in half an hour. More than two of one instance: it ends again and again.',
      unit: 'short',
      thresholds: [2, 3],
      alerts: ['RestartsOften'],
      queries: [{ expr: `max by (service) (changes(process_start_time_seconds{${mine}}[30m]))`, legend: '{{service}}' }],
    },
    {
      title: 'Certificates expire in',
      description: 'Time to the end of each certificate that a service was started with; empty without TLS.',
      unit: 's',
      alerts: ['CertificateExpires'],
      queries: [
        { expr: `min by (service, use) (tls_certificate_expires_timestamp_seconds{${mine}} - time())`, legend: '{{service}} {{use}}' },
      ],
    },
    {
      title: 'Age of the signing key',
      description: 'Of the key that signs access tokens. An alert fires above a year: rotate it.',
      unit: 's',
      alerts: ['SigningKeyOld'],
      queries: [{ expr: 'max(gateway_signing_key_age_seconds)', legend: 'current key' }],
    },
    {
      title: 'Dependencies',
      description: '1 while the dependency responds; minimum of all instances.',
      unit: 'none',
      alerts: ['DependencyDown'],
      queries: [{ expr: `min by (service, dependency) (dependency_up{${mine}})`, legend: '{{service}} {{dependency}}' }],
    },
  ],
};

export const edge: Row = {
  title: 'Edge (Kong)',
  panels: [
    {
      title: 'Requests at the edge',
      description: 'By Kong service and status, including requests that Kong rejects.',
      unit: 'reqps',
      alerts: ['EdgeDown', 'EdgeLimitsOff'],
      queries: [
        {
          expr: 'sum by (service, code) (rate(kong_http_requests_total[$__rate_interval]))',
          legend: '{{service}} {{code}}',
        },
      ],
    },
    {
      title: 'Kong latency, p95',
      description: 'Latency added by Kong, without the gateway.',
      unit: 's',
      queries: [
        { expr: 'histogram_quantile(0.95, sum by (le) (rate(kong_kong_latency_ms_bucket[$__rate_interval]))) / 1000', legend: 'p95' },
      ],
    },
    {
      title: 'Healthy gateways in Kong',
      description: 'By active health checks of /health/ready.',
      unit: 'short',
      alerts: ['EdgeSeesNoGateway'],
      queries: [{ expr: 'sum by (upstream) (kong_upstream_target_health{state="healthy"})', legend: '{{upstream}}' }],
    },
  ],
};
