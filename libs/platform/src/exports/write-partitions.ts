/** Writes an owner's resources as NDJSON into the blob store, for exports that another service makes. */
import { Readable } from 'node:stream';
import type { ExportPartition } from '#contracts';
import type { BlobStore } from '#storage';

/** Reads one page of a list of the owner, old to new. */
export type PageReader = (cursor: string | undefined) => Promise<{ readonly items: readonly object[]; readonly nextCursor: string | null }>;

export interface PartitionOptions {
  readonly blobs: BlobStore;
  readonly signal: AbortSignal;
  /** Called with the rows written so far, once a page. */
  readonly onRows?: (rowCount: number) => void;
}

const maxBytes = 64 * 1_024 ** 3;

/**
 * One blob a noun; memory is bounded by a page. The blobs get no reference.
 * @param readers by noun, in the order in which they are written
 * @throws Failure `storage-full`; what a reader throws; the reason of the signal
 */
export async function writePartitions<Noun extends string>(
  readers: Readonly<Record<Noun, PageReader>>,
  nouns: readonly Noun[],
  { blobs, signal, onRows = () => undefined }: PartitionOptions,
): Promise<(ExportPartition & { readonly noun: Noun })[]> {
  const partitions: (ExportPartition & { readonly noun: Noun })[] = [];
  let total = 0;
  for (const noun of nouns) {
    let rowCount = 0;
    const lines = async function* () {
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const { items, nextCursor } = await readers[noun](cursor);
        if (items.length > 0) yield Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
        rowCount += items.length;
        onRows(total + rowCount);
        cursor = nextCursor;
      }
    };
    const { sha256, sizeBytes } = await blobs.write(Readable.from(lines(), { objectMode: false }), { maxBytes, signal });
    partitions.push({ noun, sha256, sizeBytes, rowCount });
    total += rowCount;
  }
  return partitions;
}
