/** Turns whatever was thrown on the way through HTTP into one of our failures. Texts of foreign errors never reach the client. */
import { Failure, type FailureCode } from '#contracts';
import { isPostgresUnavailable } from '#storage';

/** What Node, Fastify and Nest mean by a status, in our words. */
const byStatus: Readonly<Record<number, readonly [FailureCode, string]>> = {
  400: ['request-malformed', 'The body or the address of the request cannot be parsed.'],
  401: ['unauthenticated', 'A valid access token is needed.'],
  403: ['forbidden', 'This account is not permitted to do this.'],
  404: ['not-found', 'There is no resource at this address.'],
  405: ['method-not-allowed', 'This method is not allowed here.'],
  406: ['media-type-unsupported', 'We cannot answer in that form.'],
  408: ['request-timeout', 'The request did not arrive in time.'],
  411: ['request-malformed', 'The length of the body is missing or wrong.'],
  413: ['payload-too-large', 'The body is larger than allowed here.'],
  414: ['uri-too-long', 'The address is longer than we accept.'],
  415: ['media-type-unsupported', 'This content type is not accepted here.'],
  417: ['expectation-refused', 'No other expectation is met here than 100-continue.'],
  422: ['request-invalid', 'The request does not fit its contract.'],
  429: ['too-many-requests', 'Too many requests.'],
  431: ['headers-too-large', 'The headers are larger than we accept.'],
  503: ['service-unavailable', 'The service is shutting down or not ready.'],
};

/** Details worth telling, by Fastify's own error code. */
const byCode: Readonly<Record<string, string>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty but its content type says JSON.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as Content-Length says.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'This content type is not accepted here.',
  FST_ERR_BAD_URL: 'The address is not a well-formed URL.',
};

interface Coded {
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly getStatus?: () => number;
}

function statusOf(error: Coded): number | undefined {
  if (typeof error.getStatus === 'function') return error.getStatus();
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** @returns the failure itself, the failure an HTTP error or a lost database stands for, or `internal` with the error as its cause */
export function failureOfError(error: unknown): Failure {
  if (error instanceof Failure || typeof error !== 'object' || error === null) return Failure.from(error);
  const [code, text] = byStatus[statusOf(error) ?? 0] ?? [];
  if (isPostgresUnavailable(error))
    return new Failure('service-unavailable', 'The database is not reachable.', { cause: error, retryAfterSeconds: 2 });
  if (!code || !text) return Failure.from(error);
  const known = 'code' in error && typeof error.code === 'string' ? byCode[error.code] : undefined;
  return new Failure(code, known ?? text, { cause: error });
}
