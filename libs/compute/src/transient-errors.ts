/** Classifies errors of calls: whether a retry may help, and whether the called side is to blame. */
import { Failure, type FailureCode, failures } from '#contracts';

const transientCodes: ReadonlySet<FailureCode> = new Set(['too-many-requests', 'service-unavailable', 'overloaded']);
const transientErrno: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/** Whether the same call may succeed later: the other side is busy or unreachable, or the connection broke. */
export function isTransient(error: unknown): boolean {
  if (error instanceof Failure) return transientCodes.has(error.code);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && transientErrno.has(code);
}

/** Whether the called side failed. A wrong or cancelled request says nothing about its health. */
export const isServerFault = (error: unknown): boolean => !(error instanceof Failure) || failures[error.code].status >= 500;
