/** The two HTTP metrics that every dashboard starts from; a route is its template, never the URL. */
import type { FastifyInstance } from 'fastify';
import { Counter, Histogram } from 'prom-client';
import { durationBuckets } from '../bus/bus.metrics.ts';

const labelNames = ['method', 'route', 'status_code'] as const;
const durations = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from the first byte of a request to the last of its answer.',
  labelNames,
  buckets: durationBuckets,
});
new Counter({
  name: 'http_requests_total',
  help: 'HTTP requests answered.',
  labelNames,
  /** As many as there are durations: a request is counted once. */
  async collect() {
    this.reset();
    for (const { metricName, labels, value } of (await durations.get()).values) if (metricName?.endsWith('_count')) this.inc(labels, value);
  },
});

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function measureHttp(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const labels = {
      method: knownMethods.has(request.method) ? request.method : 'OTHER',
      route: request.routeOptions.url ?? 'unmatched',
      status_code: String(reply.statusCode),
    };
    durations.observe(labels, reply.elapsedTime / 1_000);
    done();
  });
}
