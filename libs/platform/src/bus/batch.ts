/**
 * How several calls travel as one message: those made in one turn of the event loop to the same subject. Each item keeps its own context,
 * deadline and answer; the other side answers items as they finish, so a slow one holds nobody up.
 */
import { headers, type MsgHdrs } from '@nats-io/nats-core';
import * as z from 'zod';
import { callContext, Failure, parseWith } from '#contracts';
import { bytesOf } from './codec.ts';

const mark = 'Rafaga-Batch';

/** A batch may not grow past NATS's own limit (1 MiB), nor make one process work alone on what several could share. */
export const batchLimits = { items: 64, bytes: 256 * 1024 } as const;

export const isBatch = (header: MsgHdrs | undefined): boolean => header?.has(mark) ?? false;

export function batchHeaders(items: number): MsgHdrs {
  const header = headers();
  header.set(mark, String(items));
  return header;
}

/** A request within a batch; the payload is checked against its contract later. */
export const batchRequest = z.object({ context: z.unknown(), payload: z.unknown() });
const batchRequests = z.array(batchRequest).min(1).max(batchLimits.items);

/** @throws Failure `request-malformed` */
export function readBatch(value: unknown): readonly z.output<typeof batchRequest>[] {
  const items = parseWith(batchRequests, value);
  if (!items.success) throw new Failure('request-malformed', 'The batch cannot be read.', { cause: items.error });
  return items.data;
}

/** @throws Failure `request-invalid` */
export function readBatchContext(value: unknown) {
  const call = parseWith(callContext, value);
  if (!call.success) throw new Failure('request-invalid', 'The message has no call context.', { cause: call.error });
  return call.data;
}

/** The answer to one item of a batch. It travels as a line `<index> reply|failure <JSON>`; JSON of ours has no line breaks of its own. */
export interface RawAnswer<Json> {
  readonly index: number;
  readonly kind: 'reply' | 'failure';
  readonly json: Json;
}

export const answerLine = ({ index, kind, json }: RawAnswer<string>): string => `${index} ${kind} ${json}\n`;

const startOf = { reply: Buffer.from(' reply '), failure: Buffer.from(' failure ') };
const [lineBreak, zero, nine] = [10, 48, 57];

/** Takes a message apart without reading the replies: who asked knows better what they should be. @throws Failure `internal` */
export function readAnswers(data: Uint8Array): RawAnswer<Buffer>[] {
  const bytes = bytesOf(data);
  const answers: RawAnswer<Buffer>[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(lineBreak, from);
    if (end < 0) throw unreadable();
    answers.push(readLine(bytes, from, end));
    from = end + 1;
  }
  return answers;
}

function readLine(bytes: Buffer, from: number, end: number): RawAnswer<Buffer> {
  let at = from;
  let index = 0;
  for (let digit = bytes[at] as number; digit >= zero && digit <= nine; digit = bytes[++at] as number) index = 10 * index + digit - zero;
  const kind = isAt(bytes, at, startOf.reply) ? 'reply' : isAt(bytes, at, startOf.failure) ? 'failure' : undefined;
  if (at === from || !kind) throw unreadable();
  return { index, kind, json: bytes.subarray(at + startOf[kind].length, end) };
}

function isAt(bytes: Buffer, at: number, mark: Buffer): boolean {
  for (let offset = 0; offset < mark.length; offset++) if (bytes[at + offset] !== mark[offset]) return false;
  return true;
}

const unreadable = () => new Failure('internal', 'The answer cannot be read.');

/** Puts lines together into as few messages as the limit allows; a large answer travels alone. */
export function joinAnswers(lines: readonly string[]): string[] {
  const bodies: string[] = [];
  let body = '';
  for (const line of lines) {
    if (body && body.length + line.length > batchLimits.bytes) {
      bodies.push(body);
      body = '';
    }
    body += line;
  }
  if (body) bodies.push(body);
  return bodies;
}
