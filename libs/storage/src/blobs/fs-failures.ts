import { Failure } from '#contracts';

/** Maps a full file system to the failure `storage-full`; returns any other error unchanged. */
export function fsFailure(error: unknown): unknown {
  const code = errorCode(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG') return error;
  return new Failure('storage-full', 'The store has no room for this file.', { cause: error, retryAfterSeconds: 60 });
}

/** Checked by shape, because an error from another realm (a worker, a test's sandbox) is not an `instanceof Error` here. */
export const errorCode = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Error handler that returns `missing` when the file does not exist and rethrows other errors. */
export const orWhenMissing =
  <T>(missing: T) =>
  (error: unknown): T => {
    if (errorCode(error) === 'ENOENT') return missing;
    throw error;
  };

export const blobNotFound = (sha256: string): Failure => new Failure('file-lost', `There is no blob ${sha256.slice(0, 64)}.`);
