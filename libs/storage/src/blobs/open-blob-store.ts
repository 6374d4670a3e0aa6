import { fileURLToPath } from 'node:url';
import type { BlobStore } from './blob-store.ts';
import { openFsBlobStore } from './fs-blob-store.ts';
import type { S3Credentials } from './s3-blob-store.ts';
import { type DamageReport, VerifiedBlobStore } from './verified-blob-store.ts';

/** Drivers by the scheme of the store URL. The S3 SDK is loaded only when it is used. */
const drivers: Readonly<Record<string, (url: URL, credentials: S3Credentials | undefined) => Promise<BlobStore>>> = {
  'file:': (url) => openFsBlobStore(fileURLToPath(url)),
  's3:': async (url, credentials) => (await import('./s3-blob-store.ts')).openS3BlobStore(url, credentials),
};

export interface OpenBlobStoreOptions {
  readonly credentials?: S3Credentials | undefined;
  /** URL of a store with the same blobs, for repairs. */
  readonly copyUrl?: string | undefined;
  readonly onDamage?: (report: DamageReport) => void;
}

/**
 * @param url `BLOB_STORE_URL`, e.g. `file:///var/lib/rafaga/blobs` or `s3://bucket/prefix?region=eu-west-1`
 * @throws RangeError for an unknown scheme
 */
export async function openBlobStore(
  url: string,
  { credentials, copyUrl, onDamage }: OpenBlobStoreOptions = {},
): Promise<VerifiedBlobStore> {
  const copies = copyUrl ? [await openDriver(copyUrl, credentials)] : [];
  const verifyRanges = new URL(url).protocol === 'file:';
  return new VerifiedBlobStore(await openDriver(url, credentials), { copies, verifyRanges, ...(onDamage ? { onDamage } : {}) });
}

function openDriver(url: string, credentials: S3Credentials | undefined): Promise<BlobStore> {
  const parsed = new URL(url);
  const driver = drivers[parsed.protocol];
  if (!driver) throw new RangeError(`no blob store for ${parsed.protocol} (known: ${Object.keys(drivers).join(', ')})`);
  return driver(parsed, credentials);
}
