/** Tells "PostgreSQL is away" (wait and try again), "PostgreSQL refused a value" (the request is wrong) and all other errors apart. */

import { Failure } from '#contracts';

/** Codes of Node and of PostgreSQL (appendix A: class 08, 57P0x, 53300) that pass by themselves once the server is back. */
const passing = /^(ECONN[A-Z]+|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|08...|57P0[1-3]|53300)$/;

/** pg raises these without a code; TypeORM raises the last two before the first connection. */
const passingMessage =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|not established|is not set|Driver not Connected/i;

/** True when the cause is a missing, starting, stopping or unreachable server rather than the statement. Looks through wrapped errors. */
export function isPostgresAway(error: unknown): boolean {
  return causesOf(error).some(({ code, message }) => passing.test(String(code)) || passingMessage.test(String(message)));
}

/** Class 22, data exception (text with NUL, a date out of range, a number too large), and a check that a row does not pass. */
const refusedValue = /^(22...|23514)$/;

/** True when a value was refused that the schema of its request should have refused before. */
export const isValueRefused = (error: unknown): boolean => causesOf(error).some(({ code }) => refusedValue.test(String(code)));

function causesOf(error: unknown): ReadableError[] {
  const causes: ReadableError[] = [];
  for (let cause = readable(error); cause && causes.length < 6; cause = readable(inner(cause))) causes.push(cause);
  return causes;
}

/**
 * @throws Failure `service-unavailable` while PostgreSQL is away (the outcome of a commit cut short is then unknown); `request-invalid` for a
 *   value that it cannot store, with its error as the cause, because the schema of the request should have refused it; else what `outcome` threw
 */
export async function orUnavailable<T>(outcome: Promise<T>): Promise<T> {
  try {
    return await outcome;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (isValueRefused(error)) throw new Failure('request-invalid', 'A value in the request cannot be stored.', { cause: error });
    if (!isPostgresAway(error)) throw error;
    throw new Failure('service-unavailable', 'The database is not reachable right now.', { cause: error, retryAfterSeconds: 1 });
  }
}

/** Read by shape: an error from another realm (a worker, a test's sandbox) is no `instanceof Error` here. */
interface ReadableError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly driverError?: unknown;
  readonly errors?: unknown;
}
const readable = (error: unknown): ReadableError | undefined => (typeof error === 'object' && error !== null ? error : undefined);

/** TypeORM keeps pg's error in `driverError`; Node keeps one error for each address of a host in `errors`. */
const inner = (error: ReadableError): unknown => error.driverError ?? (Array.isArray(error.errors) ? error.errors[0] : error.cause);
