/** Compares the references of rows with the files of the blob store: a sample of them, or all. */
import { type Queryable, queryRows } from '../postgres/transaction.ts';
import type { BlobStore } from './blob-store.ts';

export interface ReferenceSample {
  readonly looked: number;
  /** Files that were read to compare their bytes with their names. */
  readonly read: number;
  readonly missing: readonly string[];
  readonly damaged: readonly string[];
}

const pageSize = 500;

/**
 * Looks up files that rows refer to, beginning at a random name.
 *
 * @param references at most so many
 * @param readBytes files are read until so many bytes would be exceeded
 */
export async function sampleReferences(
  on: Queryable,
  store: BlobStore,
  { references, readBytes, random = Math.random }: { references: number; readBytes: number; random?: () => number },
): Promise<ReferenceSample> {
  const from = Array.from({ length: 8 }, () => Math.floor(random() * 16).toString(16)).join('');
  const after = await page(on, from, references);
  const names = after.length < references ? [...new Set([...after, ...(await page(on, '', references - after.length))])] : after;
  const [missing, damaged]: [string[], string[]] = [[], []];
  let [left, read] = [readBytes, 0];
  for (const sha256 of names) {
    const stat = await store.stat(sha256);
    if (!stat) missing.push(sha256);
    else if (stat.sizeBytes <= left) {
      left -= stat.sizeBytes;
      read++;
      if (!(await isIntact(store, sha256))) damaged.push(sha256);
    }
  }
  return { looked: names.length, read, missing, damaged };
}

/** Names of all files that rows refer to and the store has not; at most `limit` of them. */
export async function missingReferences(
  on: Queryable,
  store: BlobStore,
  { limit, signal, onPage }: { limit: number; signal?: AbortSignal; onPage?: (looked: number) => void },
): Promise<{ readonly count: number; readonly names: readonly string[] }> {
  const names: string[] = [];
  let [count, looked, last] = [0, 0, ''];
  for (;;) {
    signal?.throwIfAborted();
    const found = await page(on, last, pageSize);
    for (const sha256 of found) {
      if (await store.stat(sha256)) continue;
      count++;
      if (names.length < limit) names.push(sha256);
    }
    looked += found.length;
    onPage?.(looked);
    if (found.length < pageSize) return { count, names };
    last = found.at(-1)!;
  }
}

async function page(on: Queryable, after: string, limit: number): Promise<string[]> {
  const rows = await queryRows<{ sha256: string }>(
    on,
    'SELECT DISTINCT sha256 FROM blobs.reference WHERE sha256 > $1 ORDER BY sha256 LIMIT $2',
    [after, limit],
  );
  return rows.map(({ sha256 }) => sha256);
}

/** The store compares what it reads with the name and ends the stream with an error where they differ. */
async function isIntact(store: BlobStore, sha256: string): Promise<boolean> {
  try {
    const { stream } = await store.openRead(sha256);
    for await (const _chunk of stream);
    return true;
  } catch {
    return false;
  }
}
