/** What the panels of the overview have in common. */
import type { Query } from '../dashboard.ts';

export const mine = 'service=~"$service"';
/** The gateway's clients: probes and Prometheus are none. */
export const gateway = 'service="gateway",route!~"/(health/.*|metrics)"';
/** A line at 0 where no series exists: nothing wrong yet, nothing waiting. */
export const zero = 'or on() vector(0)';

export const quantiles = (metric: string, filter: string): Query[] =>
  [0.5, 0.95, 0.99].map((q) => ({
    expr: `histogram_quantile(${q}, sum by (le) (rate(${metric}_bucket{${filter}}[$__rate_interval])))`,
    legend: `p${q * 100}`,
  }));
