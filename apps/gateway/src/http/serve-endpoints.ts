/**
 * Serves endpoint values as Fastify routes. What an endpoint asks of a request is worked out once, at the start; a request then runs
 * through plain functions and waits only where there is something to wait for, so that requests of one turn of the event loop stay
 * together and their calls leave as one message. Nest gives the controllers; its machinery for each request would cost more than the rest.
 */
import { type CallHandler, type NestInterceptor, StreamableFile } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { defer, from, lastValueFrom } from 'rxjs';
import type { CallContext } from '#contracts';
import { requireCall } from '#platform';
import { answerReader, ReadyAnswer } from './answer.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { type Endpoint, successStatus } from './endpoint.ts';
import { inputReader } from './input.ts';
import { argumentsOf, type CheckedInput } from './route.ts';
import { sendFile } from './send-file.ts';

/** A method of a controller and the endpoint it serves. */
export interface EndpointHandler {
  readonly endpoint: Endpoint;
  readonly controller: object;
  readonly name: string;
}

/** What stands before a handler: asked once for each endpoint, it gives what to do with each request; undefined: nothing. */
export type Gate = (
  endpoint: Endpoint,
) => ((request: FastifyRequest, reply: FastifyReply, call: CallContext) => void | Promise<void>) | undefined;

export interface Edge {
  /** In this order, and all of them before the request is read. */
  readonly gates: readonly Gate[];
  /** Around every POST, the outer one first. */
  readonly aroundPosts: readonly NestInterceptor[];
}

type Work = (request: FastifyRequest, reply: FastifyReply, call: CallContext) => unknown;

const defaultDeadlineMs = 30_000;
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
  const work =
    endpoint.method === 'POST' ? aroundPosts.reduceRight((inner, each) => around(each, handler, inner), workOf(handler)) : workOf(handler);
  const deadlineMs = endpoint.deadlineMs ?? defaultDeadlineMs;
  const status = successStatus(endpoint);
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
    if (body instanceof ReadyAnswer) return sendReady(reply, body, mayBeKept);
    if (body instanceof StreamableFile) return sendFile(reply, body);
    return reply.send(body);
  };
}

function sendReady(reply: FastifyReply, { text, etag }: ReadyAnswer, mayBeKept: boolean): FastifyReply {
  reply.header('content-type', 'application/json; charset=utf-8');
  if (mayBeKept) reply.header('etag', etag);
  return reply.send(text);
}

/** Reads the request, runs the handler within its deadline and checks the answer. */
function workOf({ endpoint, controller, name }: EndpointHandler): Work {
  const sources = argumentsOf(controller.constructor, name);
  const handle = (controller as Record<string, (...values: unknown[]) => unknown>)[name]!.bind(controller);
  const readInput = inputReader(endpoint);
  const readAnswer = answerReader(endpoint);
  const deadlines = new DeadlineQueue((endpoint.deadlineMs ?? defaultDeadlineMs) + graceMs);
  const argumentsFor = (input: CheckedInput, request: FastifyRequest, reply: FastifyReply) =>
    sources.map((source) => source(input, request, reply));

  return (request, reply) => {
    const outcome = handle(...argumentsFor(readInput(request), request, reply));
    const read = (body: unknown) => readAnswer(reply.statusCode, body);
    return outcome instanceof Promise ? deadlines.within(outcome, read) : read(outcome);
  };
}

/** Lets one of Nest's interceptors stand around the work. */
function around(interceptor: NestInterceptor, { controller, name }: EndpointHandler, inner: Work): Work {
  const handler = (controller as Record<string, (...values: unknown[]) => unknown>)[name]!;
  return async (request, reply, call) => {
    const context = new ExecutionContextHost([request, reply], controller.constructor as never, handler);
    const next: CallHandler = { handle: () => defer(async () => inner(request, reply, call)) };
    return lastValueFrom(from(await interceptor.intercept(context, next)), { defaultValue: undefined });
  };
}
