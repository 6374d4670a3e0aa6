/** Preloaded into a service (`--import`) to measure what its metrics cost: nothing is counted, timed or collected. */
import { createRequire, registerHooks } from 'node:module';

const prometheus = createRequire(import.meta.url)('prom-client');
const nothing = () => undefined;
const silent = { inc: nothing, dec: nothing, set: nothing, setToCurrentTime: nothing, observe: nothing, startTimer: () => nothing };
for (const { prototype } of [prometheus.Counter, prometheus.Gauge, prometheus.Histogram, prometheus.Summary])
  Object.assign(prototype, silent, { labels: () => silent });
prometheus.collectDefaultMetrics = nothing;

registerHooks({
  load(url, context, next) {
    if (!url.endsWith('/metrics/http.metrics.js')) return next(url, context);
    return { format: 'module', shortCircuit: true, source: 'export const measureHttp = () => undefined;' };
  },
});
