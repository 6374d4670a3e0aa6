/**
 * Serves endpoint values as Fastify routes. What an endpoint asks of a request is worked out once, at the start; a request then runs
 * through plain functions and waits only where there is something to wait for, so that requests of one turn of the event loop stay
 * together and their calls leave as one message. Nest gives the controllers; its machinery for each request would cost more than the rest.
 */
import { StreamableFile } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '#contracts';
import { requireCall } from '#platform';
import { answerReader, nextCursorOf, ReadyAnswer } from './answer.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { defaultDeadlineMs, type Endpoint, successStatus } from './endpoint.ts';
import { inputReader } from './input.ts';
import { nextPageLink } from './next-page.ts';
import type { CheckedInput } from './route.ts';
import { sendFile } from './send-file.ts';

/** An endpoint and what answers its checked requests: a method of a controller, or a forward to a service. */
export interface EndpointHandler {
  readonly endpoint: Endpoint;
  readonly handle: (input: CheckedInput, request: FastifyRequest, reply: FastifyReply) => unknown;
}

/** What stands before a handler: asked once for each endpoint, it gives what to do with each request; undefined: nothing. */
export type Gate = (
  endpoint: Endpoint,
) => ((request: FastifyRequest, reply: FastifyReply, call: CallContext) => void | Promise<void>) | undefined;

export interface Edge {
  /** In this order, and all of them before the request is read. */
  readonly gates: readonly Gate[];
  /** Around every POST, the outer one first. */
  readonly aroundPosts: readonly ((work: Work) => Work)[];
}

/** Answers a request that has passed the gates; the value is the body. */
export type Work = (request: FastifyRequest, reply: FastifyReply, call: CallContext) => unknown;

/** Whoever keeps the deadline by itself (the bus does) answers with more to say; this is for what would hang for ever. */
const graceMs = 1_000;

export function serveEndpoints(fastify: FastifyInstance, handlers: readonly EndpointHandler[], edge: Edge): void {
  for (const handler of handlers) {
    const { endpoint } = handler;
    fastify.route({ method: endpoint.method, url: endpoint.path, config: { endpoint }, handler: routeOf(handler, edge) });
  }
}

function routeOf(handler: EndpointHandler, { gates, aroundPosts }: Edge) {
  const { endpoint } = handler;
  const checks = gates.map((gate) => gate(endpoint)).filter((check) => check !== undefined);
  const plainWork = workOf(handler);
  const work = endpoint.method === 'POST' ? aroundPosts.reduceRight((inner, around) => around(inner), plainWork) : plainWork;
  const deadlineMs = endpoint.deadlineMs ?? defaultDeadlineMs;
  const status = successStatus(endpoint);
  const isGet = endpoint.method === 'GET';
  const mayBeKept = !endpoint.cacheControl?.includes('no-store');

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const call = requireCall();
    for (const check of checks) {
      const pending = check(request, reply, call);
      if (pending) await pending;
    }
    call.deadlineAtMs = Date.now() + deadlineMs;
    reply.statusCode = status;
    const body = await work(request, reply, call);
    const nextCursor = body instanceof ReadyAnswer ? body.nextCursor : isGet ? nextCursorOf(body) : undefined;
    const link = nextCursor === undefined ? undefined : nextPageLink(request.url, nextCursor);
    if (link !== undefined) reply.header('link', link);
    if (body instanceof ReadyAnswer) return sendReady(reply, body, mayBeKept);
    if (body instanceof StreamableFile) return sendFile(reply, body);
    return reply.send(body);
  };
}

function sendReady(reply: FastifyReply, { text, etag, hasRevision }: ReadyAnswer, mayBeKept: boolean): FastifyReply {
  reply.header('content-type', 'application/json; charset=utf-8');
  if (mayBeKept || hasRevision) reply.header('etag', etag);
  return reply.send(text);
}

/** Reads the request, runs the handler within its deadline and checks the answer. */
function workOf({ endpoint, handle }: EndpointHandler): Work {
  const readInput = inputReader(endpoint);
  const readAnswer = answerReader(endpoint);
  const { locate } = endpoint;
  const deadlines = new DeadlineQueue((endpoint.deadlineMs ?? defaultDeadlineMs) + graceMs);

  return (request, reply) => {
    const outcome = handle(readInput(request), request, reply);
    const read = (body: unknown) => {
      const answer = readAnswer(reply.statusCode, body, (etag) => void reply.header('etag', etag));
      if (locate && reply.statusCode === 201) reply.header('location', locate(answer as never));
      return answer;
    };
    return outcome instanceof Promise ? deadlines.within(outcome, read) : read(outcome);
  };
}
