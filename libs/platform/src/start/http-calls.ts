/** Opens a call for every HTTP request: its ids, its trace and its deadline, echoed to the client and carried to every hop. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallContext } from '#contracts';
import { currentCall, openCall, runInCall } from '../calls/request-context.ts';

/** A property, not a WeakMap: collecting garbage would have to go through a map of all requests. */
const ownCall = Symbol('call');
const ownRoute = Symbol('route');

declare module 'fastify' {
  interface FastifyRequest {
    [ownCall]: CallContext | undefined;
    [ownRoute]: FastifyRequest['routeOptions']['config'] | undefined;
  }
}

/** The call of a request; also before and outside of the scope (error handlers, streams). */
export const callOf = (request: FastifyRequest): CallContext | undefined => request[ownCall];

/** What is known of the route of a request. Fastify writes down everything it knows of a route each time it is asked; here it is asked once. */
export const routeOf = (request: FastifyRequest): FastifyRequest['routeOptions']['config'] =>
  request[ownRoute] ?? request.routeOptions.config;

export function openHttpCalls(fastify: FastifyInstance, deadlineMs: number): void {
  fastify.decorateRequest(ownCall, undefined);
  fastify.decorateRequest(ownRoute, undefined);
  fastify.addHook('onRequest', (request, reply, done) => {
    const call = openCall({ deadlineMs, requestId: request.headers['x-request-id'], traceparent: request.headers.traceparent });
    request[ownCall] = call;
    request[ownRoute] = request.routeOptions.config;
    reply.header('x-request-id', call.requestId);
    runInCall(call, done);
  });
  // Reading a body leaves the scope: its events fire in the socket's context. Enter again before anything of ours runs.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const call = request[ownCall];
    if (call && currentCall() !== call) runInCall(call, done);
    else done();
  });
}
