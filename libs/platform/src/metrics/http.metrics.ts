/** Observes every HTTP response in the duration histogram and the request counter. */
import type { FastifyInstance } from 'fastify';
import { routeOf } from '../start/request-context.hook.ts';
import { countFromZero, observeDuration } from './route-durations.ts';

export function measureHttp(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', ({ method, url }) => {
    if (url.includes('*')) return; // fallbacks: counted when they are hit
    for (const each of [method].flat()) if (each !== 'HEAD' && each !== 'OPTIONS') countFromZero({ url }, each);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    observeDuration(routeOf(request), request.method, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
}
