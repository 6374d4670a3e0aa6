/** Rows for summary, HTTP traffic and calls between services. */
import type { Row } from '../dashboard.ts';
import { gateway, mine, quantiles, zero } from './common.ts';

export const glance: Row = {
  title: 'At a glance',
  panels: [
    {
      title: 'Instances up',
      description: 'Instances that Prometheus can scrape.',
      unit: 'short',
      kind: 'stat',
      width: 4,
      alerts: ['ServiceDown', 'ServiceAbsent'],
      queries: [{ expr: 'sum(up{job="rafaga"})' }],
    },
    {
      title: 'Requests',
      description: 'Requests per second at the gateway.',
      unit: 'reqps',
      kind: 'stat',
      width: 4,
      queries: [{ expr: `sum(rate(http_requests_total{${gateway}}[5m]))` }],
    },
    {
      title: 'Error rate',
      description: 'Share of 5xx responses in five minutes. The objective is at most 0.1 % per month.',
      unit: 'percentunit',
      kind: 'stat',
      width: 4,
      thresholds: [0.001, 0.01],
      alerts: ['ErrorsHigh', 'ErrorBudgetBurnsFast'],
      queries: [
        {
          expr: `(sum(rate(http_requests_total{${gateway},status_class="5xx"}[5m])) ${zero}) / sum(rate(http_requests_total{${gateway}}[5m]))`,
        },
      ],
    },
    {
      title: 'Reads, p95',
      description: 'GET requests without event streams and downloads.',
      unit: 's',
      kind: 'stat',
      width: 4,
      thresholds: [0.3, 1],
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${gateway},method="GET",route!~".*/(events|file)"}[5m])))`,
        },
      ],
    },
    {
      title: 'Jobs queued',
      description: 'In the whole system.',
      unit: 'short',
      kind: 'stat',
      width: 4,
      thresholds: [50, 500],
      queries: [{ expr: `sum(max by (kind) (job_queue_depth)) ${zero}` }],
    },
    {
      title: 'Dependencies down',
      description: 'Dependencies that at least one instance cannot reach.',
      unit: 'short',
      kind: 'stat',
      width: 4,
      thresholds: [1, 2],
      queries: [{ expr: 'count(dependency_up == 0) or vector(0)' }],
    },
  ],
};

export const traffic: Row = {
  title: 'Traffic',
  panels: [
    {
      title: 'Requests by route',
      description: 'By route template.',
      unit: 'reqps',
      width: 12,
      queries: [
        { expr: `sum by (method, route) (rate(http_requests_total{${gateway}}[$__rate_interval]))`, legend: '{{method}} {{route}}' },
      ],
    },
    {
      title: 'Responses by status',
      description: '4xx are client errors, 5xx server errors.',
      unit: 'reqps',
      width: 12,
      stacked: true,
      queries: [{ expr: `sum by (status_class) (rate(http_requests_total{${gateway}}[$__rate_interval]))`, legend: '{{status_class}}' }],
    },
    {
      title: 'Errors by route',
      description: 'Responses with 5xx; normally empty.',
      unit: 'reqps',
      queries: [
        {
          expr: `sum by (route, status_class) (rate(http_requests_total{${gateway},status_class="5xx"}[$__rate_interval]))`,
          legend: '{{route}} {{status_class}}',
        },
      ],
    },
    {
      title: 'Delay',
      description: 'From the first byte of the request to the last byte of the response.',
      unit: 's',
      alerts: ['ReadsAreSlow'],
      queries: quantiles('http_request_duration_seconds', `${gateway},route!~".*/(events|file)"`),
    },
    {
      title: 'Delay by route, p95',
      description: 'Upload durations depend on the client connection.',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (le, method, route) (rate(http_request_duration_seconds_bucket{${gateway}}[$__rate_interval])))`,
          legend: '{{method}} {{route}}',
        },
      ],
    },
  ],
};

export const calls: Row = {
  title: 'Between services',
  panels: [
    {
      title: 'Calls by outcome',
      description: 'Seen by the caller: ok, or a failure code.',
      unit: 'reqps',
      queries: [
        { expr: `sum by (subject, outcome) (rate(rpc_client_requests_total[$__rate_interval]))`, legend: '{{subject}} {{outcome}}' },
      ],
    },
    {
      title: 'Work on a call, p95',
      description: 'From the request message to the reply, by contract.',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.95, sum by (le, subject) (rate(rpc_request_duration_seconds_bucket{${mine}}[$__rate_interval])))`,
          legend: '{{subject}}',
        },
      ],
    },
    {
      title: 'Calls in flight',
      description: 'At BUS_MAX_IN_FLIGHT a service rejects calls with `overloaded`.',
      unit: 'short',
      queries: [{ expr: `sum by (service) (rpc_in_flight{${mine}})`, legend: '{{service}}' }],
    },
  ],
};
