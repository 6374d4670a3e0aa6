/** The copies of the gateway, and how Kong finds out which of them serve. */
import type { KongSettings } from './settings.ts';

/** Kong wants the name of a host here, and the same one in every service. */
export const upstreamName = 'gateway.rafaga.internal';

export const upstream = ({ EDGE_GATEWAY_TARGETS: targets }: KongSettings) => ({
  name: upstreamName,
  algorithm: 'least-connections',
  healthchecks: { active, passive },
  targets: targets.map((target) => ({ target, weight: 100 })),
});

/** Readiness is 503 while a copy starts, stops or has lost its database: two looks, four seconds, and it gets nothing any more. */
const active = {
  type: 'http',
  http_path: '/health/ready',
  timeout: 1,
  concurrency: 10,
  healthy: { interval: 2, successes: 1, http_statuses: [200] },
  unhealthy: { interval: 2, http_failures: 2, tcp_failures: 2, timeouts: 2, http_statuses: [404, 500, 501, 502, 503, 504, 505] },
};

/**
 * What a copy answers to clients says little about the copy: 429 is the client's own doing, 503 and 504 may come from a service behind it. So only
 * broken connections count, and the active look brings a copy back.
 */
const passive = {
  type: 'http',
  healthy: { successes: 1, http_statuses: [200, 201, 202, 204, 206, 304] },
  unhealthy: { http_failures: 5, tcp_failures: 2, timeouts: 3, http_statuses: [502] },
};
