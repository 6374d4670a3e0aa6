/**
 * How several calls travel as one message: those made in one turn of the event loop to the same subject. Each item keeps its own context,
 * deadline and answer; the other side answers items as they finish, so a slow one holds nobody up.
 */
import { headers, type MsgHdrs } from '@nats-io/nats-core';
import * as z from 'zod';
import { callContext, Failure, parseWith, type WireFailure, wireFailure } from '#contracts';

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

/** The answer to item `index`: exactly one of the two. */
export type BatchAnswer = { readonly index: number; readonly reply: unknown } | { readonly index: number; readonly failure: WireFailure };

export interface ReadAnswer {
  readonly index: number;
  readonly reply?: unknown;
  readonly failure?: WireFailure;
}

/** Read by hand: it is on the way of every answer, and what counts in it is checked against its contract later. @throws Failure `internal` */
export function readAnswers(value: unknown): readonly ReadAnswer[] {
  if (!Array.isArray(value)) throw unreadable();
  return value.map(readAnswer);
}

function readAnswer(value: unknown): ReadAnswer {
  const { index, reply, failure } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(index)) throw unreadable();
  if (failure === undefined) return { index: index as number, reply };
  const known = wireFailure.safeParse(failure);
  if (!known.success) throw unreadable(known.error);
  return { index: index as number, failure: known.data };
}

const unreadable = (cause?: unknown) => new Failure('internal', 'The answer cannot be read.', { cause });

/** Puts encoded answers together into as few messages as the limit allows; a large answer travels alone. */
export function joinAnswers(answers: readonly string[]): string[] {
  const bodies: string[] = [];
  let from = 0;
  let bytes = 0;
  answers.forEach((answer, at) => {
    if (at > from && bytes + answer.length > batchLimits.bytes) {
      bodies.push(`[${answers.slice(from, at).join(',')}]`);
      from = at;
      bytes = 0;
    }
    bytes += answer.length;
  });
  if (from < answers.length) bodies.push(`[${answers.slice(from).join(',')}]`);
  return bodies;
}
