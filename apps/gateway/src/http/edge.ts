/**
 * What happens to every request on its way in and out, whichever route it takes: limits on the body, content type, security headers, ETags.
 * Installed on Fastify itself, so that requests that never reach a handler get the same treatment.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Failure } from '#contracts';
import { currentCall } from '#platform';
import { discardRest } from '../uploads/discard-rest.ts';
import { isJsonBody, mediaTypeOf } from './body.ts';
import type { Endpoint } from './endpoint.ts';
import { etagMatches, strongEtag } from './etag.ts';
import { refuseLateBodies } from './late-body.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    endpoint?: Endpoint;
  }
}

const jsonBodyLimitBytes = 64 * 1024;
const apiContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";

/** A JSON body is small unless its endpoint says otherwise; files are counted by whoever reads them, against `maxBytes`. */
function limitBody(route: RouteOptions): void {
  const endpoint = route.config?.endpoint;
  if (!endpoint) return;
  const streamed = endpoint.body && !isJsonBody(endpoint.body);
  if (!streamed) route.bodyLimit = endpoint.bodyLimitBytes ?? jsonBodyLimitBytes;
}

const hasBody = (request: FastifyRequest) =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/** @throws Failure media-type-unsupported before a byte of the body is read */
async function checkMediaType(request: FastifyRequest): Promise<void> {
  const endpoint = request.routeOptions.config.endpoint;
  if (!endpoint || !hasBody(request)) return;
  const wanted = mediaTypeOf(endpoint.body);
  const given = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (wanted === undefined && ['GET', 'HEAD'].includes(request.method)) return;
  if (given === wanted) return;
  throw new Failure('media-type-unsupported', wanted ? `The body must be ${wanted}.` : 'No body is accepted here.');
}

async function secure(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const requestId = currentCall()?.requestId;
  if (requestId) reply.header('x-request-id', requestId);
  reply.headers({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': apiContentSecurityPolicy,
    'cache-control': request.routeOptions.config?.endpoint?.cacheControl ?? 'private, no-cache',
  });
}

const isCacheable = (request: FastifyRequest, reply: FastifyReply) =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  reply.statusCode === 200 &&
  !String(reply.getHeader('cache-control')).includes('no-store') &&
  request.routeOptions.config?.endpoint !== undefined;

/** Gives whole answers a strong ETag and turns them into 304 when the client has them already; streams bring their own. */
async function validate(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (!isCacheable(request, reply) || !(typeof payload === 'string' || Buffer.isBuffer(payload))) return payload;
  const etag = String(reply.getHeader('etag') ?? strongEtag(payload));
  reply.header('etag', etag);
  if (!etagMatches(request.headers['if-none-match'], etag)) return payload;
  reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return '';
}

/**
 * Who gets an answer may not go on sending for ever: Node would read and forget without end. Begun before the answer leaves, because Node
 * stops telling about the bytes of a body that nobody was reading by then.
 */
async function endBody(request: FastifyRequest, _reply: FastifyReply, payload: unknown): Promise<unknown> {
  discardRest(request.raw);
  return payload;
}

/** Call before any route is added. */
export function installEdge(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', limitBody);
  fastify.addHook('onRequest', secure);
  fastify.addHook('onRequest', checkMediaType);
  refuseLateBodies(fastify);
  fastify.addHook('onSend', validate);
  fastify.addHook('onSend', endBody);
}
