/** Shared parts of the overview panels. */
import type { Query } from '../dashboard.ts';

export const mine = 'service=~"$service"';
/** Requests of API clients, without probes and Prometheus. */
export const gateway = 'service="gateway",route!~"/(health/.*|metrics)"';
/** Defaults to 0 where no series exists. */
export const zero = 'or on() vector(0)';

export const quantiles = (metric: string, filter: string): Query[] =>
  [0.5, 0.95, 0.99].map((q) => ({
    expr: `histogram_quantile(${q}, sum by (le) (rate(${metric}_bucket{${filter}}[$__rate_interval])))`,
    legend: `p${q * 100}`,
  }));
