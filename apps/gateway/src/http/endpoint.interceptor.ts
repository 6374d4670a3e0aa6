import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable, throwError, timeout } from 'rxjs';
import { Failure } from '#contracts';
import { requireCall } from '#platform';
import { type Endpoint, responseSchema } from './endpoint.ts';
import { readInput } from './input.ts';
import { endpointOf, keepInput } from './route.ts';

const defaultDeadlineMs = 30_000;
/** Whoever keeps the deadline by itself (the bus does) answers with more to say; this is for what would hang for ever. */
const graceMs = 1_000;
const tooLate = () => new Failure('deadline-exceeded', 'The answer was not there in time.');

/**
 * What every endpoint gets around its handler without asking: its deadline, the checking of all that the request brings, and an answer
 * that holds what its schema names and nothing else.
 */
@Injectable()
export class EndpointInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const endpoint = context.getType() === 'http' ? endpointOf(context.getHandler()) : undefined;
    if (!endpoint) return next.handle();

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const deadlineMs = endpoint.deadlineMs ?? defaultDeadlineMs;
    requireCall().deadlineAtMs = Date.now() + deadlineMs;
    keepInput(request, readInput(endpoint, request));
    return next.handle().pipe(
      timeout({ first: deadlineMs + graceMs, with: () => throwError(tooLate) }),
      map((body: unknown) => answerOf(endpoint, reply.statusCode, body)),
    );
  }
}

/** @throws Failure internal when the handler's answer does not fit the schema declared for its status */
export function answerOf(endpoint: Endpoint, status: number, body: unknown): unknown {
  const schema = responseSchema(endpoint, status);
  if (!schema || body instanceof StreamableFile) return body;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Failure('internal', 'Something broke on our side; it has been logged under this trace id.', { cause: parsed.error });
}
