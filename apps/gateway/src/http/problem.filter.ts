import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Failure, failures, toProblem, traceIdOf } from '#contracts';
import { callOf, hideCredentials, Log, openCall } from '#platform';
import { isInvalidValueError } from '#storage';
import { EndpointRegistry, noRoute } from './endpoint-registry.ts';
import { failureOfError } from './failure-of-error.ts';
import { Limits } from './limits/limits.service.ts';
import { platformRoutes } from './platform-routes.ts';

const problemContentType = 'application/problem+json; charset=utf-8';

/** For what passes by itself (503, 504) where whoever failed did not say when to come back. */
const defaultRetryAfterSeconds = 2;

/** Headers that belong to a failure whatever raised it. */
function headersOf(failure: Failure, request: FastifyRequest): Record<string, string> {
  const { status } = failures[failure.code];
  const retryAfterSeconds = failure.retryAfterSeconds ?? (status === 503 || status === 504 ? defaultRetryAfterSeconds : undefined);
  const invalid = request.headers.authorization ? ', error="invalid_token"' : '';
  return {
    'cache-control': 'no-store',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) }),
    ...(status === 401 ? { 'www-authenticate': `Bearer realm="rafaga"${invalid}` } : {}),
  };
}

/** Every error that leaves the gateway leaves through here, as a problem document (RFC 9457) and never with a stack. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly limits: Limits,
    private readonly log: Log,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error instanceof HttpException && platformRoutes.has(request.routeOptions?.url ?? '')) tellProbe(error, reply);
    else if (error instanceof NotFoundException) void this.countThenRefuse(error, request, reply);
    else this.refuse(error, request, reply);
  }

  /** Addresses that are not there cost something too. */
  private async countThenRefuse(error: NotFoundException, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      await this.limits.spendOnNothing(request, reply, callOf(request) ?? openCall({ deadlineMs: 0 }));
    } catch (refusal) {
      return this.refuse(refusal, request, reply);
    }
    this.refuse(error, request, reply);
  }

  private refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const unrouted = error instanceof NotFoundException;
    const allowed = unrouted ? this.endpoints.methodsAt(pathnameOf(request)) : [];
    const failure = unrouted ? noRoute(allowed, request.method) : failureOfError(error);
    this.note(failure, request);
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    if (reply.raw.headersSent)
      reply.raw.destroy(); // too late for an answer: break off, so that the client notices
    else send(failure, request, reply);
  }

  /** What is our fault is logged whole; what another's absence causes, in a line; what is the client's is in the metrics by its status. */
  private note(failure: Failure, request: FastifyRequest): void {
    const { code, cause } = failure;
    const route = request.routeOptions?.url;
    if (code === 'internal') this.log.error({ err: cause ?? failure, code, route }, 'request failed');
    else if (isInvalidValueError(cause))
      this.log.warn({ err: cause, code, route }, 'the database refused a value that its schema let through');
    else if (failures[code].status >= 500) this.log.warn({ code, route, reason: reasonOf(cause) }, 'request could not be served');
  }
}

const reasonOf = (cause: unknown): string | undefined => (cause instanceof Error ? hideCredentials(cause.message) : undefined);

function send(failure: Failure, request: FastifyRequest, reply: FastifyReply): void {
  const call = callOf(request) ?? openCall({ deadlineMs: 0 });
  for (const name of ['content-length', 'content-disposition', 'etag', 'content-encoding']) reply.removeHeader(name);
  reply
    .code(failures[failure.code].status)
    .headers({ ...headersOf(failure, request), 'content-type': problemContentType, 'x-request-id': call.requestId })
    .send(JSON.stringify(toProblem(failure, { requestId: call.requestId, traceId: traceIdOf(call) })));
}

/** A probe that says no says why: Terminus' report goes out as it is. */
function tellProbe(error: HttpException, reply: FastifyReply): void {
  reply.code(error.getStatus()).send(error.getResponse());
}

const pathnameOf = (request: FastifyRequest) => request.url.split('?', 1)[0]!;
