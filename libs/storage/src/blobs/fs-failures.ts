import { Failure } from '#contracts';

/** Turns "no room" of a file system into its failure; anything else stays what it is. */
export function fsFailure(error: unknown): unknown {
  const code = errorCode(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG') return error;
  return new Failure('storage-full', 'The store has no room for this file.', { cause: error, retryAfterSeconds: 60 });
}

/** Read by shape: an error from another realm (a worker, a test's sandbox) is no `instanceof Error` here. */
export const errorCode = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** What `missing` stands for when the file is not there; other errors are thrown on. */
export const orWhenMissing =
  <T>(missing: T) =>
  (error: unknown): T => {
    if (errorCode(error) === 'ENOENT') return missing;
    throw error;
  };

export const blobNotFound = (sha256: string): Failure => new Failure('blob-not-found', `There is no blob ${sha256.slice(0, 64)}.`);
