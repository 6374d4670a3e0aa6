/** Who asks, carried along every await of a request, a message or a job. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes, randomUUID } from 'node:crypto';
import { type CallContext, Failure, type Role } from '#contracts';

const scope = new AsyncLocalStorage<CallContext>();
const traceparentShape = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const requestIdShape = /^[A-Za-z0-9._-]{1,128}$/;

export const currentCall = (): CallContext | undefined => scope.getStore();

/** @throws Failure `internal` outside of any call: that is a mistake of ours */
export function requireCall(): CallContext {
  const call = scope.getStore();
  if (!call) throw new Failure('internal', 'There is no call here.');
  return call;
}

/** The user on whose behalf this runs. @throws Failure `unauthenticated` */
export function requireSubject(): string {
  const subject = scope.getStore()?.subject;
  if (!subject) throw new Failure('unauthenticated', 'This needs a user.');
  return subject;
}

export const runInCall = <T>(call: CallContext, work: () => T): T => scope.run(call, work);

/** Says who the current call turned out to be from; the guards call this once a token has been verified. */
export function identifyCall(subject: string, roles: readonly Role[]): void {
  const call = requireCall();
  call.subject = subject;
  call.roles = [...roles];
}

/** A call that starts here: a request from outside (with what it brought along, if well-formed) or work of our own. */
export function openCall(options: { deadlineMs: number; requestId?: unknown; traceparent?: unknown; nowMs?: number }): CallContext {
  const { requestId, traceparent } = options;
  return {
    roles: [],
    requestId: typeof requestId === 'string' && requestIdShape.test(requestId) ? requestId : randomUUID(),
    traceparent: typeof traceparent === 'string' && isTraceparent(traceparent) ? nextSpan(traceparent) : newTrace(),
    deadlineAtMs: (options.nowMs ?? Date.now()) + options.deadlineMs,
  };
}

const isTraceparent = (text: string) => traceparentShape.test(text) && !/^00-(0{32}-|[0-9a-f]{32}-0{16})/.test(text);
const newTrace = () => `00-${randomHex(16)}-${randomHex(8)}-01`;

/** The same trace, a new span: W3C Trace Context §3.2.2.4. */
export function nextSpan(traceparent: string): string {
  // Taken apart by place: a well-formed one has 55 characters, and none that we hold is anything else.
  if (traceparent.length !== 55) return newTrace();
  return `${traceparent.slice(0, 36)}${randomHex(8)}${traceparent.slice(52)}`;
}

const poolBytes = 4_096;
let pool = '';
let used = 0;

/** Random bytes drawn and written down in bulk: asking the system for eight at a time costs more than all else that opens a call. */
function randomHex(bytes: number): string {
  if (used + 2 * bytes > pool.length) {
    pool = randomBytes(poolBytes).toString('hex');
    used = 0;
  }
  used += 2 * bytes;
  return pool.slice(used - 2 * bytes, used);
}
