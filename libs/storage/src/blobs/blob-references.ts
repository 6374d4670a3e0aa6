/**
 * References to blobs, written in the transaction of the row that uses them: `audio.recording`, `gateway.upload:<id>`. Store the bytes first: a blob
 * is kept for a grace period after it was stored (or stored again), and while it has a reference.
 */
import type { EntityManager } from 'typeorm';
import { type Queryable, queryRows } from '../postgres/transaction.ts';

/** `<service>.<noun>`, with `:<id>` where one service may reference the same blob several times. */
export type BlobHolder = `${string}.${string}`;

/** Adds a reference; idempotent. */
async function hold(tx: EntityManager, sha256: string, holder: BlobHolder): Promise<void> {
  await queryRows(tx, 'INSERT INTO blobs.reference (sha256, holder) VALUES ($1, $2) ON CONFLICT DO NOTHING', [sha256, holder]);
}

/** Removes a reference. The sweep removes the bytes when no reference is left and the grace period is over. */
async function release(tx: EntityManager, sha256: string, holder: BlobHolder): Promise<void> {
  await queryRows(tx, 'DELETE FROM blobs.reference WHERE sha256 = $1 AND holder = $2', [sha256, holder]);
}

/** Removes the references of one holder to all of these blobs. */
async function releaseAll(tx: EntityManager, sha256s: readonly string[], holder: BlobHolder): Promise<void> {
  await queryRows(tx, 'DELETE FROM blobs.reference WHERE sha256 = ANY($1) AND holder = $2', [sha256s, holder]);
}

/** Removes references of several holders in one statement. */
async function releaseMany(
  tx: EntityManager,
  references: readonly { readonly sha256: string; readonly holder: BlobHolder }[],
): Promise<void> {
  await queryRows(
    tx,
    'DELETE FROM blobs.reference r USING unnest($1::text[], $2::text[]) AS l (sha256, holder) WHERE r.sha256 = l.sha256 AND r.holder = l.holder',
    [references.map(({ sha256 }) => sha256), references.map(({ holder }) => holder)],
  );
}

/** Returns those of these blobs that have a reference. */
async function held(on: Queryable, sha256s: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await queryRows<{ sha256: string }>(on, 'SELECT DISTINCT sha256 FROM blobs.reference WHERE sha256 = ANY($1)', [sha256s]);
  return new Set(rows.map(({ sha256 }) => sha256));
}

export const BlobReferences = Object.freeze({ hold, release, releaseAll, releaseMany, held });
