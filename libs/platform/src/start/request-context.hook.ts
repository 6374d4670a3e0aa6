/** Creates the context of every HTTP request: its ids, trace and deadline, which are returned to the client and sent with every call. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallContext } from '#contracts';
import { currentCall, openCall, runInCall } from '../calls/request-context.ts';
import { isTracing, type OpenSpan, startSpan } from '../traces/spans.ts';

/** Symbol properties instead of a WeakMap, which would slow down garbage collection. */
const contextKey = Symbol('call');
const routeKey = Symbol('route');
const spanKey = Symbol('span');

declare module 'fastify' {
  interface FastifyRequest {
    [contextKey]: CallContext | undefined;
    [routeKey]: FastifyRequest['routeOptions']['config'] | undefined;
    [spanKey]: OpenSpan | undefined;
  }
}

/** Returns the context of a request, also outside its AsyncLocalStorage scope (error handlers, streams). */
export const callOf = (request: FastifyRequest): CallContext | undefined => request[contextKey];

/** Returns the configuration of the route of a request, cached because Fastify builds `routeOptions` at every access. */
export const routeOf = (request: FastifyRequest): FastifyRequest['routeOptions']['config'] =>
  request[routeKey] ?? request.routeOptions.config;

/** The trace of a request that is recorded. */
export const tracedIdOf = (request: FastifyRequest): string | undefined =>
  request[spanKey] ? request[contextKey]?.traceparent.slice(3, 35) : undefined;

export function addRequestContext(fastify: FastifyInstance, deadlineMs: number): void {
  fastify.decorateRequest(contextKey, undefined);
  fastify.decorateRequest(routeKey, undefined);
  fastify.decorateRequest(spanKey, undefined);
  fastify.addHook('onRequest', (request, reply, done) => {
    const call = openCall({ deadlineMs, requestId: request.headers['x-request-id'], traceparent: request.headers.traceparent });
    request[contextKey] = call;
    request[routeKey] = request.routeOptions.config;
    if (isTracing()) request[spanKey] = spanOf(request, call);
    reply.header('x-request-id', call.requestId);
    runInCall(call, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const failure = reply.statusCode >= 500 ? new Error(String(reply.statusCode)) : undefined;
    request[spanKey]?.end(failure, { 'http.response.status_code': reply.statusCode });
    done();
  });
  // Reading a body leaves the scope, because its events fire in the context of the socket: enter it again before validation and the handler.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const call = request[contextKey];
    if (call && currentCall() !== call) runInCall(call, done);
    else done();
  });
}

/** Probes are asked every few seconds, by nobody who looks at traces. */
function spanOf(request: FastifyRequest, call: CallContext): OpenSpan | undefined {
  const route = request.routeOptions.url ?? 'unmatched';
  if (/^\/(health\/|metrics)/.test(route)) return undefined;
  const { traceparent } = request.headers;
  const isOfClient = typeof traceparent === 'string' && traceparent.slice(3, 35) === call.traceparent.slice(3, 35);
  return startSpan({
    name: `${request.method} ${route}`,
    kind: 'server',
    traceparent: call.traceparent,
    parent: isOfClient ? traceparent : undefined,
    attributes: { 'http.request.method': request.method, 'http.route': route },
  });
}
