import { fileURLToPath } from 'node:url';
import type { BlobStore } from './blob-store.ts';
import { openFsBlobStore } from './fs-blob-store.ts';

/** A driver makes a store out of its URL; more drivers are more lines. */
const drivers: Readonly<Record<string, (url: URL) => Promise<BlobStore>>> = {
  'file:': (url) => openFsBlobStore(fileURLToPath(url)),
};

/**
 * @param url `BLOB_STORE_URL`, e.g. `file:///var/lib/rafaga/blobs`
 * @throws RangeError for a scheme that no driver knows
 */
export function openBlobStore(url: string): Promise<BlobStore> {
  const parsed = new URL(url);
  const driver = drivers[parsed.protocol];
  if (!driver) throw new RangeError(`no blob store for ${parsed.protocol} (known: ${Object.keys(drivers).join(', ')})`);
  return driver(parsed);
}
