/** Observes every HTTP response in the duration histogram and the request counter. */
import type { FastifyInstance, onSendHookHandler, RouteOptions } from 'fastify';
import { routeOf, tracedIdOf } from '../start/request-context.hook.ts';
import { isTracing } from '../traces/spans.ts';
import { acceptsOpenMetrics, openMetricsContentType, toOpenMetrics } from './open-metrics.ts';
import { countFromZero, exemplarOf, observeDuration } from './route-durations.ts';

export function measureHttp(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { method, url } = route;
    if (url === '/metrics') offerExemplars(route);
    if (url.includes('*')) return; // fallbacks: counted when they are hit
    for (const each of [method].flat()) if (each !== 'HEAD' && each !== 'OPTIONS') countFromZero({ url }, each);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    observeDuration(routeOf(request), request.method, reply.statusCode, reply.elapsedTime / 1_000, tracedIdOf(request));
    done();
  });
}

/** While traces are recorded, a scraper that asks for OpenMetrics gets the trace of a request in each bucket of the durations. */
function offerExemplars(route: RouteOptions): void {
  const convert: onSendHookHandler = (request, reply, payload, done) => {
    if (!isTracing() || typeof payload !== 'string' || !acceptsOpenMetrics(request.headers.accept)) return done(null, payload);
    reply.header('content-type', openMetricsContentType);
    done(null, toOpenMetrics(payload, exemplarOf));
  };
  route.onSend = [route.onSend ?? [], convert].flat();
}
