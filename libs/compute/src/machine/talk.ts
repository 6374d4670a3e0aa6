/** Messages over a socket: bounded lines in, bounded buffers out, and an end for whoever keeps to neither. */
import type { Socket } from 'node:net';
import type * as z from 'zod';
import { maxLineBytes } from './protocol.ts';

/** A peer that reads so slowly is not at work any more. */
const maxUnsentBytes = 1 << 20;
const newline = 10;

export interface TalkHandlers<In> {
  hear(message: In): void;
  /** Called once, whoever ended it; `reason` when it was we. */
  ended(reason: string | undefined): void;
}

/** What `hear` throws ends the talk with its message as the reason, and so does everything that does not fit `schema`. */
export class Talk<In, Out> {
  readonly #socket: Socket;
  readonly #schema: z.ZodType<In>;
  readonly #handlers: TalkHandlers<In>;
  #rest: Buffer = Buffer.alloc(0);
  #reason: string | undefined;

  constructor(socket: Socket, schema: z.ZodType<In>, handlers: TalkHandlers<In>) {
    this.#socket = socket;
    this.#schema = schema;
    this.#handlers = handlers;
    socket.on('data', (chunk) => this.#take(chunk as Buffer));
    socket.on('error', () => undefined); // 'close' follows
    socket.once('close', () => handlers.ended(this.#reason));
  }

  say(message: Out): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(`${JSON.stringify(message)}\n`);
    if (this.#socket.writableLength > maxUnsentBytes) this.end('does not read what it is sent');
  }

  end(reason?: string): void {
    this.#reason ??= reason;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let from = 0;
    for (let to = bytes.indexOf(newline); to >= 0 && !this.#socket.destroyed; to = bytes.indexOf(newline, from)) {
      this.#hear(bytes.subarray(from, to));
      from = to + 1;
    }
    this.#rest = bytes.subarray(from);
    if (this.#rest.length > maxLineBytes) this.end('sent a message that is too long');
  }

  #hear(line: Buffer): void {
    try {
      if (line.length > maxLineBytes) throw new Error('sent a message that is too long');
      this.#handlers.hear(parse(this.#schema, line));
    } catch (error) {
      this.end((error as Error).message);
    }
  }
}

function parse<T>(schema: z.ZodType<T>, line: Buffer): T {
  try {
    return schema.parse(JSON.parse(line.toString()));
  } catch (cause) {
    throw new Error('sent what is no message', { cause });
  }
}
