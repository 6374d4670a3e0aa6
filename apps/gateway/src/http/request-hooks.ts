/**
 * What happens to every request on its way in and out, whichever route it takes: limits on the body, content type, CORS, security headers, ETags, compression.
 * Installed on Fastify itself, so that requests that never reach a handler get the same treatment.
 */

import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { DoneFuncWithErrOrRes, FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction, RouteOptions } from 'fastify';
import { Failure } from '#contracts';
import { routeOf } from '#platform';
import { isJsonBody, mediaTypesOf } from './body.ts';
import { limitBodyTime } from './body-timeout.ts';
import { Compressor, compressStream } from './compress.ts';
import { type Coding, chooseCoding, codedTag, isCompressible, isWorthCompressing } from './content-coding.ts';
import { type CorsOrigins, installCors } from './cors.ts';
import { drainBody } from './drain-body.ts';
import type { Endpoint } from './endpoint.ts';
import { etagMatches, strongEtag } from './etag.ts';
import { addVary } from './vary.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    endpoint?: Endpoint;
  }
}

const jsonBodyLimitBytes = 64 * 1024;
const apiContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";

/** JSON bodies are limited to 64 KiB unless the endpoint sets a limit; handlers enforce `maxBytes` of files. */
function limitBody(route: RouteOptions): void {
  const endpoint = route.config?.endpoint;
  if (!endpoint) return;
  const streamed = endpoint.body && !isJsonBody(endpoint.body);
  if (!streamed) route.bodyLimit = endpoint.bodyLimitBytes ?? jsonBodyLimitBytes;
}

/** The bytes of a raw body stay in the request; its handler reads them as a stream. */
const leaveRawBody = (fastify: FastifyInstance) => (route: RouteOptions) => {
  const body = route.config?.endpoint?.body;
  const types = body && !isJsonBody(body) && body.kind === 'raw' ? body.contentTypes : [];
  for (const type of types)
    if (!fastify.hasContentTypeParser(type)) fastify.addContentTypeParser(type, (_request, _payload, done) => done(null));
};

const hasBody = (request: FastifyRequest) =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/** Hooks use `done` rather than promises: none of them waits, and every request runs all of them. */
type Done = HookHandlerDoneFunction;

/** Clients with default headers send `application/json` without a body too: there is nothing to parse. */
function ignoreTypeOfNothing({ raw }: FastifyRequest, endpoint: Endpoint | undefined): void {
  if (endpoint && endpoint.body === undefined) delete raw.headers['content-type'];
}

/** No coding is undone here; the answer says so (RFC 9110 §12.5.3, RFC 7694). */
function codingFault(request: FastifyRequest, reply: FastifyReply): Failure | undefined {
  const coding = request.headers['content-encoding']?.trim().toLowerCase();
  if (coding === undefined || coding === '' || coding === 'identity') return undefined;
  reply.header('accept-encoding', 'identity');
  return new Failure('media-type-unsupported', 'The body must not be compressed: no Content-Encoding but identity is accepted.');
}

function bodyFault(request: FastifyRequest, reply: FastifyReply): Failure | undefined {
  if (hasBody(request)) return mediaTypeFault(request) ?? codingFault(request, reply);
  ignoreTypeOfNothing(request, routeOf(request).endpoint);
  return undefined;
}

/** A body of another media type is refused before a byte of it is read. */
function mediaTypeFault(request: FastifyRequest): Failure | undefined {
  const { endpoint } = routeOf(request);
  if (!endpoint) return undefined;
  const accepted = mediaTypesOf(endpoint.body, endpoint.method);
  const given = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (accepted.length === 0 && ['GET', 'HEAD'].includes(request.method)) return undefined;
  if (given !== undefined && accepted.includes(given)) return undefined;
  return new Failure(
    'media-type-unsupported',
    accepted.length > 0 ? `The body must be ${accepted.join(' or ')}.` : 'No body is accepted here.',
  );
}

/** A proxy in front may have used the other one of two values (RFC 9112 §3.2 for Host). */
const onlyOnce: readonly string[] = ['host', 'authorization'];

function repeated(rawHeaders: readonly string[]): string | undefined {
  const seen = onlyOnce.map(() => 0);
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    const known = name.length === 4 || name.length === 13 ? onlyOnce.indexOf(name.toLowerCase()) : -1;
    if (known >= 0) seen[known] = (seen[known] as number) + 1;
  }
  return onlyOnce.find((_, index) => (seen[index] as number) > 1);
}

function headerFault({ headers, rawHeaders, httpVersion }: IncomingMessage): Failure | undefined {
  // Node would refuse this itself, but without a problem document.
  if (headers.host === undefined && httpVersion === '1.1') return new Failure('request-malformed', 'The Host header is missing.');
  const twice = repeated(rawHeaders);
  return twice === undefined ? undefined : new Failure('request-malformed', `The header ${twice} is there more than once.`);
}

const fixedHeaders = Object.entries({
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': apiContentSecurityPolicy,
});

/** One hook for everything that runs at the start of a request: each hook has a cost of its own. */
function onRequest(request: FastifyRequest, reply: FastifyReply, done: Done): void {
  secure(request, reply);
  done(headerFault(request.raw) ?? bodyFault(request, reply));
}

function secure(request: FastifyRequest, reply: FastifyReply): void {
  for (const [name, value] of fixedHeaders) reply.header(name, value);
  const { endpoint } = routeOf(request);
  reply.header('cache-control', endpoint?.cacheControl ?? 'private, no-cache');
  if (endpoint?.always) reply.headers(endpoint.always);
}

const isCacheable = (request: FastifyRequest, reply: FastifyReply) =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  reply.statusCode === 200 &&
  !String(reply.getHeader('cache-control')).includes('no-store') &&
  routeOf(request).endpoint !== undefined;

/** Adds a strong ETag to complete answers, turns them into 304 where the client's copy is current, and compresses; streams set their own tag. */
const represent =
  (compressor: Compressor) => (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: DoneFuncWithErrOrRes) => {
    const whole = typeof payload === 'string' || Buffer.isBuffer(payload);
    const coding = codingOf(request, reply, payload, compressor);
    if (payload instanceof Readable && coding) return done(null, compressStream(payload, markCoded(reply, coding)));
    if (!whole) return done(null, payload);
    const sent = isCacheable(request, reply) ? validated(request, reply, payload, coding) : payload;
    if (sent === '' || coding === undefined) return done(null, sent);
    const tag = reply.getHeader('etag');
    compressor.compress(payload, coding, typeof tag === 'string' ? codedTag(tag, coding) : undefined).then(
      (coded) => {
        markCoded(reply, coding);
        done(null, coded);
      },
      () => done(null, payload), // as it is: the client accepts that, too
    );
  };

/** Answers with tokens (`no-store`) are left alone: the length of a compressed answer tells of its content. */
function codingOf(request: FastifyRequest, reply: FastifyReply, payload: unknown, compressor: Compressor): Coding | undefined {
  const type = reply.getHeader('content-type') ?? (typeof payload === 'string' ? 'text/plain' : undefined);
  if (!isCompressible(type) || reply.hasHeader('content-encoding') || reply.hasHeader('content-range')) return undefined;
  if (!(payload instanceof Readable ? String(type).startsWith('application/x-ndjson') : isWorthCompressing(sizeOf(payload))))
    return undefined;
  addVary(reply, 'Accept-Encoding');
  const isSecret = reply.statusCode < 400 && String(reply.getHeader('cache-control')).includes('no-store');
  return isSecret || !compressor.hasRoom ? undefined : chooseCoding(request.headers['accept-encoding']);
}

const sizeOf = (payload: unknown): number =>
  typeof payload === 'string' ? Buffer.byteLength(payload) : Buffer.isBuffer(payload) ? payload.length : 0;

function markCoded(reply: FastifyReply, coding: Coding): Coding {
  const tag = reply.getHeader('etag');
  if (typeof tag === 'string') reply.header('etag', codedTag(tag, coding));
  reply.header('content-encoding', coding).removeHeader('content-length');
  return coding;
}

/** @returns '' for 304, whose tag is that of the representation that would be sent */
function validated(request: FastifyRequest, reply: FastifyReply, payload: string | Buffer, coding: Coding | undefined): string | Buffer {
  const etag = String(reply.getHeader('etag') ?? strongEtag(payload));
  reply.header('etag', etag);
  if (!etagMatches(request.headers['if-none-match'], etag)) return payload;
  reply.code(304).header('etag', codedTag(etag, coding)).removeHeader('content-type').removeHeader('content-length');
  return '';
}

/**
 * Limits how long a client may go on sending a body after its answer: Node would read and discard without end. Starts before the answer is
 * sent, because Node emits no more data events afterwards for a body that nothing reads.
 */
function endBody(request: FastifyRequest, _reply: FastifyReply, payload: unknown, done: DoneFuncWithErrOrRes): void {
  drainBody(request.raw);
  done(null, payload);
}

/** Call before any route is added. */
export function installRequestHooks(fastify: FastifyInstance, corsOrigins: CorsOrigins = []): void {
  installCors(fastify, corsOrigins);
  fastify.addHook('onRoute', limitBody);
  fastify.addHook('onRoute', limitBodyTime);
  fastify.addHook('onRoute', leaveRawBody(fastify));
  fastify.addHook('onRequest', onRequest);
  fastify.addHook('onSend', represent(new Compressor()));
  fastify.addHook('onSend', endBody);
}
