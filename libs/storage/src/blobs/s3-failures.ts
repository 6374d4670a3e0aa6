import { Failure } from '#contracts';
import { errorCode } from './fs-failures.ts';

/** Checked by shape, because errors of the SDK or from another realm are not always instances of their class. */
interface SdkError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const readable = (error: unknown): SdkError => (typeof error === 'object' && error !== null ? error : {});

export const isMissing = (error: unknown): boolean => readable(error).$metadata?.httpStatusCode === 404;

/** Maps a full or unreachable store to a failure; returns failures and any other error unchanged. */
export function s3Failure(error: unknown): unknown {
  if (error instanceof Failure) return error;
  const { name, $metadata: { httpStatusCode = 0 } = {} } = readable(error);
  if (httpStatusCode === 507 || /StorageFull|QuotaExceeded/.test(String(name)))
    return new Failure('storage-full', 'The store has no room for this file.', { cause: error, retryAfterSeconds: 60 });
  if (httpStatusCode >= 500 || name === 'TimeoutError' || isNetworkError(error))
    return new Failure('service-unavailable', 'The store of files is not reachable.', { cause: error, retryAfterSeconds: 2 });
  return error;
}

const networkCode = /\b(ECONN[A-Z]+|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b/;
const isNetworkError = (error: unknown): boolean => networkCode.test(`${errorCode(error)} ${String(readable(error).message)}`);
