/** The gateway instances and their health checks. */
import type { KongSettings } from './settings.ts';

/** Upstream name: must be a host name, and the same in every service. */
export const upstreamName = 'gateway.rafaga.internal';

export const upstream = ({ EDGE_GATEWAY_TARGETS: targets }: KongSettings) => ({
  name: upstreamName,
  algorithm: 'least-connections',
  healthchecks: { active, passive },
  targets: targets.map((target) => ({ target, weight: 100 })),
});

/** Readiness is 503 while an instance starts, stops or has no database; after two failed checks (four seconds) it receives no requests. */
const active = {
  type: 'http',
  http_path: '/health/ready',
  timeout: 1,
  concurrency: 10,
  healthy: { interval: 2, successes: 1, http_statuses: [200] },
  unhealthy: { interval: 2, http_failures: 2, tcp_failures: 2, timeouts: 2, http_statuses: [404, 500, 501, 502, 503, 504, 505] },
};

/**
 * Off: a client can provoke each kind of failure (a large response header, a reset, a slow request), and nothing that a client can provoke may
 * decide whether an instance is healthy.
 */
const passive = {
  type: 'http',
  healthy: { successes: 0, http_statuses: [200] },
  unhealthy: { http_failures: 0, tcp_failures: 0, timeouts: 0, http_statuses: [502] },
};
