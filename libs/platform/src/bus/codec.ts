/** Encodes calls for NATS: the request is JSON, its context is in headers, and a header of the answer says whether it is a reply or a failure. */
import { headers, type Msg, type MsgHdrs } from '@nats-io/nats-core';
import { type CallContext, callContext, Failure, wireFailure } from '#contracts';

const names = {
  subject: 'Rafaga-Subject',
  roles: 'Rafaga-Roles',
  requestId: 'Rafaga-Request-Id',
  traceparent: 'traceparent',
  deadline: 'Rafaga-Deadline',
} as const;
const outcome = 'Rafaga-Outcome';

export function contextToHeaders(call: CallContext): MsgHdrs {
  const header = headers();
  if (call.subject) header.set(names.subject, call.subject);
  if (call.roles.length > 0) header.set(names.roles, call.roles.join(','));
  header.set(names.requestId, call.requestId);
  header.set(names.traceparent, call.traceparent);
  header.set(names.deadline, String(call.deadlineAtMs));
  return header;
}

/** @throws Failure `request-invalid` when the message does not say under which request and until when it is asked */
export function contextFromHeaders(header: MsgHdrs | undefined): CallContext {
  const roles = header?.get(names.roles);
  const parsed = callContext.safeParse({
    subject: header?.get(names.subject) || undefined,
    roles: roles ? roles.split(',') : [],
    requestId: header?.get(names.requestId),
    traceparent: header?.get(names.traceparent),
    deadlineAtMs: Number(header?.get(names.deadline)),
  });
  if (!parsed.success) throw new Failure('request-invalid', 'The message has no call context.', { cause: parsed.error });
  return parsed.data;
}

export function replyHeaders(kind: 'reply' | 'failure'): MsgHdrs {
  const header = headers();
  header.set(outcome, kind);
  return header;
}

/** What a copy sends while it works on a long answer: an empty message; an answer is never empty. */
export const isSignOfLife = (message: Msg): boolean => message.data.length === 0;

/** Takes the answer to a lone request apart without reading it. */
export function readAlone(message: Msg): { readonly kind: 'reply' | 'failure'; readonly json: Buffer } {
  return { kind: message.headers?.get(outcome) === 'reply' ? 'reply' : 'failure', json: bytesOf(message.data) };
}

/** @returns the reply, as JSON in UTF-8. @throws Failure the one that the other side answered with */
export function replyJson(message: Msg): Buffer {
  const { kind, json } = readAlone(message);
  if (kind === 'reply') return json;
  throw readFailure(json);
}

/** @returns the failure that the other side answered with */
export function readFailure(json: Buffer): Failure {
  const failure = wireFailure.safeParse(parseJson(json.toString(), 'answer'));
  return failure.success ? Failure.fromWire(failure.data) : new Failure('internal', 'The answer cannot be read.');
}

/** The same memory, with Node's ways to read it. */
export const bytesOf = (data: Uint8Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

export const textOf = (data: Uint8Array): string => bytesOf(data).toString('utf8');

/** @throws Failure `request-malformed`; for what the other side answered, `internal` */
export function parseJson(text: string, of: 'request' | 'answer' = 'request'): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (of === 'answer') throw new Failure('internal', 'The answer is not JSON.', { cause });
    throw new Failure('request-malformed', 'The message is not JSON.', { cause });
  }
}
