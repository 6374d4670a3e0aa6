/**
 * The error that everything of ours throws. It imports no contract and no schema, so that libraries and worker threads that throw it start without them;
 * see plain.ts.
 */
import type { FailureCode } from './failure-codes.ts';

export type { FailureCode } from './failure-codes.ts';

/**
 * Where in the request something is wrong, between services: `pointer` is an RFC 6901 JSON pointer, prefixed by its place (`/body`, `/query`, `/path`,
 * `/header`). Clients get it as a {@link ProblemError}.
 */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface FailureDetails {
  readonly retryAfterSeconds?: number;
  readonly errors?: readonly FieldError[];
  /** For the log only; never leaves the process. */
  readonly cause?: unknown;
}

/** How a failure crosses NATS. */
interface FailureMessage {
  readonly code: FailureCode;
  readonly message: string;
  readonly retryAfterSeconds?: number | undefined;
  readonly errors?: FieldError[] | undefined;
}

/** An outcome that both sides know by its code. `message` is written for the client, `cause` for the log. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly retryAfterSeconds: number | undefined;
  readonly errors: readonly FieldError[] | undefined;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.errors = details.errors;
  }

  /** Anything that we did not throw on purpose becomes `internal`, with the original as its cause. */
  static from(error: unknown): Failure {
    if (error instanceof Failure) return error;
    return new Failure('internal', 'Something broke on our side; it has been logged under this trace id.', { cause: error });
  }

  toWire(): FailureMessage {
    return {
      code: this.code,
      message: this.message,
      ...(this.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: this.retryAfterSeconds }),
      ...(this.errors === undefined ? {} : { errors: [...this.errors] }),
    };
  }

  static fromWire(wire: FailureMessage): Failure {
    return new Failure(wire.code, wire.message, {
      ...(wire.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: wire.retryAfterSeconds }),
      ...(wire.errors === undefined ? {} : { errors: wire.errors }),
    });
  }
}

/**
 * A field that its schema allows and a rule does not.
 *
 * @param pointer `/body/dueAt`, `/query/cursor`
 * @param detail a sentence for the client
 * @param code of the rule
 */
export const invalidField = (pointer: `/${string}`, detail: string, code = 'invalid'): Failure =>
  new Failure('request-invalid', detail, { errors: [{ pointer, code, detail }] });
