import { Injectable, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentCall } from '#platform';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import type { Work } from '../http/serve-endpoints.ts';
import { hasStreamedBody, notedContent } from '../uploads/request-content.ts';
import { Uploads } from '../uploads/uploads.service.ts';
import { factsOf } from './fingerprint.ts';
import { keyHeader, readIdempotencyKey } from './idempotency-key.ts';
import { IdempotentAnswers, type StreamedContent } from './idempotent-answers.service.ts';
import { type GoodAnswer, headersToKeep } from './stored-answer.ts';

@Injectable() // runs a POST with an Idempotency-Key once and replays its response
export class IdempotentPosts {
  constructor(
    private readonly answers: IdempotentAnswers,
    private readonly addresses: ClientAddresses,
    private readonly uploads: Uploads,
  ) {}

  /** Wraps the handler of a POST including response validation, so that the stored response equals the one sent. */
  readonly around =
    (work: Work): Work =>
    async (request, reply, call) => {
      const key = readIdempotencyKey(request.headers[keyHeader]);
      if (key === undefined) return work(request, reply, call);
      const named = { scope: this.scopeOf(request), key };
      const answer = async () => answerOf(await work(request, reply, call), reply);
      const onReplay = () => void reply.header('idempotency-replayed', 'true');
      const { status, headers, body } = await this.answers.once(named, factsOf(request), answer, onReplay, this.contentOf(request));
      reply.code(status).headers(headers);
      return body;
    };

  private contentOf(request: FastifyRequest): StreamedContent | undefined {
    if (!hasStreamedBody(request)) return undefined;
    return { noted: () => notedContent(request), read: () => this.uploads.readContent(request) };
  }

  /** Keys are scoped to the user, or to the address without a user. */
  private scopeOf(request: FastifyRequest): string {
    return currentCall()?.subject ?? `from ${this.addresses.of(request)}`;
  }
}

const answerOf = (body: unknown, reply: FastifyReply): GoodAnswer & { readonly keep: boolean } => ({
  status: reply.statusCode,
  headers: headersToKeep(reply.getHeaders()),
  body,
  keep: !(body instanceof StreamableFile),
});
