import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { headerFault } from './tus.ts';
import { type Claim, columns, free, lockUploadsOf, mine, restBeforeFinish } from './upload.store.ts';
import { incomplete, refuseEnded, type Upload, uploadLocked, uploadNotFound } from './upload.ts';

export type NewFinalUpload = Pick<Upload, 'ownerId' | 'kind' | 'fileName' | 'contentType' | 'metadata'> & {
  readonly partIds: readonly string[];
};

type Part = Upload & {
  /** Nobody writes to it, and no other upload has joined it. */
  readonly isFree: boolean;
};

/** Uploads that join others. */
@Injectable()
export class FinalUploadStore {
  constructor(private readonly database: Database) {}

  /**
   * Takes the parts for a new upload, or finds the one that has taken the same parts in the same order.
   *
   * @param admit throws where there is no room for so many bytes
   * @throws Failure upload-not-found, upload-expired, upload-incomplete, upload-locked, request-invalid; what `admit` throws
   */
  create(upload: NewFinalUpload, expirySeconds: number, admit: (tx: EntityManager, lengthBytes: number) => Promise<void>): Promise<Upload> {
    return this.database.transaction(async (tx) => {
      await lockUploadsOf(tx, upload.ownerId);
      const made = await findFinal(tx, upload);
      if (made) return made;
      const lengthBytes = lengthOf(await lockParts(tx, upload));
      await admit(tx, lengthBytes);
      return insertFinal(tx, upload, lengthBytes, expirySeconds);
    });
  }

  /** In the order of the file. */
  async partsOf({ id, partIds }: Pick<Upload, 'id' | 'partIds'>): Promise<Upload[]> {
    const rows = await queryRows<Upload>(
      this.database.source,
      `SELECT ${columns} FROM gateway.upload WHERE final_id = $1 ORDER BY array_position($2::uuid[], id)`,
      [id, partIds],
    );
    if (rows.length < (partIds?.length ?? 0)) throw uploadNotFound();
    return rows;
  }

  /** The final upload is gone, and its parts are uploads that can be sent to again, as long as it would have been there. @param lost how many bytes are left of some of them */
  async dissolve({ id, token }: Claim, lost: readonly Pick<Upload, 'id' | 'offsetBytes'>[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [held] = await queryRows(tx, `SELECT 1 FROM gateway.upload WHERE ${mine} FOR UPDATE`, [id, token]);
      if (!held) throw uploadLocked();
      await queryRows(
        tx,
        `UPDATE gateway.upload u SET final_id = NULL, offset_bytes = coalesce(l.offset_bytes, u.offset_bytes),
           state = CASE WHEN l.id IS NULL THEN u.state ELSE 'receiving' END, expires_at = greatest(u.expires_at, f.expires_at)
         FROM gateway.upload f, gateway.upload p LEFT JOIN unnest($2::uuid[], $3::bigint[]) AS l (id, offset_bytes) ON l.id = p.id
         WHERE p.id = u.id AND u.final_id = $1 AND f.id = $1`,
        [id, lost.map((part) => part.id), lost.map((part) => part.offsetBytes)],
      );
      await queryRows(tx, 'DELETE FROM gateway.upload WHERE id = $1', [id]);
    });
  }
}

async function findFinal(tx: EntityManager, { ownerId, partIds }: NewFinalUpload): Promise<Upload | undefined> {
  const [row] = await queryRows<Upload>(tx, `SELECT ${columns} FROM gateway.upload WHERE owner_id = $1 AND part_ids = $2::uuid[]`, [
    ownerId,
    partIds,
  ]);
  return row;
}

/** Nobody can send to them, join or remove them until the end of the transaction. */
async function lockParts(tx: EntityManager, { ownerId, partIds }: NewFinalUpload): Promise<Part[]> {
  const parts = await queryRows<Part>(
    tx,
    `SELECT ${columns}, ${free} AND final_id IS NULL AS "isFree" FROM gateway.upload
     WHERE owner_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE`,
    [ownerId, partIds],
  );
  if (parts.length < partIds.length) throw uploadNotFound();
  for (const part of parts) refusePart(part);
  const missing = parts.filter(({ state }) => state === 'receiving');
  if (missing.length > 0) throw incomplete(missing.map(({ id }) => id));
  return parts;
}

function refusePart(part: Part): void {
  if (part.concat !== 'partial') throw headerFault('upload-concat', 'An upload that is to be joined was not created as partial.');
  refuseEnded(part);
  if (!part.isFree) throw uploadLocked();
}

const lengthOf = (parts: readonly Upload[]) => parts.reduce((sum, { offsetBytes }) => sum + offsetBytes, 0);

async function insertFinal(tx: EntityManager, upload: NewFinalUpload, lengthBytes: number, expirySeconds: number): Promise<Upload> {
  const { ownerId, kind, fileName, contentType, metadata, partIds } = upload;
  const [row] = await queryRows<Upload>(
    tx,
    `INSERT INTO gateway.upload (id, owner_id, kind, file_name, content_type, metadata, length_bytes, offset_bytes, state, arrived_at, lease_until,
       expires_at, concat, part_ids)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 'arrived', now(), ${restBeforeFinish}, now() + $8 * interval '1 second', 'final', $9)
     RETURNING ${columns}`,
    [randomUUID(), ownerId, kind, fileName, contentType, metadata, lengthBytes, expirySeconds, partIds],
  );
  await queryRows(tx, 'UPDATE gateway.upload SET final_id = $1 WHERE id = ANY($2::uuid[])', [row!.id, partIds]);
  return row!;
}
