/** Pictures of a source, by name: which blob each one is. At most {@link picturesAtMost} thumbnails are kept for one source. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { type BlobHolder, BlobReferences, queryRows } from '#storage';

export interface StoredPicture {
  /** What it shows and how: `thumbnail 1500 ms 640 px jpeg`, `storyboard vtt`. */
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly contentType: string;
}

/** The oldest thumbnail goes when there would be more: who asks for every frame in every width fills no disk. */
export const picturesAtMost = 200;

const holderOf = (sourceSha256: string): BlobHolder => `video.picture:${sourceSha256}`;

@Injectable()
export class PictureStore {
  constructor(private readonly database: Database) {}

  async find(sourceSha256: string, name: string): Promise<StoredPicture | undefined> {
    const [picture] = await queryRows<StoredPicture>(
      this.database.source,
      `SELECT name, sha256, size_bytes AS "sizeBytes", content_type AS "contentType" FROM video.picture WHERE source_sha256 = $1 AND name = $2`,
      [sourceSha256, name],
    );
    return picture;
  }

  /** @returns whether the source is still there; without it nothing is kept */
  add(sourceSha256: string, picture: StoredPicture): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const isThere = await queryRows(tx, 'SELECT 1 FROM video.source WHERE sha256 = $1 FOR NO KEY UPDATE', [sourceSha256]);
      if (isThere.length === 0) return false;
      await keepPictures(tx, sourceSha256, [picture]);
      const old = await queryRows<{ sha256: string }>(
        tx,
        `DELETE FROM video.picture WHERE source_sha256 = $1 AND name IN (
           SELECT name FROM video.picture WHERE source_sha256 = $1 AND name LIKE 'thumbnail %' ORDER BY created_at DESC, name OFFSET ${picturesAtMost})
         RETURNING sha256`,
        [sourceSha256],
      );
      for (const { sha256 } of old) await releaseUnused(tx, sourceSha256, sha256);
      return true;
    });
  }
}

/** Where the row of the source is locked: pictures that are there already are replaced. */
export async function keepPictures(tx: EntityManager, sourceSha256: string, pictures: readonly StoredPicture[]): Promise<void> {
  for (const { name, sha256, sizeBytes, contentType } of pictures) {
    const [before] = await queryRows<{ sha256: string }>(tx, 'SELECT sha256 FROM video.picture WHERE source_sha256 = $1 AND name = $2', [
      sourceSha256,
      name,
    ]);
    await queryRows(
      tx,
      `INSERT INTO video.picture (source_sha256, name, sha256, size_bytes, content_type, created_at) VALUES ($1, $2, $3, $4, $5, clock_timestamp())
       ON CONFLICT (source_sha256, name) DO UPDATE SET sha256 = excluded.sha256, size_bytes = excluded.size_bytes, content_type = excluded.content_type`,
      [sourceSha256, name, sha256, sizeBytes, contentType],
    );
    await BlobReferences.hold(tx, sha256, holderOf(sourceSha256));
    if (before && before.sha256 !== sha256) await releaseUnused(tx, sourceSha256, before.sha256);
  }
}

/** Two names of a source may be the same bytes. */
async function releaseUnused(tx: EntityManager, sourceSha256: string, sha256: string): Promise<void> {
  const used = await queryRows(tx, 'SELECT 1 FROM video.picture WHERE source_sha256 = $1 AND sha256 = $2 LIMIT 1', [sourceSha256, sha256]);
  if (used.length === 0) await BlobReferences.release(tx, sha256, holderOf(sourceSha256));
}

/** Where the row of the source is locked. */
export async function releasePictures(tx: EntityManager, sourceSha256: string): Promise<void> {
  const gone = await queryRows<{ sha256: string }>(tx, 'DELETE FROM video.picture WHERE source_sha256 = $1 RETURNING sha256', [
    sourceSha256,
  ]);
  for (const sha256 of new Set(gone.map((picture) => picture.sha256))) await BlobReferences.release(tx, sha256, holderOf(sourceSha256));
}
