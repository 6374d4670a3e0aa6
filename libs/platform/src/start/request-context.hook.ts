/** Creates the context of every HTTP request: its ids, trace and deadline, which are returned to the client and sent with every call. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallContext } from '#contracts';
import { currentCall, openCall, runInCall } from '../calls/request-context.ts';

/** Symbol properties instead of a WeakMap, which would slow down garbage collection. */
const contextKey = Symbol('call');
const routeKey = Symbol('route');

declare module 'fastify' {
  interface FastifyRequest {
    [contextKey]: CallContext | undefined;
    [routeKey]: FastifyRequest['routeOptions']['config'] | undefined;
  }
}

/** Returns the context of a request, also outside its AsyncLocalStorage scope (error handlers, streams). */
export const callOf = (request: FastifyRequest): CallContext | undefined => request[contextKey];

/** Returns the configuration of the route of a request, cached because Fastify builds `routeOptions` at every access. */
export const routeOf = (request: FastifyRequest): FastifyRequest['routeOptions']['config'] =>
  request[routeKey] ?? request.routeOptions.config;

export function addRequestContext(fastify: FastifyInstance, deadlineMs: number): void {
  fastify.decorateRequest(contextKey, undefined);
  fastify.decorateRequest(routeKey, undefined);
  fastify.addHook('onRequest', (request, reply, done) => {
    const call = openCall({ deadlineMs, requestId: request.headers['x-request-id'], traceparent: request.headers.traceparent });
    request[contextKey] = call;
    request[routeKey] = request.routeOptions.config;
    reply.header('x-request-id', call.requestId);
    runInCall(call, done);
  });
  // Reading a body leaves the scope, because its events fire in the context of the socket: enter it again before validation and the handler.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const call = request[contextKey];
    if (call && currentCall() !== call) runInCall(call, done);
    else done();
  });
}
