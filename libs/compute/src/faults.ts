/** Whose fault it is when a call fails: that decides whether to try again and whether to keep calling. */
import { Failure, type FailureCode, failures } from '#contracts';

const passing: ReadonlySet<FailureCode> = new Set(['too-many-requests', 'service-unavailable', 'overloaded']);
const passingErrno: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/** Whether the same call may well succeed a little later: the other side is busy or away, or the line broke. */
export function isTransient(error: unknown): boolean {
  if (error instanceof Failure) return passing.has(error.code);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && passingErrno.has(code);
}

/** Whether the other side is to blame. A caller that asked for something wrong, or gave up, says nothing about its health. */
export const isTheirFault = (error: unknown): boolean => !(error instanceof Failure) || failures[error.code].status >= 500;
