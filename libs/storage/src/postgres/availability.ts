/** Tells "PostgreSQL is away" (wait and try again) from "PostgreSQL refused this" (do not). */

import { Failure } from '#contracts';

/** Codes of Node and of PostgreSQL (appendix A: class 08, 57P0x, 53300) that pass by themselves once the server is back. */
const passing = /^(ECONN[A-Z]+|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|08...|57P0[1-3]|53300)$/;

/** pg raises these without a code; TypeORM raises the last two before the first connection. */
const passingMessage =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|not established|is not set|Driver not Connected/i;

/** True when the cause is a missing, starting, stopping or unreachable server rather than the statement. Looks through wrapped errors. */
export function isPostgresAway(error: unknown): boolean {
  for (let cause = readable(error), depth = 0; cause && depth < 6; cause = readable(inner(cause)), depth++) {
    if (passing.test(String(cause.code)) || passingMessage.test(String(cause.message))) return true;
  }
  return false;
}

/** @throws Failure `service-unavailable` while PostgreSQL is away (the outcome of a commit cut short is then unknown), else what `outcome` threw */
export async function orUnavailable<T>(outcome: Promise<T>): Promise<T> {
  try {
    return await outcome;
  } catch (error) {
    if (error instanceof Failure || !isPostgresAway(error)) throw error;
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
