/** What the errors of the client of a language model mean. Pure. */
import { parseRetryAfter } from '#compute';
import { Failure } from '#contracts';

/** The part of the errors of the `openai` package that is read. */
interface ClientError {
  readonly status?: unknown;
  readonly headers?: unknown;
}

const defaultRetryAfterSeconds = 10;
const mostRetryAfterSeconds = 3_600;

/** The words of the endpoint stay in the cause: they may quote the key or the prompt. */
export function failureOfLlm(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { status } = (error ?? {}) as ClientError;
  if (typeof status !== 'number')
    return isUnparsable(error)
      ? new Failure('llm-answer-invalid', 'The language model did not answer in the protocol of chat completions.', { cause: error })
      : unavailable('The language model cannot be reached, or broke off.', error);
  if (status === 429 || status === 408 || status >= 500) return unavailable(`The language model answered ${status}.`, error);
  return new Failure('llm-refused', `The language model answered ${status}.`, { cause: error });
}

/** The status that the endpoint answered with; undefined where it gave none. */
export function statusOf({ cause }: Failure): number | undefined {
  const { status } = (cause ?? {}) as ClientError;
  return typeof status === 'number' ? status : undefined;
}

const isUnparsable = (error: unknown): boolean => error instanceof SyntaxError;

function unavailable(detail: string, error: unknown): Failure {
  const told = parseRetryAfter(headerOf((error as ClientError | undefined)?.headers, 'retry-after'));
  return new Failure('llm-unavailable', detail, {
    cause: error,
    retryAfterSeconds: Math.min(told ?? defaultRetryAfterSeconds, mostRetryAfterSeconds),
  });
}

const headerOf = (headers: unknown, name: string): string | undefined =>
  headers instanceof Headers ? (headers.get(name) ?? undefined) : undefined;

export const invalidAnswer = (detail: string): Failure => new Failure('llm-answer-invalid', detail);
