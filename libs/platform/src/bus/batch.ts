/**
 * How several calls travel as one message: those made in one turn of the event loop to the same subject. Each item keeps its own context,
 * deadline and answer; the other side answers items as they finish, so a slow one holds nobody up.
 */
import { headers, type MsgHdrs } from '@nats-io/nats-core';
import * as z from 'zod';
import { callContext, Failure, parseWith } from '#contracts';

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

/** The answer to one item of a batch, as it travels: a line `<index> reply|failure <JSON>`. JSON of ours has no line breaks of its own. */
export interface RawAnswer {
  readonly index: number;
  readonly kind: 'reply' | 'failure';
  readonly json: string;
}

export const answerLine = ({ index, kind, json }: RawAnswer): string => `${index} ${kind} ${json}\n`;

const lineShape = /^(\d{1,3}) (reply|failure) /;
const lineBreak = 10;

/** Takes a message apart without reading the replies: who asked knows better what they should be. @throws Failure `internal` */
export function readAnswers(data: Uint8Array): RawAnswer[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const answers: RawAnswer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(lineBreak, from);
    if (end < 0) throw unreadable();
    answers.push(readLine(bytes.toString('utf8', from, end)));
    from = end + 1;
  }
  return answers;
}

function readLine(line: string): RawAnswer {
  const [start, index, kind] = lineShape.exec(line) ?? [];
  if (!start) throw unreadable();
  return { index: Number(index), kind: kind as RawAnswer['kind'], json: line.slice(start.length) };
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
