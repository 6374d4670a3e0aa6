/** Classifies database errors: server unavailable (retry later), invalid value (the request is at fault), or any other error. */

import { Failure } from '#contracts';

/** Codes of Node and of PostgreSQL (appendix A: class 08, 57P0x, 53300) of errors that end when the server is back. */
const unavailableCode = /^(ECONN[A-Z]+|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|08...|57P0[1-3]|53300)$/;

/** pg raises these without a code; TypeORM raises the last two before the first connection. */
const unavailableMessage =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|not established|is not set|Driver not Connected/i;

/** True when the server is missing, starting, stopping or unreachable, also in the cause of a wrapped error. */
export function isPostgresUnavailable(error: unknown): boolean {
  return causesOf(error).some(({ code, message }) => unavailableCode.test(String(code)) || unavailableMessage.test(String(message)));
}

/** Class 22, data exception (text with NUL, a date out of range, a number too large), and check violations. */
const invalidValueCode = /^(22...|23514)$/;

/** True when PostgreSQL rejected a value that the request schema should have rejected. */
export const isInvalidValueError = (error: unknown): boolean => causesOf(error).some(({ code }) => invalidValueCode.test(String(code)));

/** Deadlock and serialization failure: PostgreSQL has undone the transaction, and doing it again succeeds. */
const repeatableCode = /^(40P01|40001)$/;

/** True when PostgreSQL has undone a transaction because of another one. */
export const isUndoneByAnother = (error: unknown): boolean => causesOf(error).some(({ code }) => repeatableCode.test(String(code)));

/**
 * True when a row refers to one that is not there, or one that is referred to was to be deleted: where both were looked up before, another transaction came
 * in between. Doing it again then finds out what is gone.
 */
export const isReferenceViolation = (error: unknown): boolean => causesOf(error).some(({ code }) => code === '23503');

/** True when a statement has waited for a lock for longer than `lock_timeout`. */
export const isLockTimeout = (error: unknown): boolean => causesOf(error).some(({ code }) => code === '55P03');

function causesOf(error: unknown): ReadableError[] {
  const causes: ReadableError[] = [];
  for (let cause = readable(error); cause && causes.length < 6; cause = readable(inner(cause))) causes.push(cause);
  return causes;
}

/**
 * Translates errors of PostgreSQL into failures.
 * @throws Failure `service-unavailable` while PostgreSQL is unavailable (the outcome of an interrupted commit is then unknown), when it has undone the
 *   transaction because of another one, and when what a row refers to was deleted meanwhile (nothing was written); `request-invalid` for a value that it
 *   cannot store, with its error as the cause; else what `outcome` threw
 */
export async function orUnavailable<T>(outcome: Promise<T>): Promise<T> {
  try {
    return await outcome;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (isInvalidValueError(error)) throw new Failure('request-invalid', 'A value in the request cannot be stored.', { cause: error });
    if (isUndoneByAnother(error) || isReferenceViolation(error))
      throw new Failure(
        'service-unavailable',
        'Another request changed the same things at the same moment. Nothing was written; send it again.',
        {
          cause: error,
          retryAfterSeconds: 1,
        },
      );
    if (!isPostgresUnavailable(error)) throw error;
    throw new Failure('service-unavailable', 'The database is not reachable right now.', { cause: error, retryAfterSeconds: 1 });
  }
}

const uniqueViolationCode = '23505';

/** The name of the unique index that a statement violated; undefined for any other error. */
export function violatedIndex(error: unknown): string | undefined {
  const violation = causesOf(error).find(({ code }) => code === uniqueViolationCode);
  return typeof violation?.constraint === 'string' ? violation.constraint : undefined;
}

/** Checked by shape, because an error from another realm (a worker, a test's sandbox) is not an `instanceof Error` here. */
interface ReadableError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly constraint?: unknown;
  readonly cause?: unknown;
  readonly driverError?: unknown;
  readonly errors?: unknown;
}
const readable = (error: unknown): ReadableError | undefined => (typeof error === 'object' && error !== null ? error : undefined);

/** TypeORM stores pg's error in `driverError`; Node stores one error for each address of a host in `errors`. */
const inner = (error: ReadableError): unknown => error.driverError ?? (Array.isArray(error.errors) ? error.errors[0] : error.cause);
