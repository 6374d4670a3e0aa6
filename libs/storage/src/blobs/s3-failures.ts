import { Failure } from '#contracts';
import { errorCode } from './fs-failures.ts';

/** Read by shape: an error of the SDK, or one from another realm that it wrapped, is not always an instance of what it should be. */
interface SdkError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const readable = (error: unknown): SdkError => (typeof error === 'object' && error !== null ? error : {});

export const isMissing = (error: unknown): boolean => readable(error).$metadata?.httpStatusCode === 404;

/** What the store is to be heard saying: no room, or nothing for now. Our own failures and everything else stay what they are. */
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
