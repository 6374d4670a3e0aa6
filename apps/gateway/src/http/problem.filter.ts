import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Failure, failures, toProblem, traceIdOf } from '#contracts';
import { currentCall, Log, openCall } from '#platform';
import { EndpointRegistry, noRoute } from './endpoint-registry.ts';
import { failureOfError } from './failure-of-error.ts';

export const problemContentType = 'application/problem+json; charset=utf-8';

/** Headers that belong to a failure whatever raised it. */
function headersOf(failure: Failure, request: FastifyRequest): Record<string, string> {
  const invalid = request.headers.authorization ? ', error="invalid_token"' : '';
  return {
    'cache-control': 'no-store',
    ...(failure.retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(failure.retryAfterSeconds)) }),
    ...(failures[failure.code].status === 401 ? { 'www-authenticate': `Bearer realm="rafaga"${invalid}` } : {}),
  };
}

/** Every error that leaves the gateway leaves through here, as a problem document (RFC 9457) and never with a stack. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly log: Log,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const allowed = error instanceof NotFoundException ? this.endpoints.methodsAt(pathnameOf(request)) : [];
    const failure = error instanceof NotFoundException ? noRoute(allowed, request.method) : failureOfError(error);
    if (failure.code === 'internal') this.log.error({ err: failure.cause ?? failure, route: request.routeOptions?.url }, 'request failed');
    if (reply.raw.headersSent) return void reply.raw.destroy(); // too late for an answer: break off, so that the client notices
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    this.send(failure, request, reply);
  }

  private send(failure: Failure, request: FastifyRequest, reply: FastifyReply): void {
    const call = currentCall() ?? openCall({ deadlineMs: 0 });
    for (const name of ['content-length', 'content-disposition', 'etag', 'content-encoding']) reply.removeHeader(name);
    reply
      .code(failures[failure.code].status)
      .headers({ ...headersOf(failure, request), 'content-type': problemContentType, 'x-request-id': call.requestId })
      .send(JSON.stringify(toProblem(failure, { requestId: call.requestId, traceId: traceIdOf(call) })));
  }
}

const pathnameOf = (request: FastifyRequest) => request.url.split('?', 1)[0]!;
