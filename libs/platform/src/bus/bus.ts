/** Calls between services: typed requests with deadlines, checked replies and known failures; events without blobs. */
import { type Msg, NoRespondersError, RequestError, type Subscription, TimeoutError } from '@nats-io/nats-core';
import type * as z from 'zod';
import {
  type CallContext,
  type EventContract,
  Failure,
  type PayloadOf,
  parseWith,
  type ReplyOf,
  type RequestInputOf,
  type Rpc,
} from '#contracts';
import { currentCall, nextSpan, openCall } from '../calls/request-context.ts';
import type { Log } from '../logs/log.ts';
import { inSpan, isTracing, type SpanStart } from '../traces/spans.ts';
import { countAnswer, countFailure } from './bus.metrics.ts';
import { Coalescer, CopySilent } from './coalescer.ts';
import { contextToHeaders, isSignOfLife, parseJson, replyJson, textOf } from './codec.ts';
import { DecodedReplyCache } from './decoded-reply-cache.ts';
import type { NatsLink } from './nats-link.ts';

export interface CallOptions {
  /** Shortens the contract's own deadline; never lengthens it. */
  readonly deadlineMs?: number;
}

export interface BusOptions {
  /** Memory for decoded replies that arrive again byte for byte; 0, the default: every reply is decoded. */
  readonly replyCacheBytes?: number;
  /** A copy of a service that has a request and gives no sign of life for this long counts as dead. */
  readonly silenceMs?: number;
}

export const defaultSilenceMs = 5_000;
/** A request that killed every copy it came to must not go round for its whole deadline. */
const maxCopies = 3;
/** What only reads may always be asked again. */
const readingVerbs: ReadonlySet<string> = new Set(['get', 'list', 'find', 'locate', 'describe', 'draw']);

export class Bus {
  readonly #link: NatsLink;
  readonly #log: Log;
  readonly #calls: Coalescer;
  readonly #memo: DecodedReplyCache;

  constructor(link: NatsLink, log: Log, options: BusOptions = {}) {
    this.#link = link;
    this.#log = log;
    this.#calls = new Coalescer(link, options.silenceMs ?? defaultSilenceMs);
    this.#memo = new DecodedReplyCache(options.replyCacheBytes ?? 0);
  }

  /**
   * Asks whoever serves `contract`. The reply may be shared with others who were answered the same; then it is frozen.
   *
   * @throws Failure a code of the contract; `service-unavailable` when nobody serves it or NATS is away; `deadline-exceeded`; `internal` when the reply does not fit
   */
  async call<C extends Rpc>(contract: C, request: RequestInputOf<C>, options: CallOptions = {}): Promise<ReplyOf<C>> {
    try {
      const call = onwards(Math.min(contract.deadlineMs, options.deadlineMs ?? Number.POSITIVE_INFINITY));
      const payload = this.#encode(contract, request, call);
      const answer = isTracing()
        ? await inSpan(spanOf(contract, call), () => this.#request(contract, request, payload, call))
        : await this.#request(contract, request, payload, call);
      const reply = this.#read(contract, answer);
      countAnswer(contract.subject);
      return reply;
    } catch (error) {
      const failure = fromNats(error, contract);
      countFailure(contract.subject, failure.code);
      throw failure;
    }
  }

  /** Asks another copy when the one that took the request dies, where doing it twice changes nothing: once early, so that a stall of all is not multiplied. */
  async #request<C extends Rpc>(contract: C, request: RequestInputOf<C>, payload: string, call: CallContext): Promise<Buffer> {
    for (let copies = 1; ; copies++) {
      try {
        return await this.#calls.request(contract.subject, payload, call, copies === 1 && isRepeatable(contract, request));
      } catch (error) {
        const mayRepeat = error instanceof CopySilent && copies < maxCopies && call.deadlineAtMs > Date.now();
        if (!mayRepeat || !isRepeatable(contract, request)) throw error;
        this.#log.warn({ subject: contract.subject }, 'a copy of a service stopped responding; asking another one');
      }
    }
  }

  #encode(contract: Rpc, request: unknown, call: CallContext): string {
    if (call.deadlineAtMs <= Date.now()) throw tooLate(contract);
    const checked = parseWith(contract.request, request);
    if (checked.success) return JSON.stringify(checked.data);
    throw new Failure('internal', 'We asked for something that does not fit the contract.', { cause: checked.error });
  }

  #read<C extends Rpc>(contract: C, json: Buffer): ReplyOf<C> {
    return this.#memo.read(contract, json, () => this.#check(contract, parseJson(json.toString(), 'answer')));
  }

  #check<C extends Rpc>(contract: C, reply: unknown): ReplyOf<C> {
    const checked = parseWith(contract.reply, reply);
    if (checked.success) return checked.data as ReplyOf<C>;
    throw new Failure('internal', 'The answer does not fit its contract.', { cause: checked.error });
  }

  /** Asks everybody who serves `contract` and collects what arrives within `waitMs`; at most `limit` answers. Never throws for lack of answers. */
  async gather<C extends Rpc>(contract: C, request: RequestInputOf<C>, options: { waitMs: number; limit?: number }): Promise<ReplyOf<C>[]> {
    const replies: ReplyOf<C>[] = [];
    const answers = await this.#link.connection.requestMany(contract.subject, JSON.stringify(request), {
      strategy: 'timer',
      maxWait: options.waitMs,
      maxMessages: options.limit ?? 500,
      headers: contextToHeaders(onwards(options.waitMs)),
    });
    try {
      for await (const message of answers) if (!isSignOfLife(message)) this.#keep(contract, message, replies);
    } catch (error) {
      if (!isNobodyThere(error)) throw fromNats(error, contract);
    }
    return replies;
  }

  #keep<C extends Rpc>(contract: C, message: Msg, replies: ReplyOf<C>[]): void {
    try {
      replies.push(this.#check(contract, parseJson(replyJson(message).toString(), 'answer')));
    } catch (error) {
      this.#log.warn({ err: error, subject: contract.subject }, 'ignored an invalid answer');
    }
  }

  /** Tells whoever listens, at most once; what must not be lost goes through the outbox. @throws Failure `service-unavailable` */
  publish<E extends EventContract>(event: E, payload: z.input<E['payload']>): void {
    const checked = event.payload.parse(payload);
    this.#link.connection.publish(event.subject, JSON.stringify(checked), { headers: contextToHeaders(onwards(60_000)) });
  }

  /** Hears every event of a kind from now on; the listener's errors are logged, they stop nothing. Resubscribes by itself after an outage. */
  async subscribe<E extends EventContract>(event: E, listener: (payload: PayloadOf<E>) => void | Promise<void>): Promise<Subscription> {
    const connection = await this.#link.whenConnected();
    return connection.subscribe(event.subject, { callback: (error, message) => void this.#hear(event, listener, error, message) });
  }

  async #hear<E extends EventContract>(
    event: E,
    listener: (payload: PayloadOf<E>) => void | Promise<void>,
    error: Error | null,
    message: Msg,
  ): Promise<void> {
    try {
      if (error) throw error;
      await listener(event.payload.parse(parseJson(textOf(message.data))) as PayloadOf<E>);
    } catch (fault) {
      this.#log.warn({ err: fault, subject: event.subject }, 'failed to handle an event');
    }
  }
}

/** The current call, one hop further and never past its own deadline. */
function onwards(deadlineMs: number): CallContext {
  const call = currentCall();
  if (!call) return openCall({ deadlineMs });
  return {
    ...call,
    traceparent: nextSpan(call.traceparent),
    deadlineAtMs: Math.min(call.deadlineAtMs, Math.floor(Date.now() + deadlineMs)),
  };
}

const spanOf = ({ subject }: Rpc, { traceparent }: CallContext): SpanStart => ({
  name: subject,
  kind: 'client',
  traceparent,
  parent: currentCall()?.traceparent,
  attributes: { 'rpc.system': 'nats', 'rpc.method': subject },
});

const isRepeatable = ({ subject, repeatable }: Rpc, request: unknown): boolean =>
  repeatable ? repeatable(request) : readingVerbs.has(subject.split('.')[2] ?? '');
const isNobodyThere = (error: unknown) => error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
const tooLate = (contract: Rpc, cause?: unknown) =>
  new Failure('deadline-exceeded', `${serviceOf(contract)} did not answer in time.`, { cause, retryAfterSeconds: 2 });
const serviceOf = (contract: Rpc) => `The ${contract.subject.split('.')[0]} service`;

function fromNats(error: unknown, contract: Rpc): Failure {
  if (error instanceof Failure) return error;
  const details = { cause: error, retryAfterSeconds: 2 };
  if (isNobodyThere(error)) return new Failure('service-unavailable', `${serviceOf(contract)} is not running.`, details);
  if (error instanceof TimeoutError) return tooLate(contract, error);
  return new Failure('service-unavailable', 'The message bus did not take the request.', details);
}
