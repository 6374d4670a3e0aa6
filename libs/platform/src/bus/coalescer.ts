/**
 * Sends calls to the same subject that were made in one turn of the event loop, or while an answer is outstanding, as one message. A lone call
 * goes out at once, as a plain request; under load each message holds half of what is under way, so that both sides always have work.
 */
import { createInbox, type Msg, type MsgHdrs, type NatsConnection, NoRespondersError } from '@nats-io/nats-core';
import { type CallContext, Failure } from '#contracts';
import { batchHeaders, batchLimits, type RawAnswer, readAnswers } from './batch.ts';
import { contextToHeaders, isSignOfLife, readAlone, readFailure } from './codec.ts';
import type { NatsLink } from './nats-link.ts';

interface PendingCall {
  readonly payload: string;
  readonly call: CallContext;
  /** Another copy may be asked soon if the one that took it gives no sign of life at all. */
  readonly mayRepeat: boolean;
  readonly resolve: (reply: Buffer) => void;
  readonly reject: (failure: unknown) => void;
}

/** While an answer is outstanding, further calls gather this long at most: under load messages fill up, and no slow answer holds others back. */
const gatherMs = 2;
/** Fewer do not make a message full: what each message costs by itself would be more than is gained. */
const fewestItems = 8;

/**
 * With so many a message leaves at once. Half of all that are under way: the other side works on them while requests are still being read here.
 * With all of them in one message each side would wait for the other (`npm run bench -- edge`: a quarter less at 64 connections).
 */
const fullItems = ({ underWay }: SubjectQueue): number => Math.min(batchLimits.items, Math.max(fewestItems, underWay >> 1));

/** The calls to one subject. */
interface SubjectQueue {
  /** These have not left yet. */
  readonly waiting: PendingCall[];
  /** How many have no answer yet, those that have not left among them. */
  underWay: number;
  /** A message has left and nothing of it has come back. */
  outstanding: boolean;
  timer: NodeJS.Timeout | undefined;
  readonly progress: Progress;
}

/** How it goes on with the messages of a queue. */
interface Progress {
  /** Called once a message, at the first sign of an answer. */
  readonly begun: () => void;
  /** Called for each call that has been answered, or will not be. */
  readonly settled: () => void;
}

/** The copy that took a request has said nothing for too long: neither an answer nor a sign that it works. Nobody knows whether the work was done. */
export class CopySilent extends Failure {
  constructor() {
    super('service-unavailable', 'The copy of the service that took this request stopped responding.', { retryAfterSeconds: 2 });
  }
}

/** Signs of life come this often within the time after which a copy counts as dead; counted in ticks, so that a process that was held up itself blames nobody. */
export const beatsPerSilence = 5;
const ticksPerBeat = 2;
/** The first sign of life comes within half a beat: a copy that has given none after one to one and a half beats (1.5 s) is most likely dead. */
const quickTicks = 3;

export class Coalescer {
  readonly #link: NatsLink;
  readonly #queues = new Map<string, SubjectQueue>();
  readonly #open = new Map<string, Batch>();
  readonly #inboxes = new WeakMap<NatsConnection, string>();
  readonly #silenceMs: number;
  #watch: NodeJS.Timeout | undefined;
  #batches = 0;

  /** @param silenceMs a copy that has given no sign of life for this long counts as dead */
  constructor(link: NatsLink, silenceMs: number) {
    this.#link = link;
    this.#silenceMs = silenceMs;
    link.onDown((failure) => {
      for (const batch of [...this.#open.values()]) batch.failAll(failure);
    });
  }

  /**
   * @param payload JSON
   * @param mayRepeat doing it twice changes nothing: fails early with {@link CopySilent}, while there is time left to ask another copy
   * @returns the reply, as JSON in UTF-8 that nobody has read yet
   * @throws Failure what the other side answered, `deadline-exceeded`; errors of NATS as they are
   */
  request(subject: string, payload: string, call: CallContext, mayRepeat = false): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const queue = this.#queueOf(subject);
    queue.waiting.push({ payload, call, mayRepeat, resolve, reject });
    queue.underWay += 1;
    if (queue.waiting.length >= fullItems(queue)) this.#flush(subject, queue);
    else if (queue.outstanding) queue.timer ??= setTimeout(() => this.#flush(subject, queue), gatherMs);
    else if (queue.waiting.length === 1) setImmediate(() => this.#flush(subject, queue));
    return promise;
  }

  /** Subjects come from contracts, so there are only as many queues as contracts. */
  #queueOf(subject: string): SubjectQueue {
    const known = this.#queues.get(subject);
    if (known) return known;
    const begun = () => {
      queue.outstanding = false;
      if (queue.waiting.length > 0) this.#flush(subject, queue);
    };
    const settled = () => {
      queue.underWay -= 1;
    };
    const queue: SubjectQueue = { waiting: [], underWay: 0, outstanding: false, timer: undefined, progress: { begun, settled } };
    this.#queues.set(subject, queue);
    return queue;
  }

  #flush(subject: string, queue: SubjectQueue): void {
    clearTimeout(queue.timer);
    queue.timer = undefined;
    for (const items of split(queue.waiting.splice(0))) {
      queue.outstanding = true;
      this.#send(subject, items, queue.progress);
    }
  }

  #send(subject: string, items: readonly PendingCall[], progress: Progress): void {
    try {
      const connection = this.#link.connection;
      const id = String(++this.#batches);
      const { body, headers } = encode(items);
      connection.publish(subject, body, { reply: `${this.#inboxOf(connection)}.${id}`, headers });
      this.#open.set(id, new Batch(items, progress, () => this.#open.delete(id)));
      this.#watch ??= setInterval(() => this.#endSilentOnes(), this.#silenceMs / beatsPerSilence / ticksPerBeat).unref();
    } catch (error) {
      for (const item of items) {
        item.reject(error);
        progress.settled();
      }
      progress.begun();
    }
  }

  #endSilentOnes(): void {
    for (const batch of [...this.#open.values()]) batch.tick();
    if (this.#open.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  /** One subscription a connection for the answers to all batches. */
  #inboxOf(connection: NatsConnection): string {
    const known = this.#inboxes.get(connection);
    if (known) return known;
    const inbox = createInbox(this.#link.inboxPrefix);
    connection.subscribe(`${inbox}.*`, { callback: (error, message) => this.#receive(error, message) });
    this.#inboxes.set(connection, inbox);
    return inbox;
  }

  #receive(error: Error | null, message: Msg): void {
    if (error) return;
    const batch = this.#open.get(message.subject.slice(message.subject.lastIndexOf('.') + 1));
    if (!batch) return; // an answer after the deadline
    try {
      if (message.headers?.code === 503) batch.failAll(new NoRespondersError(message.subject));
      else if (isSignOfLife(message)) batch.beat();
      else if (message.headers) batch.settle({ index: 0, ...readAlone(message) });
      else for (const answer of readAnswers(message.data)) batch.settle(answer);
    } catch (fault) {
      batch.failAll(Failure.from(fault));
    }
  }
}

/** A lone call travels as a plain request: its context in headers, its payload as it is. */
function encode(items: readonly PendingCall[]): { readonly body: string; readonly headers: MsgHdrs } {
  const [first] = items;
  if (items.length === 1 && first) return { body: first.payload, headers: contextToHeaders(first.call) };
  const body = `[${items.map(({ call, payload }) => `{"context":${JSON.stringify(call)},"payload":${payload}}`).join(',')}]`;
  return { body, headers: batchHeaders(items.length) };
}

/** The items of one message that still wait for their answers. */
class Batch {
  readonly #items: (PendingCall | undefined)[];
  #timer: NodeJS.Timeout | undefined;
  readonly #done: () => void;
  readonly #progress: Progress;
  #left: number;
  #silentTicks = 0;
  /** Whether the copy that took it has given a sign of life. */
  #isAlive = false;

  /** @param done called when nothing is waited for any more */
  constructor(items: readonly PendingCall[], progress: Progress, done: () => void) {
    this.#items = [...items];
    this.#left = items.length;
    this.#progress = progress;
    this.#done = done;
    this.#watch();
  }

  tick(): void {
    const silentTicks = ++this.#silentTicks;
    if (silentTicks > ticksPerBeat * beatsPerSilence) this.failAll(new CopySilent());
    else if (silentTicks >= quickTicks && !this.#isAlive) this.#failWhere(({ mayRepeat }) => mayRepeat, new CopySilent());
  }

  beat(): void {
    this.#silentTicks = 0;
    this.#isAlive = true;
  }

  settle({ index, kind, json }: RawAnswer<Buffer>): void {
    this.beat();
    const item = this.#take(index);
    if (kind === 'failure') item?.reject(readFailure(json));
    else item?.resolve(json);
  }

  failAll(failure: Error): void {
    this.#failWhere(() => true, failure);
  }

  #failWhere(fails: (item: PendingCall) => boolean, failure: Error): void {
    for (const [index, item] of this.#items.entries()) if (item && fails(item)) this.#take(index)?.reject(failure);
  }

  /** One timer for all of them, set for whoever runs out of time first. */
  #watch(): void {
    const nextAtMs = this.#items.reduce((next, item) => Math.min(next, item?.call.deadlineAtMs ?? next), Number.POSITIVE_INFINITY);
    if (nextAtMs < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#expire(), Math.max(1, nextAtMs - Date.now()));
  }

  #expire(): void {
    const now = Date.now();
    for (const [index, item] of this.#items.entries()) {
      if (item && item.call.deadlineAtMs <= now)
        this.#take(index)?.reject(new Failure('deadline-exceeded', 'There was no answer in time.'));
    }
    this.#watch();
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#done();
  }

  #take(index: number): PendingCall | undefined {
    const item = this.#items[index];
    if (!item) return undefined;
    this.#items[index] = undefined;
    this.#progress.settled();
    if (this.#left === this.#items.length) this.#progress.begun();
    if (--this.#left === 0) this.#finish();
    return item;
  }
}

/** In order, none over the limits; an item that is large by itself travels alone. */
function* split(pending: readonly PendingCall[]): Generator<readonly PendingCall[]> {
  if (pending.length === 0) return;
  let batch: PendingCall[] = [];
  let bytes = 0;
  for (const item of pending) {
    if (batch.length > 0 && (batch.length === batchLimits.items || bytes + item.payload.length > batchLimits.bytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += item.payload.length;
  }
  yield batch;
}
