import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable, of } from 'rxjs';
import { currentCall } from '#platform';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { endpointOf } from '../http/route.ts';
import { hasStreamedBody, notedContent } from '../uploads/request-content.ts';
import { Uploads } from '../uploads/uploads.service.ts';
import { factsOf } from './fingerprint.ts';
import { keyHeader, readIdempotencyKey } from './idempotency-key.ts';
import { IdempotentAnswers, type StreamedContent } from './idempotent-answers.service.ts';
import { type GoodAnswer, headersToKeep } from './stored-answer.ts';

/**
 * Around every POST that carries an Idempotency-Key: the first one is worked on, the same one again gets the first one's answer. Stands outside
 * of EndpointInterceptor, so that what is kept is what the client was told.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly answers: IdempotentAnswers,
    private readonly addresses: ClientAddresses,
    private readonly uploads: Uploads,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const endpoint = context.getType() === 'http' ? endpointOf(context.getHandler()) : undefined;
    if (endpoint?.method !== 'POST') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = readIdempotencyKey(request.headers[keyHeader]);
    if (key === undefined) return next.handle();

    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const work = () => answerFrom(next, reply);
    const onReplay = () => void reply.header('idempotency-replayed', 'true');
    const named = { scope: this.scopeOf(request), key };
    const { status, headers, body } = await this.answers.once(named, factsOf(request), work, onReplay, this.contentOf(request));
    reply.code(status).headers(headers);
    return of(body);
  }

  private contentOf(request: FastifyRequest): StreamedContent | undefined {
    if (!hasStreamedBody(request)) return undefined;
    return { noted: () => notedContent(request), read: () => this.uploads.readContent(request) };
  }

  /** Keys are one's own; who has no account has an address. */
  private scopeOf(request: FastifyRequest): string {
    return currentCall()?.subject ?? `from ${this.addresses.of(request)}`;
  }
}

async function answerFrom(next: CallHandler, reply: FastifyReply): Promise<GoodAnswer & { readonly keep: boolean }> {
  const body = await lastValueFrom(from(next.handle()), { defaultValue: undefined });
  return { status: reply.statusCode, headers: headersToKeep(reply.getHeaders()), body, keep: !(body instanceof StreamableFile) };
}
