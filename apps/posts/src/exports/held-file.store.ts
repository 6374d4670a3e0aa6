/** Files that an export holds, from the moment each is written: the sweep leaves them where they are. */
import type { EntityManager } from 'typeorm';
import { type BlobHolder, BlobReferences, queryRows } from '#storage';

export interface HeldFile {
  readonly sha256: string;
  /** That count as storage of the owner; 0 for a file that does not. */
  readonly sizeBytes: number;
}

/** Holds a file; idempotent. Locks nothing: the caller locks the row of the holder. @returns bytes that count from now on */
async function hold(tx: EntityManager, holder: BlobHolder, { sha256, sizeBytes }: HeldFile): Promise<number> {
  const sql = 'SELECT size_bytes::float8 AS bytes FROM documents.held_file WHERE holder = $1 AND sha256 = $2';
  const [had] = await queryRows<{ bytes: number }>(tx, sql, [holder, sha256]);
  const bytes = Math.max(had?.bytes ?? 0, sizeBytes);
  await queryRows(
    tx,
    `INSERT INTO documents.held_file (holder, sha256, size_bytes) VALUES ($1, $2, $3)
     ON CONFLICT (holder, sha256) DO UPDATE SET size_bytes = excluded.size_bytes`,
    [holder, sha256, bytes],
  );
  await BlobReferences.hold(tx, sha256, holder);
  return bytes - (had?.bytes ?? 0);
}

/** Lets all files of a holder go, but for those in `keep`. @returns bytes that count no more */
async function release(tx: EntityManager, holder: BlobHolder, keep: readonly string[] = []): Promise<number> {
  const rows = await queryRows<{ sha256: string; bytes: number }>(
    tx,
    'DELETE FROM documents.held_file WHERE holder = $1 AND sha256 <> ALL($2) RETURNING sha256, size_bytes::float8 AS bytes',
    [holder, keep],
  );
  const released = rows.map(({ sha256 }) => sha256);
  if (released.length > 0) await BlobReferences.releaseAll(tx, released, holder);
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Whether a holder holds every one of these files. */
async function holdsAll(tx: EntityManager, holder: BlobHolder, sha256s: readonly string[]): Promise<boolean> {
  const sql = 'SELECT count(*)::int AS count FROM documents.held_file WHERE holder = $1 AND sha256 = ANY($2)';
  const [row] = await queryRows<{ count: number }>(tx, sql, [holder, sha256s]);
  return row?.count === new Set(sha256s).size;
}

export const HeldFiles = Object.freeze({ hold, release, holdsAll });
