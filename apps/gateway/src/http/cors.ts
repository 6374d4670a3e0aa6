/** CORS for every route, and for errors and unknown addresses: the server decides by origin, never with credentials. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { exposedHeaders, requestHeaders } from './cors-headers.ts';
import { addVary } from './vary.ts';

/** Origins whose scripts may read answers; `*`: all; empty: none. */
export type CorsOrigins = readonly string[];

const preflightHeaders = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  'access-control-allow-headers': requestHeaders.join(', '),
  'access-control-max-age': '3600',
};
const exposed = exposedHeaders.join(', ');

/** An OPTIONS request that asks for a method is a preflight (Fetch §4.8); any other belongs to its route, such as the discovery of tus. */
const isPreflight = ({ method, headers }: FastifyRequest) =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

/** Call before the hooks that refuse requests, so that refusals carry the headers too. */
export function installCors(fastify: FastifyInstance, origins: CorsOrigins): void {
  if (origins.length === 0) return;
  const all = origins.includes('*');
  const allowed = new Set(origins);
  fastify.addHook('onRequest', (request, reply, done) => {
    const allow = originFor(request.headers.origin, all, allowed);
    if (allow !== undefined) allowOrigin(reply, allow);
    if (!isPreflight(request)) return done();
    if (!all) addVary(reply, 'Origin');
    if (allow !== undefined) reply.headers(preflightHeaders);
    reply.code(204).send();
  });
  if (all) return;
  // At the end: handlers set a Vary of their own.
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    addVary(reply, 'Origin');
    done(null, payload);
  });
}

function originFor(origin: string | undefined, all: boolean, allowed: ReadonlySet<string>): string | undefined {
  if (origin === undefined) return undefined;
  if (all) return '*';
  return allowed.has(origin) ? origin : undefined;
}

function allowOrigin(reply: FastifyReply, origin: string): void {
  reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', exposed);
}
