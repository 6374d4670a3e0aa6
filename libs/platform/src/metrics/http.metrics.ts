/** The two HTTP metrics that every dashboard starts from. */
import type { FastifyInstance } from 'fastify';
import { routeOf } from '../start/http-calls.ts';
import { observeDuration } from './route-durations.ts';

export function measureHttp(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    observeDuration(routeOf(request), request.method, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
}
