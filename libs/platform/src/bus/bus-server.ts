/** Serves contracts over NATS inside Nest's message router: one queue group a service, checked shapes, deadlines, bounded work, a real drain. */

import type { Msg, MsgHdrs, NatsConnection, Subscription } from '@nats-io/nats-core';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { firstValueFrom, isObservable } from 'rxjs';
import { type CallContext, Failure, fieldErrors, parseWith } from '#contracts';
import { isInvalidValueError, isReferenceViolation } from '#storage';
import { nextSpan, runInCall } from '../calls/request-context.ts';
import type { Log } from '../logs/log.ts';
import { inSpan, isTracing } from '../traces/spans.ts';
import { answerLine, isBatch, joinAnswers, type RawAnswer, readBatch, readBatchContext } from './batch.ts';
import { rpcDuration, rpcInFlight } from './bus.metrics.ts';
import { contextFromHeaders, parseJson, replyHeaders, textOf } from './codec.ts';
import type { HandlerExtras } from './handles.decorator.ts';
import type { NatsLink } from './nats-link.ts';

export interface BusServerOptions {
  readonly service: string;
  readonly maxInFlight: number;
  readonly log: Log;
  /** Between two signs of life about requests that take long. */
  readonly beatMs?: number;
}

const defaultBeatMs = 1_000;
/** Nobody waits longer than this many; NATS lets a service answer one message 256 times, and batches need 64 of them. */
const maxBeats = 120;

type Outcome = Pick<RawAnswer<string>, 'kind' | 'json'>;

export class BusServer extends Server implements CustomTransportStrategy {
  readonly #link: NatsLink;
  readonly #options: BusServerOptions;
  readonly #subscriptions: Subscription[] = [];
  /** Messages without a full answer, with the half beats that they have seen. Bounded by `maxInFlight`: what is over it is answered at once. */
  readonly #open = new Map<Msg, number>();
  #beats: NodeJS.Timeout | undefined;
  #isLeaving = false;
  #inFlight = 0;
  #idle: (() => void) | undefined;

  constructor(link: NatsLink, options: BusServerOptions) {
    super();
    this.#link = link;
    this.#options = options;
  }

  /** Returns at once: a service that starts before NATS listens on HTTP meanwhile, and serves as soon as NATS is there. */
  listen(ready: () => void): void {
    this.#link.whenConnected().then(
      (connection) => this.#serve(connection),
      (error: unknown) => this.#options.log.debug({ err: error }, 'closed before NATS was connected'),
    );
    ready();
  }

  #serve(connection: NatsConnection): void {
    if (this.#isLeaving) return;
    this.#beats = setInterval(() => this.#beat(), (this.#options.beatMs ?? defaultBeatMs) / 2).unref();
    for (const [subject, handler] of this.messageHandlers) {
      const { everyCopy } = handler.extras as unknown as HandlerExtras;
      const callback = (error: Error | null, message: Msg) => {
        if (error) this.#options.log.warn({ err: error, subject }, 'a subscription failed');
        else this.#receive(handler, message);
      };
      this.#subscriptions.push(connection.subscribe(subject, { callback, ...(everyCopy ? {} : { queue: this.#options.service }) }));
    }
  }

  /** Tells who waits for a long answer that this copy is alive, the first time within half a beat: an empty message; an answer is never empty. */
  #beat(): void {
    for (const [message, halfBeats] of this.#open) {
      if (halfBeats % 2 === 0 && halfBeats < 2 * maxBeats) this.#respond(message, '');
      this.#open.set(message, halfBeats + 1);
    }
  }

  async #answer(handler: MessageHandler, message: Msg): Promise<void> {
    this.#open.set(message, 0);
    const outcome = await this.#outcome(
      handler,
      () => contextFromHeaders(message.headers),
      () => parseJson(textOf(message.data)),
    );
    this.#respond(message, outcome.json, replyHeaders(outcome.kind));
    this.#close(message);
  }

  /** Answers each item when it is done; those done in the same turn go back together. */
  #answerBatch(handler: MessageHandler, message: Msg): void {
    const items = readBatch(parseJson(textOf(message.data)));
    const ready: string[] = [];
    let left = items.length;
    const send = () => {
      left -= ready.length;
      for (const body of joinAnswers(ready.splice(0))) this.#respond(message, body);
      if (left === 0) this.#close(message);
    };
    this.#open.set(message, 0);
    items.forEach(async ({ context, payload }, index) => {
      const outcome = await this.#outcome(
        handler,
        () => readBatchContext(context),
        () => payload,
      );
      if (ready.push(answerLine({ index, ...outcome })) === 1) setImmediate(send);
    });
  }

  /** Fully answered. */
  #close(message: Msg): void {
    this.#open.delete(message);
    if (this.#open.size === 0) this.#idle?.();
  }

  #receive(handler: MessageHandler, message: Msg): void {
    try {
      if (isBatch(message.headers)) this.#answerBatch(handler, message);
      else void this.#answer(handler, message);
    } catch (error) {
      this.#options.log.warn({ err: error, subject: message.subject }, 'received an invalid message');
    }
  }

  /** Does the work of one call and says how it went. Never throws. */
  async #outcome(handler: MessageHandler, context: () => CallContext, payload: () => unknown): Promise<Outcome> {
    const { contract } = handler.extras as unknown as HandlerExtras;
    const stop = rpcDuration.startTimer({ subject: contract.subject });
    rpcInFlight.set(++this.#inFlight);
    try {
      const json = JSON.stringify(await this.#work(handler, context(), payload)) ?? 'null';
      stop({ outcome: 'ok' });
      return { kind: 'reply', json };
    } catch (error) {
      const failure = Failure.from(error);
      if (failure.code === 'internal') this.#options.log.error({ err: failure, subject: contract.subject }, 'a handler failed');
      else if (isInvalidValueError(failure.cause))
        this.#options.log.warn(
          { err: failure.cause, subject: contract.subject },
          'the database refused a value that its schema let through',
        );
      else if (isReferenceViolation(failure.cause))
        // once: the row was deleted meanwhile; each time: a fault of ours
        this.#options.log.warn(
          { err: failure.cause, subject: contract.subject },
          'the database refused a reference to a row that is not there',
        );
      stop({ outcome: failure.code });
      return { kind: 'failure', json: JSON.stringify(failure.toWire()) };
    } finally {
      rpcInFlight.set(--this.#inFlight);
    }
  }

  #respond(message: Msg, body: string, header?: MsgHdrs): void {
    try {
      message.respond(body, header ? { headers: header } : {});
    } catch (error) {
      this.#options.log.warn({ err: error, subject: message.subject }, 'failed to send an answer');
    }
  }

  async #work(handler: MessageHandler, call: CallContext, payload: () => unknown): Promise<unknown> {
    if (this.#inFlight > this.#options.maxInFlight) {
      throw new Failure('overloaded', 'This service is at capacity.', { retryAfterSeconds: 1 });
    }
    if (call.deadlineAtMs <= Date.now()) throw new Failure('deadline-exceeded', 'The deadline of this request has passed.');
    const { contract } = handler.extras as unknown as HandlerExtras;
    const request = parseWith(contract.request, payload());
    if (!request.success) {
      throw new Failure('request-invalid', 'The request does not fit its contract.', { errors: fieldErrors(request.error, '/body') });
    }
    const reply = parseWith(contract.reply, await this.#run(handler, request.data, call));
    if (!reply.success) throw new Failure('internal', 'Our answer does not fit its contract.', { cause: reply.error });
    return reply.data;
  }

  #run(handler: MessageHandler, request: unknown, call: CallContext): Promise<unknown> {
    if (!isTracing()) return this.#handle(handler, request, call);
    const { subject } = (handler.extras as unknown as HandlerExtras).contract;
    const own = { ...call, traceparent: nextSpan(call.traceparent) };
    const attributes = { 'rpc.system': 'nats', 'rpc.method': subject };
    const span = { name: subject, kind: 'server', traceparent: own.traceparent, parent: call.traceparent, attributes } as const;
    return inSpan(span, () => this.#handle(handler, request, own));
  }

  async #handle(handler: MessageHandler, request: unknown, call: CallContext): Promise<unknown> {
    return runInCall(call, async () => {
      const outcome: unknown = await handler(request);
      return isObservable(outcome) ? firstValueFrom(outcome) : outcome;
    });
  }

  /** Stops taking messages, then waits until what is in flight has been answered, at most `graceMs` altogether: NATS may be away or frozen. */
  async drain(graceMs: number): Promise<void> {
    this.#isLeaving = true;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, graceMs);
    await Promise.race([this.#drained(), late]);
    clearTimeout(timer);
    if (this.#open.size > 0) this.#options.log.warn({ inFlight: this.#open.size }, 'stopped while requests were in flight');
  }

  async #drained(): Promise<void> {
    await Promise.allSettled(this.#subscriptions.splice(0).map((subscription) => subscription.drain()));
    if (this.#open.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = resolve;
    await promise;
  }

  close(): void {
    this.#isLeaving = true;
    clearInterval(this.#beats);
    for (const subscription of this.#subscriptions.splice(0)) subscription.unsubscribe();
  }

  on(): never {
    throw new Error('the bus server has no events of its own');
  }

  unwrap<T>(): T {
    return this.#link.connectionOrNone as T;
  }
}
